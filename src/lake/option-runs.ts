import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { column } from '../columnar/column.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import { gather } from '../columnar/gather.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type OptionSymbol, type OsiColumns, osiColumns, readOsi } from '../datasets/osi.ts'

/** Rows one after the other that have the same ticker. */
export interface TickerRun {
  readonly ticker: string | undefined
  readonly symbol: OptionSymbol | undefined
}

/** The runs of a batch, and for each row the number of its run. */
export function runsOf(batch: Batch<{ readonly ticker: 'utf8' }>) {
  const print = cellPrinter(column(batch, 'ticker'))
  const runs: TickerRun[] = []
  const runOf = new Uint32Array(batch.numRows)
  for (let row = 0; row < batch.numRows; row++) {
    const ticker = print(row)
    if (row === 0 || ticker !== runs.at(-1)?.ticker)
      runs.push({ ticker, symbol: ticker === undefined ? undefined : readOsi(ticker) })
    runOf[row] = runs.length - 1
  }
  return { runs, runOf }
}

/** The batch, and beside its columns what the symbols of its runs say. */
export function withColumns<C extends Columns>(
  batch: Batch<C>,
  runs: readonly TickerRun[],
  runOf: Uint32Array,
): Batch<C & OsiColumns> {
  const given = batch.schema.fields.map(({ name }, i) => ({ name, data: batch.data.children[i] as Data }))
  const names = Object.keys(osiColumns) as (keyof OsiColumns)[]
  const added = names.map((name) => {
    const builder = columnBuilder(osiColumns[name].kind, runs.length)
    for (const [i, { symbol }] of runs.entries())
      if (symbol) builder.set(i, symbol[name])
      else builder.setNull(i)
    return { name, data: gather(builder.take(runs.length), runOf) }
  })
  return makeBatch([...given, ...added], batch.numRows)
}
