import { MissingError, UsageError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { type Absence, absenceOf, absenceText, isExcused } from '../datasets/absence.ts'
import { type Dataset, keyOf } from '../datasets/dataset.ts'

/** Where days were looked for. */
export interface Searched {
  readonly dataset: Dataset
  /** As messages name it. */
  readonly where: string
  /** Nothing tells whether a folder should have a day: only the calendar explains what it lacks. */
  readonly isBucket: boolean
  /** Who asks again and again has been told of the days until this one, and of later ones is told only what is lost. */
  readonly toldUntil?: string | undefined
}

interface Absent {
  readonly date: string
  readonly absence: Absence
  /** As a warning has it. */
  readonly text: string
}

/** More of them in one run are told by their number. */
const mostHolidays = 10

/**
 * Warns of each day that was asked for and is not there, saying why. Weekends go without saying, unless there is nothing
 * else to say.
 *
 * @throws {UsageError} when all days are before the first of the dataset, {MissingError} when none is there and for one of
 * them at least no reason can be given.
 */
export function reportAbsent(
  { dataset, where, isBucket, toldUntil }: Searched,
  dates: readonly string[],
  present: ReadonlySet<string>,
  run: Run,
): void {
  const wallMs = run.clock.wallMs()
  const isExplained = ({ kind }: Absence): boolean =>
    isBucket || (kind !== 'hole' && kind !== 'not-published')
  const absent = dates
    .filter((date) => !present.has(date))
    .map((date): Absent => {
      const absence = absenceOf(dataset, date, { listed: false, wallMs })
      const why = isExplained(absence) ? ` (${absenceText(absence)})` : ''
      return { date, absence, text: `${date}: no ${dataset.name} file there${why}` }
    })
  const none = present.size === 0
  if (none) refuse(absent, { dataset, where, isBucket })
  const early = absent.filter(({ absence }) => absence.kind === 'before-first')
  if (early.length > 0 && toldUntil === undefined) run.warn(`${dataset.name} begins on ${dataset.since}`)
  const news = newsIn(absent, present, toldUntil)
  if (none) for (const { text } of news.filter(isSinceFirst)) run.warn(text)
  else warnOf(dataset, news.filter(isSinceFirst), run)
}

const isSinceFirst = ({ absence }: Absent): boolean => absence.kind !== 'before-first'

/** Those that were not told before. */
function newsIn(
  absent: readonly Absent[],
  present: ReadonlySet<string>,
  toldUntil: string | undefined,
): readonly Absent[] {
  if (toldUntil === undefined) return absent
  const published = [...present].sort().at(-1) ?? ''
  return absent.filter((one) => isPassedOver(one, { after: toldUntil, before: published }))
}

function warnOf(dataset: Dataset, days: readonly Absent[], run: Run): void {
  const holidays = days.filter(({ absence }) => absence.kind === 'holiday')
  const isMany = holidays.length > mostHolidays
  for (const { absence, text } of days)
    if (absence.kind !== 'weekend' && !(isMany && absence.kind === 'holiday')) run.warn(text)
  if (isMany) run.warn(holidaysText(dataset, holidays))
}

const holidaysText = ({ name }: Dataset, days: readonly Absent[]): string =>
  `${days.length} holidays from ${days[0]?.date} to ${days.at(-1)?.date} have no ${name} file`

/** A hole with later days behind it: what is not passed over may still come. */
const isPassedOver = (
  { date, absence }: Absent,
  { after, before }: { readonly after: string; readonly before: string },
): boolean => absence.kind === 'hole' && date > after && date < before

function refuse(absent: readonly Absent[], { dataset, where, isBucket }: Searched): void {
  const { name, since } = dataset
  const range = `${absent[0]?.date} to ${absent.at(-1)?.date}`
  if (absent.every(({ absence }) => absence.kind === 'before-first'))
    throw new UsageError(`${name} begins on ${since}: there is nothing for ${range}`, {
      hint: `--start ${since} is the first day`,
    })
  const isLost = ({ absence }: Absent): boolean =>
    absence.kind !== 'before-first' &&
    (!isExcused(absence) || (!isBucket && absence.kind === 'not-published'))
  const lost = absent.find(isLost)
  if (lost)
    throw new MissingError(`no ${name} file for ${range} in ${where}`, {
      hint: `looked for ${keyOf(dataset, lost.date)}; ${lost.date} is no weekend and no holiday, and a day is published by about 11:00 New York time of the next`,
    })
}
