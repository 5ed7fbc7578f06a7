import { excerpt } from '../core/errors.ts'
import type { Reading } from './csv-header.ts'

/** The longest row that is read, in bytes: a quote that is never closed must not swallow the file. */
export const longestRow = 1 << 20

/** What both CSV parsers say of a row that cannot be split. */
export const rowComplaints = {
  opensInside: 'a quote opens inside a field',
  closesInside: 'a quote closes inside a field',
  neverClosed: 'a quote is never closed',
  tooLong: `the row is longer than ${longestRow} bytes, or its quote is never closed`,
} as const

const wholeNumber = 'a whole number of 64 bits'
const meanings: Readonly<Record<Reading, string>> = {
  utf8: 'text',
  bool: 'true or false',
  int8: 'a whole number of 8 bits',
  int16: 'a whole number of 16 bits',
  int32: 'a whole number of 32 bits',
  int64: wholeNumber,
  float64: 'a decimal number',
  date: 'a date as 2024-03-01',
  timestamp_ns: wholeNumber,
  timestamp_us: wholeNumber,
  timestamp_ns_utc: wholeNumber,
  timestamp_us_utc: wholeNumber,
  time: 'a time in nanoseconds, or in milliseconds with at most six decimals',
}

/** What is wrong with a text that is no value of its column's kind. */
export const valueComplaint = (text: string, reading: Reading): string =>
  `${JSON.stringify(excerpt(text))} is not ${meanings[reading]}`

/** What is wrong with a row of another number of fields than its header. */
export const widthComplaint = (found: number, due: number, row: string): string =>
  `${found} fields where ${due} are due: ${JSON.stringify(excerpt(row.trimEnd()))}`
