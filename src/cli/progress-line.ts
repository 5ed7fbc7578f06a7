import { bytesText, durationText, rowsText } from './words.ts'

/** What a run does one by one. */
export type Noun = 'file' | 'unit'

/** Where a run stands. */
export interface Standing {
  readonly noun?: Noun
  /** Absent until the work is listed. */
  readonly files?: number | undefined
  readonly filesDone: number
  readonly bytesIn: number
  /** Of all files together; absent when one is not known. */
  readonly bytesTotal?: number | undefined
  readonly rows: number
  /** Bytes a second: lately, on the whole, and at most (0: no limit). */
  readonly rate: number
  readonly meanRate: number
  readonly cap: number
}

/** One line of progress, no wider than `columns`: what does not fit is left out, the most telling parts last. */
export function progressLine(standing: Standing, columns: number): string {
  if (standing.files === undefined) return 'listing'.slice(0, columns)
  const { noun = 'file', filesDone, files, bytesIn, bytesTotal, rows } = standing
  const [done, read, table, rate, left] = [
    `${filesDone}/${files} ${noun}s`,
    bytesTotal ? `${bytesText(bytesIn)} of ${bytesText(bytesTotal)}` : bytesText(bytesIn),
    rows > 0 ? rowsText(rows) : '',
    rateAgainst(standing),
    timeLeft(standing),
  ]
  const kept = new Set<string>()
  let room = columns
  for (const part of [done, rate, left, read, table]) {
    if (part === '' || part.length > room) continue
    kept.add(part)
    room -= part.length + 2
  }
  return [done, read, table, rate, left].filter((part) => kept.has(part)).join('  ')
}

/** `42 of 256 MB/s`. */
function rateAgainst({ rate, cap }: Standing): string {
  const [now, limit] = [bytesText(rate), bytesText(cap)]
  if (cap === 0) return `${now}/s`
  const [digits, unit] = now.split(' ')
  return `${limit.endsWith(` ${unit}`) ? digits : now} of ${limit}/s`
}

function timeLeft({ bytesTotal, bytesIn, meanRate }: Standing): string {
  if (bytesTotal === undefined || meanRate === 0) return ''
  return `${durationText(Math.max(0, bytesTotal - bytesIn) / meanRate)} left`
}
