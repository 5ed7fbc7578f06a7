import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { column } from '../columnar/column.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import { gather } from '../columnar/gather.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import { type OptionSymbol, type OsiColumns, osiColumns, readOsi } from '../datasets/osi.ts'

/**
 * Adds what the symbol of each option says, read from its right: `underlying` (the root, `SPY1` where the contract was
 * adjusted), `expiry`, `right` and `strike`, as `osiColumns` tells. A ticker that is no such symbol has nulls there, and
 * one warning at the end says how many rows that were.
 */
export function addOsi<C extends Columns & { readonly ticker: 'utf8' }>(): Transform<
  Batch<C>,
  Batch<C & OsiColumns>
> {
  return transform(
    'add-osi',
    (run) =>
      async function* (input) {
        let strangers = 0
        let example: string | undefined
        for await (const batch of input) {
          const { runs, runOf } = runsOf(batch)
          const unread = runOf.filter((run) => !runs[run]?.symbol)
          strangers += unread.length
          example ??= unread.length > 0 ? (runs[unread[0] as number]?.ticker ?? 'null') : undefined
          yield withColumns(batch, runs, runOf)
        }
        if (strangers > 0)
          run.warn(
            `rows whose ticker is no option symbol: ${strangers}, as ${example}; what it would say is null`,
          )
      },
    { shape: { osi: true } },
  )
}

/** Rows one after the other that have the same ticker. */
interface TickerRun {
  readonly ticker: string | undefined
  readonly symbol: OptionSymbol | undefined
}

/** The runs of a batch, and for each row the number of its run. */
function runsOf(batch: Batch<{ readonly ticker: 'utf8' }>) {
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

function withColumns<C extends Columns>(
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
