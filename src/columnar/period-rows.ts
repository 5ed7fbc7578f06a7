import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { column } from './column.ts'
import type { Back } from './formula-steps.ts'
import { cellPrinter } from './print.ts'

/** The columns that say whose figures a row has, and of which period. */
export const periodKeys = {
  cik: 'utf8',
  tickers: 'utf8',
  period_end: 'date',
  filing_date: 'date',
  fiscal_year: 'int32',
  fiscal_quarter: 'int32',
  timeframe: 'utf8',
} as const

export type PeriodKeys = typeof periodKeys

/** When a period was filed for the first time: a date that rows may have beside their keys. */
export const firstFiledColumn = 'first_filed'

/** How our rows name what length of time their flows are of: a year, a quarter, the last four quarters. */
export const timeframes = ['annual', 'quarterly', 'ttm'] as const
export const quarterly = timeframes.indexOf('quarterly')

/** Whose rows these are: the cik, or the tickers of who has none. */
export function companyPrinter(
  batch: Batch<{ readonly cik: 'utf8'; readonly tickers: 'utf8' }>,
): (row: number) => string | undefined {
  const cik = cellPrinter(column(batch, 'cik'))
  const tickers = cellPrinter(column(batch, 'tickers'))
  return (row) => cik(row) ?? tickers(row)
}

/** Where the rows of each company begin, and after them how many rows there are. Rows that name nobody are alone. */
export function companyStarts(batch: Batch<PeriodKeys>): number[] {
  const companyOf = companyPrinter(batch)
  const starts: number[] = []
  let last: string | undefined
  for (let row = 0; row < batch.numRows; row++) {
    const company = companyOf(row)
    if (row === 0 || company === undefined || company !== last) starts.push(row)
    last = company
  }
  return [...starts, batch.numRows]
}

/** The period of each row of a batch of whole companies. */
export interface Periods {
  readonly timeframe: Uint8Array
  /** What a period is found by, or -1 for a row that does not say which it is of. */
  readonly key: Int32Array
  readonly starts: readonly number[]
}

/** How far apart in `key` a year and the next are: a place for each quarter of each timeframe. */
const yearStep = 16

/** @throws {DataError} for a timeframe that we do not know. */
export function periodsOf(batch: Batch<PeriodKeys>): Periods {
  const name = cellPrinter(column(batch, 'timeframe'))
  const year = column(batch, 'fiscal_year')
  const quarter = column(batch, 'fiscal_quarter')
  const timeframe = new Uint8Array(batch.numRows)
  const key = new Int32Array(batch.numRows).fill(-1)
  for (let row = 0; row < batch.numRows; row++) {
    const code = timeframes.indexOf(name(row) as (typeof timeframes)[number])
    if (code < 0)
      throw new DataError(`timeframe ${name(row) ?? 'null'} is none of ${timeframes.join(', ')}`, {
        at: { row: row + 1, column: 'timeframe' },
      })
    timeframe[row] = code
    // A year is one period, whatever quarter it is said to end with.
    const q = code === 0 ? 1 : quarter.isValid(row) ? (quarter.values[row] as number) : 0
    if (year.isValid(row) && q >= 1 && q <= 4)
      key[row] = (year.values[row] as number) * yearStep + code * 4 + q - 1
  }
  return { timeframe, key, starts: companyStarts(batch) }
}

/**
 * Finds the rows of earlier periods of the same company and timeframe, by fiscal year and quarter and never by counting
 * rows: where a period is missing there is none.
 *
 * @throws {DataError} when a company has two rows for one period.
 */
export function earlierRows(periods: Periods, backs: readonly Back[]): Int32Array[] {
  const { key, timeframe, starts } = periods
  const found = backs.map(() => new Int32Array(key.length).fill(-1))
  for (let company = 0; company + 1 < starts.length; company++) {
    const [start, end] = [starts[company] as number, starts[company + 1] as number]
    const rowOf = rowsByPeriod(key, start, end)
    for (const [i, back] of backs.entries()) {
      const rows = found[i] as Int32Array
      for (let row = start; row < end; row++) {
        const before = keyBefore(key[row] as number, timeframe[row] as number, back)
        rows[row] = before < 0 ? -1 : (rowOf.get(before) ?? -1)
      }
    }
  }
  return found
}

function rowsByPeriod(key: Int32Array, start: number, end: number): Map<number, number> {
  const rowOf = new Map<number, number>()
  for (let row = start; row < end; row++) {
    const period = key[row] as number
    if (period < 0) continue
    const other = rowOf.get(period)
    if (other !== undefined) throw twice(row, other)
    rowOf.set(period, row)
  }
  return rowOf
}

/** Years have no quarter before. */
function keyBefore(key: number, timeframe: number, back: Back): number {
  if (key < 0) return -1
  if ('years' in back) return key - back.years * yearStep
  if (timeframe === 0) return -1
  return (key & 3) > 0 ? key - 1 : key - yearStep + 3
}

const twice = (row: number, other: number): DataError =>
  new DataError(`its company, timeframe, fiscal year and quarter are those of row ${other + 1}`, {
    at: { row: row + 1 },
    hint: 'give the newest vintage of each period only',
  })
