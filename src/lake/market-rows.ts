import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import { type CompaniesInTime, type Company, type Day, isSame, put } from './companies-in-time.ts'

/** A number that is of one day. */
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
  /** Not finite for a row that says nothing. */
  numberFrom(numbers: readonly number[]): number
}

/** The values of a table by company: each is of who had its ticker on its day. */
export async function datedValues(
  batches: AsyncIterable<Batch>,
  { date, numbers, numberFrom }: DatedColumns,
  companies: CompaniesInTime | undefined,
): Promise<ValuesOf> {
  const found = new Map<string, (DatedValue & { readonly of: Company })[]>()
  for await (const batch of batches) {
    const print = cellPrinter(column(batch, 'ticker'))
    const days = column(batch, date) as Column<'date'>
    const columns = numbers.map((name) => column(batch, name) as Column<'float64'>)
    for (let row = 0; row < batch.numRows; row++) {
      const value = numberFrom(
        columns.map(({ isValid, values }) => (isValid(row) ? (values[row] as number) : Number.NaN)),
      )
      const ticker = print(row)
      if (ticker === undefined || !days.isValid(row) || !Number.isFinite(value)) continue
      const day = days.values[row] as Day
      for (const of of companies?.ownersOf(ticker, day) ?? [{ ticker }])
        put(found, of.ticker, { day, value, of })
    }
  }
  return (company) => (found.get(company.ticker) ?? []).filter(({ of }) => isSame(of, company))
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
