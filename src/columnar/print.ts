import type { Kind } from '../core/schema.ts'
import type { Column } from './column.ts'
import { bitAt } from './column.ts'
import { dateText } from './numbers.ts'

/** The text of one row of a column; `undefined` for null. Integers and timestamps are printed as digits, exactly. */
export type CellPrinter = (row: number) => string | undefined

// A byte order mark inside a text is text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Whole numbers, also those of 64 bits, print as their digits. */
const digits =
  ({ values }: { readonly values: Int8Array | Int16Array | Int32Array | BigInt64Array }) =>
  (row: number): string =>
    String(values[row])

/** How the values of each kind are printed, before any quoting. */
const printers: { readonly [K in Kind]: (column: Column<K>) => (row: number) => string } = {
  utf8: printTexts,
  bool: printBools,
  int8: digits,
  int16: digits,
  int32: digits,
  int64: digits,
  float64: printDoubles,
  date: printDates,
  timestamp_ns: digits,
  timestamp_us: digits,
  timestamp_ns_utc: digits,
  timestamp_us_utc: digits,
}

function printBools({ values }: Column<'bool'>) {
  return (row: number): string => String(bitAt(values, row))
}

/** The shortest text that reads back as the same double, sign of zero included. */
function printDoubles({ values }: Column<'float64'>) {
  return (row: number): string => (Object.is(values[row], -0) ? '-0' : String(values[row]))
}

function printDates({ values }: Column<'date'>) {
  return (row: number): string => dateText(values[row] as number)
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
