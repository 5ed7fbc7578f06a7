import { fstatSync } from 'node:fs'
import type { Observer } from '../core/ledger.ts'
import type { Planned } from '../core/plan.ts'
import type { Unit } from '../core/recipe.ts'
import type { Counts } from '../core/run.ts'
import type { Tally } from '../core/unit-run.ts'
import { startAlike } from './alike.ts'
import { companyLine, startBatches } from './company-lines.ts'
import { type Noun, progressLine } from './progress-line.ts'
import { errorText, factsOf, jsonLine } from './say-error.ts'
import { bytesText, durationText, plural, rowsText } from './words.ts'

/** `live`: one line that changes; `lines`: a line for every file; `quiet`: neither; `json`: errors as JSON. */
export type Manner = 'live' | 'lines' | 'quiet' | 'json'

/** Tells on stderr how a run goes. */
export interface Progress {
  readonly observer: Observer
  count(what: keyof Counts, n: number): void
  /** A warning that belongs to no file. */
  warn(text: string): void
  /** Something about the run itself. */
  note(text: string): void
  /** The units share stdout. */
  toStdout(): boolean
  /** Takes the changing line away, and tells what was kept short. */
  close(): void
}

const recentMs = 5000

export interface ProgressOptions {
  /** In bytes a second, 0 for none. */
  readonly cap: number
  /** What is done one by one. */
  readonly noun: Noun
}

/** Starts to tell. */
export async function startProgress(manner: Manner, { cap, noun }: ProgressOptions): Promise<Progress> {
  const say = (text: string): void => void process.stderr.write(text)
  const totals = startTotals(cap, noun)
  const alike = startAlike()
  let telling = manner
  let inOrder = false
  const hide = manner === 'live' ? await showLine(totals.line) : () => {}
  const warned = new Set<string>()
  let batches = startBatches([])
  const line = (text: string): void => {
    if (telling === 'lines') say(`${text}\n`)
  }
  const starts = new Map<Unit, number>()
  const warn = (text: string): void => {
    if (manner !== 'json' && !warned.has(text)) say(`warning: ${text}\n`)
    warned.add(text)
  }
  const observer: Observer = {
    planned(units) {
      totals.planned(units)
      batches = startBatches(units)
      inOrder = units.some((one) => one.inOrder)
      if (telling !== 'live' || !inOrder || isFile(1)) return
      // Whoever reads our stdout may print to the same terminal, and would tear the line apart.
      hide()
      telling = 'lines'
    },
    started: (unit) => void starts.set(unit, performance.now()),
    done(unit, tally) {
      totals.ended()
      // A company has one line, when all of its units are done.
      if (unit.of === undefined) line(doneLine(unit, tally, starts.get(unit)))
      starts.delete(unit)
    },
    ended(whole) {
      line(companyLine(whole))
      const batch = batches.ended(whole)
      if (batch !== undefined) line(batch)
    },
    merging(units) {
      totals.merging(units)
      line(`merging ${plural(units, noun)}`)
    },
    merged: ({ files, rows, bytes }) =>
      line(
        files === 0
          ? 'merged: no file had to change'
          : `merged into ${plural(files, 'file')}: ${rowsText(rows)}, ${bytesText(bytes)}`,
      ),
    failed(unit, error) {
      totals.ended()
      if (!alike.isTold(unit, error)) return
      say(
        manner === 'json'
          ? jsonLine({ error: { unit: unit.id, ...factsOf(error) } })
          : errorText(`error: ${unit.id}`, error),
      )
    },
    warned: (unit, text) => warn(`${unit.id}: ${text}`),
  }
  const note = (text: string): void => {
    if (manner === 'live' || manner === 'lines') say(`${text}\n`)
  }
  const close = (): void => {
    hide()
    // A program finds each of them in the report.
    if (manner !== 'json') for (const text of alike.others()) say(`${text}\n`)
  }
  return { observer, count: totals.count, warn, note, toStdout: () => inOrder, close }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile()
  } catch {
    // Closed.
    return false
  }
}

/** `2024-03-01  6.0 M rows  161 MB -> 123 MB  38 s`. */
function doneLine({ id }: Unit, { counts, outputs }: Tally, startedMs: number | undefined): string {
  const inRows =
    counts.rowsIn > 0 || outputs.some(({ files }) => files.some(({ rows }) => rows !== undefined))
  return [
    id,
    ...(inRows ? [rowsText(counts.rowsOut)] : []),
    // What waits to be merged has not gone anywhere yet.
    counts.bytesOut > 0 || outputs.length > 0
      ? `${bytesText(counts.bytesIn)} -> ${bytesText(counts.bytesOut)}`
      : bytesText(counts.bytesIn),
    ...(startedMs === undefined ? [] : [durationText((performance.now() - startedMs) / 1000)]),
  ].join('  ')
}

/** Adds up for the changing line. */
function startTotals(cap: number, noun: Noun) {
  let startedMs = performance.now()
  let samples: { ms: number; bytes: number }[] = []
  let files: number | undefined
  let bytesTotal: number | undefined
  let merging: string | undefined
  let [filesDone, bytesIn, rows] = [0, 0, 0]
  return {
    planned(units: readonly Planned[]): void {
      const todo = units.filter(({ done }) => !done)
      files = todo.length
      startedMs = performance.now()
      samples = [{ ms: startedMs, bytes: 0 }]
      bytesTotal = todo.reduce<number | undefined>(
        (sum, { unit: { bytes } }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
        0,
      )
    },
    ended: () => void filesDone++,
    merging(units: number): void {
      merging = `merging ${plural(units, noun)}`
    },
    count(what: keyof Counts, n: number): void {
      if (what === 'bytesIn') bytesIn += n
      if (what === 'rowsOut') rows += n
    },
    line(columns: number): string {
      if (merging !== undefined) return merging.slice(0, columns)
      const ms = performance.now()
      samples = [...samples.filter((one) => one.ms > ms - recentMs), { ms, bytes: bytesIn }]
      const [first = { ms, bytes: bytesIn }] = samples
      const perSecond = (bytes: number, since: number): number => (bytes * 1000) / Math.max(1, ms - since)
      const rate = perSecond(bytesIn - first.bytes, first.ms)
      const meanRate = perSecond(bytesIn, startedMs)
      return progressLine({ noun, files, filesDone, bytesIn, bytesTotal, rows, rate, meanRate, cap }, columns)
    },
  }
}

/** Keeps one line at the bottom of the terminal; what else is written there goes above it. */
async function showLine(line: (columns: number) => string): Promise<() => void> {
  const { default: ora } = await import('ora')
  const spinner = ora({
    stream: process.stderr,
    // Decided by who calls; and stdin may be data.
    isEnabled: true,
    discardStdin: false,
    interval: 100,
    // The spinner and its spaces take three columns; the last stays free, or some terminals wrap.
    suffixText: () => line((process.stderr.columns || 80) - 4),
  }).start()
  return () => void spinner.stop()
}
