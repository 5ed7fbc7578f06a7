import { column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import type { DayRule, Rules, TickerRule } from './table-question.ts'

/** The numbers of the rows of a batch that the rules want, ascending. A null is never wanted. */
export function wantedRows(batch: Batch, { tickers, days }: Rules): Uint32Array {
  const tests = [...(tickers ? [tickerTest(batch, tickers)] : []), ...(days ? [dayTest(batch, days)] : [])]
  const rows = new Uint32Array(batch.numRows)
  let kept = 0
  for (let row = 0; row < batch.numRows; row++) if (tests.every((test) => test(row))) rows[kept++] = row
  return rows.slice(0, kept)
}

/** Rows come grouped by ticker, and the printer answers the same string for the same bytes. */
function tickerTest(batch: Batch, rule: TickerRule): (row: number) => boolean {
  const print = cellPrinter(column(batch, rule.column))
  let last: string | undefined
  let wanted = false
  return (row) => {
    const ticker = print(row)
    if (ticker !== last) wanted = ticker !== undefined && rule.isWanted(ticker)
    last = ticker
    return wanted
  }
}

function dayTest(batch: Batch, rule: DayRule): (row: number) => boolean {
  const { isValid, values } = column(batch, rule.column)
  const [times, { min, max }] = [values as Int32Array | BigInt64Array, rule]
  return (row) => {
    const time = times[row] as number | bigint
    return isValid(row) && time >= min && time <= max
  }
}
