import type { ManifestLine } from '../core/manifest.ts'
import type { Span } from '../core/output.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dayColumns, windowOf } from '../datasets/day-window.ts'
import { mergedRange, type ValueRange } from './parquet-footer.ts'

/** What of a file is known of its times. */
export interface Timed {
  /** Types by the names of columns. */
  readonly columns: Readonly<Record<string, string>>
  /** Of the columns that tell when a row happened. */
  readonly ranges: ReadonlyMap<string, ValueRange>
}

/** A range of one column, in the unit that its type says. */
interface Times extends ValueRange {
  readonly column: string
  readonly perMs: bigint
}

/**
 * What is wrong with the times of a unit: the manifest and the statistics of its files tell different ones, or some are not
 * of the unit's day.
 */
export function timeFaults(line: ManifestLine, dataset: Dataset, files: readonly Timed[]): string[] {
  const faults: string[] = []
  const known: Times[] = []
  for (const column of dayColumns) {
    const stored = storedTimes(column, files)
    const told = line.span?.column === column ? toldTimes(line.span) : undefined
    if (stored && told) faults.push(...spanFaults(told, stored))
    known.push(...[stored ?? told].filter((times) => times !== undefined))
  }
  const [first] = known
  if (!first) return faults
  const { fromMs, toMs } = windowOf(dataset, line.unit)
  const day = { from: BigInt(fromMs) * first.perMs, to: BigInt(toMs) * first.perMs }
  return [...faults, ...dayFaults(first, line.unit, day)]
}

const toldTimes = ({ column, kind, min, max }: Span): Times => ({
  column,
  min: BigInt(min),
  max: BigInt(max),
  perMs: perMsOf(kind.includes('_us')),
})

function spanFaults(told: Times, stored: Times): string[] {
  if (told.min === stored.min && told.max === stored.max) return []
  const text = ({ min, max, perMs }: Times): string => `${timeText(min, perMs)} to ${timeText(max, perMs)}`
  return [`the manifest says that ${told.column} is ${text(told)}, and the file ${text(stored)}`]
}

function dayFaults(
  { column, min, max, perMs }: Times,
  day: string,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): string[] {
  return [
    ...(min < from
      ? [`${column} begins at ${timeText(min, perMs)}, and the day of ${day} at ${timeText(from, perMs)}`]
      : []),
    ...(max >= to
      ? [`${column} ends at ${timeText(max, perMs)}, and the day of ${day} at ${timeText(to, perMs)}`]
      : []),
  ]
}

const perMsOf = (isMicroseconds: boolean): bigint => (isMicroseconds ? 1000n : 1_000_000n)

/** Whole numbers without a type are nanoseconds: `--timestamps int64`. */
function storedTimes(column: string, files: readonly Timed[]): Times | undefined {
  const range = mergedRange(files.flatMap(({ ranges }) => ranges.get(column) ?? []))
  const isMicroseconds = files.some(({ columns }) => columns[column]?.endsWith('MICROS'))
  return range && { column, ...range, perMs: perMsOf(isMicroseconds) }
}

/** To the digit, as far as a calendar goes. */
function timeText(value: bigint, perMs: bigint): string {
  const perSecond = perMs * 1000n
  const rest = ((value % perSecond) + perSecond) % perSecond
  const at = new Date(Number((value - rest) / perMs))
  if (Number.isNaN(at.getTime())) return String(value)
  const digits = String(rest)
    .padStart(String(perSecond).length - 1, '0')
    .replace(/0+$/, '')
  return `${at.toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`
}
