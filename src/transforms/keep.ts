import { column } from '../columnar/column.ts'
import { takeRows } from '../columnar/gather.ts'
import { cellPrinter } from '../columnar/print.ts'
import { type TickerMatcher, tickerMatcher } from '../columnar/ticker-matcher.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'

/**
 * Keeps the rows of some tickers: `AAPL` that one, `BRK*` all that begin so. Letters count as they are: `BApA` and
 * `BAPA` are two companies. Warns of every pattern that no row of the input matched.
 */
export function keep<C extends Columns & { readonly ticker: 'utf8' }>(
  tickers: readonly string[],
): Transform<Batch<C>, Batch<C>> {
  const patterns = [...new Set(tickers)].sort()
  return transform(
    'keep',
    (run) =>
      async function* (input) {
        const matcher = tickerMatcher(patterns)
        let first = true
        for await (const batch of input) {
          const rows = rowsOf(batch, matcher)
          run.count('filtered', batch.numRows - rows.length)
          // The first batch goes on even if it is empty: what follows learns the columns from it.
          if (rows.length > 0 || first) yield takeRows(batch, rows)
          first = false
        }
        for (const pattern of matcher.unmatched()) run.warn(`no row has the ticker ${pattern}`)
      },
    { shape: { tickers: patterns } },
  )
}

/** The numbers of the rows that are wanted. */
function rowsOf(batch: Batch<{ readonly ticker: 'utf8' }>, { isWanted }: TickerMatcher): Uint32Array {
  const print = cellPrinter(column(batch, 'ticker'))
  const rows = new Uint32Array(batch.numRows)
  let kept = 0
  // Rows come grouped by ticker, and the printer answers the same string for the same bytes.
  let last: string | undefined
  let wanted = false
  for (let row = 0; row < batch.numRows; row++) {
    const ticker = print(row)
    if (ticker !== last) wanted = ticker !== undefined && isWanted(ticker)
    last = ticker
    if (wanted) rows[kept++] = row
  }
  return rows.slice(0, kept)
}
