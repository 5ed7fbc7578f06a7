import { fstatSync } from 'node:fs'
import type { Observer } from '../core/ledger.ts'
import { tellAll } from '../core/observers.ts'
import type { Planned } from '../core/plan.ts'
import type { Counts } from '../core/run.ts'
import { startAlike } from './alike.ts'
import { type Noun, progressLine } from './progress-line.ts'
import { tellLines } from './progress-lines.ts'
import { errorText, factsOf, jsonLine } from './say-error.ts'
import { plural } from './words.ts'

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
  const line = (text: string): void => {
    if (telling === 'lines') say(`${text}\n`)
  }
  const warn = (text: string): void => {
    if (manner !== 'json' && !warned.has(text)) say(`warning: ${text}\n`)
    warned.add(text)
  }
  const own: Observer = {
    planned(units) {
      totals.planned(units)
      inOrder = units.some((one) => one.inOrder)
      if (telling !== 'live' || !inOrder || isFile(1)) return
      // Whoever reads our stdout may print to the same terminal, and would tear the line apart.
      hide()
      telling = 'lines'
    },
    done: totals.ended,
    merging: totals.merging,
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
  const observer = tellAll([tellLines(line, noun), own])
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
      // Another recipe may have gone before.
      merging = undefined
      ;[filesDone, bytesIn, rows] = [0, 0, 0]
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
