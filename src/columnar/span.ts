import type { Span } from '../core/output.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { columnsOf } from './arrow-types.ts'
import { type Column, column } from './column.ts'

/** Kinds whose values are whole numbers of 64 bits. */
export type Wide = Extract<Kind, 'int64' | `timestamp${string}`>

/** Grows with every batch. */
export interface SpanTally {
  add(batch: Batch): void
  /** Nothing as long as no row has a time. */
  readonly span: Span | undefined
}

/**
 * Tallies the smallest and largest time of a stream of batches: of the column named `time`, else of the first timestamp.
 * Batches without such a column have no span, and that is no error.
 */
export function tallySpan(time?: string): SpanTally {
  let named: { readonly column: string; readonly kind: Wide } | undefined
  let min: bigint | undefined
  let max: bigint | undefined
  let asked = false
  return {
    add(batch) {
      if (!asked) named = timeColumn(batch, time)
      asked = true
      const range = named && rangeOf(column(batch, named.column) as Column<Wide>)
      if (!range) return
      if (min === undefined || range.min < min) min = range.min
      if (max === undefined || range.max > max) max = range.max
    },
    get span() {
      return named && min !== undefined ? { ...named, min: String(min), max: String(max) } : undefined
    },
  }
}

function timeColumn(batch: Batch, time: string | undefined) {
  for (const [name, kind] of Object.entries(columnsOf(batch)))
    if (isWide(kind) && (time === undefined ? kind !== 'int64' : name === time)) return { column: name, kind }
  return undefined
}

export const isWide = (kind: Kind): kind is Wide => kind === 'int64' || kind.startsWith('timestamp')

function rangeOf({ values, length, nullCount, isValid }: Column<Wide>) {
  const halves = new Int32Array(values.buffer, values.byteOffset, length * 2)
  let [least, most] = [-1, -1]
  for (let row = 0; row < length; row++) {
    if (nullCount > 0 && !isValid(row)) continue
    if (least < 0 || isBelow(halves, row, least)) least = row
    if (most < 0 || isBelow(halves, most, row)) most = row
  }
  return least < 0 ? undefined : { min: values[least] as bigint, max: values[most] as bigint }
}

/** Whether one 64-bit number is below another, by their halves: to make BigInts of all rows takes twice the time. */
export function isBelow(halves: Int32Array, one: number, other: number): boolean {
  const high = halves[one * 2 + 1] as number
  const otherHigh = halves[other * 2 + 1] as number
  if (high !== otherHigh) return high < otherHigh
  return (halves[one * 2] as number) >>> 0 < (halves[other * 2] as number) >>> 0
}
