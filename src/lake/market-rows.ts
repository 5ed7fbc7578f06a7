import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import type { Day } from './closes.ts'

/** A number that is of one day. */
export interface DatedValue {
  readonly day: Day
  readonly value: number
}

export const product = (values: readonly DatedValue[]): number =>
  values.reduce((all, { value }) => all * value, 1)

/** Values of a table by ticker and day: a ticker, a date and then numbers. */
export async function eventsOf(
  batches: AsyncIterable<Batch> | undefined,
  numberOf: (numbers: readonly (number | undefined)[]) => number | undefined,
): Promise<ReadonlyMap<string, readonly DatedValue[]> | undefined> {
  if (!batches) return undefined
  const events = new Map<string, DatedValue[]>()
  for await (const batch of batches) {
    const [ticker, date, ...others] = batch.schema.fields.map(({ name }) => name) as [
      string,
      string,
      ...string[],
    ]
    const [print, days] = [cellPrinter(column(batch, ticker)), column(batch, date) as Column<'date'>]
    const numbers = others.map((name) => column(batch, name) as Column<'float64'>)
    for (let row = 0; row < batch.numRows; row++) {
      const value = numberOf(numbers.map((one) => (one.isValid(row) ? one.values[row] : undefined)))
      const name = print(row)
      if (name === undefined || !days.isValid(row) || value === undefined || !Number.isFinite(value)) continue
      const known = events.get(name) ?? []
      events.set(name, known)
      known.push({ day: days.values[row] as number, value })
    }
  }
  return events
}

/** Numbers of a table by ticker: a ticker, and a number. */
export async function valuesOf(
  batches: AsyncIterable<Batch> | undefined,
): Promise<ReadonlyMap<string, number> | undefined> {
  if (!batches) return undefined
  const values = new Map<string, number>()
  for await (const batch of batches) {
    const [ticker, number] = batch.schema.fields.map(({ name }) => name) as [string, string]
    const [print, numbers] = [cellPrinter(column(batch, ticker)), column(batch, number) as Column<'float64'>]
    for (let row = 0; row < batch.numRows; row++)
      if (numbers.isValid(row)) values.set(print(row) ?? '', numbers.values[row] as number)
  }
  return values
}

/** Tells what a company of today was called on a day. */
export type Named = (ticker: string, day: Day) => string

/** Reads whose a ticker was, and when. */
export async function symbolsOf(batches: AsyncIterable<Batch> | undefined): Promise<Named> {
  const spans = new Map<string, { ticker: string; from: Day; to: Day }[]>()
  for await (const batch of batches ?? []) {
    const [ticker, current] = ['ticker', 'current_ticker'].map((name) => cellPrinter(column(batch, name)))
    const [from, to] = [
      dayOr(batch, 'valid_from', Number.NEGATIVE_INFINITY),
      dayOr(batch, 'valid_to', Number.POSITIVE_INFINITY),
    ]
    for (let row = 0; row < batch.numRows; row++) {
      const name = current?.(row) ?? ''
      const known = spans.get(name) ?? []
      spans.set(name, known)
      known.push({
        ticker: ticker?.(row) ?? name,
        from: from(row),
        to: to(row),
      })
    }
  }
  return (ticker, day) =>
    spans.get(ticker)?.find(({ from, to }) => day >= from && day <= to)?.ticker ?? ticker
}

function dayOr(batch: Batch, name: string, other: Day): (row: number) => Day {
  const { values, isValid } = column(batch, name) as Column<'date'>
  return (row) => (isValid(row) ? (values[row] as Day) : other)
}
