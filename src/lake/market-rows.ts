import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import { type CompaniesInTime, type Company, type Day, isSame, put } from './companies-in-time.ts'

/** A number that is of one day; NaN where that day has one and it is not known. */
export interface DatedValue {
  readonly day: Day
  readonly value: number
}

/** Finds the values of a company, of all days. */
export type ValuesOf = (company: Company) => readonly DatedValue[]

/** Where a table has a ticker, the date, and what numbers its values are made of. */
export interface DatedColumns {
  readonly date: string
  readonly numbers: readonly string[]
  /** A column that tells what the numbers count. */
  readonly unit?: string
  /**
   * What a row says, given its numbers, each NaN where it is null, and the text of its unit. NaN for a row that says what cannot be
   * told as a number here; nothing for one that says nothing.
   */
  numberFrom(numbers: readonly number[], unit: string | undefined): number | undefined
}

/** The values of a table by company: each is of who had its ticker on its day. */
export async function datedValues(
  batches: AsyncIterable<Batch>,
  columns: DatedColumns,
  companies: CompaniesInTime | undefined,
): Promise<ValuesOf> {
  const found = new Map<string, (DatedValue & { readonly of: Company })[]>()
  for await (const batch of batches) {
    const print = cellPrinter(column(batch, 'ticker'))
    const days = column(batch, columns.date) as Column<'date'>
    const valueAt = valueReader(batch, columns)
    for (let row = 0; row < batch.numRows; row++) {
      const value = valueAt(row)
      const ticker = print(row)
      if (ticker === undefined || !days.isValid(row) || value === undefined) continue
      const day = days.values[row] as Day
      for (const of of companies?.ownersOf(ticker, day) ?? [{ ticker }])
        put(found, of.ticker, { day, value, of })
    }
  }
  return (company) => (found.get(company.ticker) ?? []).filter(({ of }) => isSame(of, company))
}

function valueReader(batch: Batch, { numbers, unit, numberFrom }: DatedColumns) {
  const columns = numbers.map((name) => column(batch, name) as Column<'float64'>)
  const unitOf = unit === undefined ? () => undefined : cellPrinter(column(batch, unit))
  return (row: number): number | undefined =>
    numberFrom(
      columns.map(({ isValid, values }) => (isValid(row) ? (values[row] as number) : Number.NaN)),
      unitOf(row),
    )
}

/** Numbers of a table by company. */
export async function numbersOf(
  batches: AsyncIterable<Batch>,
  name: string,
): Promise<(company: Company) => number | undefined> {
  const found = new Map<string, { readonly of: Company; readonly value: number }>()
  for await (const batch of batches) {
    const [print, cik] = [cellPrinter(column(batch, 'ticker')), cellPrinter(column(batch, 'cik'))]
    const numbers = column(batch, name) as Column<'float64'>
    for (let row = 0; row < batch.numRows; row++) {
      const ticker = print(row)
      if (ticker !== undefined && numbers.isValid(row))
        found.set(ticker, { of: { ticker, cik: cik(row) }, value: numbers.values[row] as number })
    }
  }
  return (company) => {
    const known = found.get(company.ticker)
    return known && isSame(known.of, company) ? known.value : undefined
  }
}
