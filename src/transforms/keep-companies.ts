import { column } from '../columnar/column.ts'
import { takeRows } from '../columnar/gather.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'

/**
 * Keeps the rows of some companies, by any of their tickers: the column holds one, or several with commas between them.
 * No part of the shape: which companies a table has is a matter of its units.
 */
export function keepCompanies<C extends Columns>(
  name: keyof C & string,
  tickers: readonly string[],
): Transform<Batch<C>, Batch<C>> {
  return transform('keep-companies', (run) => {
    const rowsOf = rowPicker<C>(name, new Set(tickers))
    return async function* (input) {
      let first = true
      for await (const batch of input) {
        const rows = rowsOf(batch)
        run.count('filtered', batch.numRows - rows.length)
        // The first batch goes on even if it is empty: what follows learns the columns from it.
        if (rows.length > 0 || first) yield takeRows(batch, rows)
        first = false
      }
    }
  })
}

const rowPicker =
  <C extends Columns>(name: keyof C & string, wanted: ReadonlySet<string>) =>
  (batch: Batch<C>): Uint32Array => {
    const print = cellPrinter(column(batch, name))
    const isWanted = (row: number): boolean =>
      (print(row) ?? '').split(',').some((ticker) => wanted.has(ticker))
    return Uint32Array.from(Array.from({ length: batch.numRows }, (_, row) => row).filter(isWanted))
  }
