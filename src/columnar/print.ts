import type { Kind } from '../core/schema.ts'
import type { Column } from './column.ts'
import { bitAt } from './column.ts'
import { dateText } from './numbers.ts'

/** The text of one row of a column; `undefined` for null. Integers and timestamps are printed as digits, exactly. */
export type CellPrinter = (row: number) => string | undefined

const decoder = new TextDecoder()

/** How the values of each kind are printed, before any quoting. */
const printers: { readonly [K in Kind]: (column: Column<K>) => (row: number) => string } = {
  utf8: printTexts,
  bool:
    ({ values }) =>
    (row) =>
      String(bitAt(values, row)),
  int32:
    ({ values }) =>
    (row) =>
      String(values[row]),
  int64:
    ({ values }) =>
    (row) =>
      String(values[row]),
  float64:
    ({ values }) =>
    (row) =>
      String(values[row]),
  date:
    ({ values }) =>
    (row) =>
      dateText(values[row] as number),
  timestamp_ns:
    ({ values }) =>
    (row) =>
      String(values[row]),
  timestamp_us:
    ({ values }) =>
    (row) =>
      String(values[row]),
  timestamp_ns_utc:
    ({ values }) =>
    (row) =>
      String(values[row]),
  timestamp_us_utc:
    ({ values }) =>
    (row) =>
      String(values[row]),
}

/** Rows come grouped by ticker: equal bytes as in the row before need no decoding. */
function printTexts({ values, offsets }: Column<'utf8'>): (row: number) => string {
  let last = new Uint8Array(0)
  let lastText = ''
  return (row) => {
    const bytes = values.subarray(offsets[row], offsets[row + 1])
    if (sameBytes(bytes, last)) return lastText
    last = bytes as typeof last
    lastText = decoder.decode(bytes)
    return lastText
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function cellPrinter(column: Column): CellPrinter {
  const print = (printers[column.kind] as (column: Column) => (row: number) => string)(column)
  return (row) => (column.isValid(row) ? print(row) : undefined)
}
