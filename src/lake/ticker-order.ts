import { type Column, column } from '../columnar/column.ts'
import type { Batch } from '../core/schema.ts'

type Tickers = { readonly ticker: 'utf8' }

/** The place of each ticker among all, in the order of their bytes; null comes last. */
export type TickerOrder = ReadonlyMap<string | null, number>

/** Gathers the tickers of some batches. */
export function gatherTickers() {
  const seen = new Set<string>()
  return {
    add(batch: Batch): void {
      eachTicker(batch, (ticker) => {
        if (ticker !== null) seen.add(ticker)
      })
    },
    order(): TickerOrder {
      // One unit a byte, so that they sort as DuckDB and Polars sort them, whatever they hold.
      const tickers = [...seen].sort((a, b) => (a < b ? -1 : 1))
      return new Map([...tickers, null].map((ticker, place) => [ticker, place]))
    },
  }
}

/** The place of each row's ticker. @throws when one was not gathered. */
export function numbersOf(batch: Batch, order: TickerOrder): Uint32Array {
  const numbers = new Uint32Array(batch.numRows)
  eachTicker(batch, (ticker, from, to) => {
    const number = order.get(ticker)
    if (number === undefined) throw new Error(`the ticker ${ticker} has come only now`)
    numbers.fill(number, from, to)
  })
  return numbers
}

/** Rows of equal tickers that follow each other are looked at as one; a text has a unit for each byte. */
function eachTicker(batch: Batch, visit: (ticker: string | null, from: number, to: number) => void): void {
  const tickers = column(batch as Batch<Tickers>, 'ticker')
  const bytes = Buffer.from(tickers.values.buffer, tickers.values.byteOffset, tickers.values.byteLength)
  for (let from = 0, to = 0; from < tickers.length; from = to) {
    to = from + 1
    while (to < tickers.length && areEqual(tickers, from, to)) to++
    const ticker = tickers.isValid(from)
      ? bytes.toString('latin1', tickers.offsets[from], tickers.offsets[from + 1])
      : null
    visit(ticker, from, to)
  }
}

function areEqual({ values, offsets, isValid }: Column<'utf8'>, one: number, other: number): boolean {
  const [start, end, at] = [offsets[one], offsets[one + 1], offsets[other]] as [number, number, number]
  if (end - start !== (offsets[other + 1] as number) - at) return false
  for (let i = end - start - 1; i >= 0; i--) if (values[start + i] !== values[at + i]) return false
  return isValid(one) === isValid(other)
}
