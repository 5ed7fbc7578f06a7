import type { ManifestLine } from '../core/manifest.ts'
import type { Span } from '../core/output.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dayColumns, windowOf } from '../datasets/day-window.ts'
import { type Footer, mergedRange, type ValueRange } from './parquet-footer.ts'

/** A range of one column, in the unit that its type says. */
interface Times extends ValueRange {
  readonly column: string
  readonly perMs: bigint
}

/**
 * What is wrong with the times of a unit: the manifest and the statistics of its files tell different ones, or some are not
 * of the unit's day.
 */
export function timeFaults(line: ManifestLine, dataset: Dataset, footers: readonly Footer[]): string[] {
  const columns = Object.keys(dataset.columns).filter((name) => dayColumns.has(name))
  const { fromMs, toMs } = windowOf(dataset, line.unit)
  return columns.flatMap((column) => {
    const stored = storedTimes(column, footers)
    const told = line.span?.column === column ? toldTimes(line.span) : undefined
    const times = stored ?? told
    return [
      ...(stored && told ? spanFaults(told, stored) : []),
      ...(times
        ? dayFaults(times, line.unit, { from: BigInt(fromMs) * times.perMs, to: BigInt(toMs) * times.perMs })
        : []),
    ]
  })
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
function storedTimes(column: string, footers: readonly Footer[]): Times | undefined {
  const range = mergedRange(footers.flatMap((footer) => footer.range(column) ?? []))
  const isMicroseconds = footers.some(({ columns }) => columns[column]?.endsWith('MICROS'))
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
