import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import type { DayRule, Rules, TickerRule } from './table-question.ts'

/** The numbers of the rows of a batch that the rules want, ascending. A null is never wanted. */
export function wantedRows(batch: Batch, { tickers, days }: Rules): Uint32Array {
  const isWanted = both(tickers && tickerTest(batch, tickers), days && dayTest(batch, days))
  const rows = new Uint32Array(batch.numRows)
  let kept = 0
  for (let row = 0; row < batch.numRows; row++) if (isWanted(row)) rows[kept++] = row
  return rows.slice(0, kept)
}

type RowTest = (row: number) => boolean

function both(one: RowTest | undefined, other: RowTest | undefined): RowTest {
  if (one && other) return (row) => one(row) && other(row)
  return one ?? other ?? (() => true)
}

/** Rows come grouped by ticker: one that has the same bytes as the row before is wanted as that was, and is not decoded. */
function tickerTest(batch: Batch, rule: TickerRule): RowTest {
  const tickers = column(batch, rule.column) as Column<'utf8'>
  const print = cellPrinter(tickers)
  let last = -1
  let wanted = false
  return (row) => {
    if (!tickers.isValid(row)) return false
    if (last < 0 || !isSame(tickers, last, row)) {
      // Nothing is null here.
      wanted = rule.isWanted(print(row) as string)
      last = row
    }
    return wanted
  }
}

/** In place: a view a row would take longer than all the rest. */
function isSame({ values, offsets }: Column<'utf8'>, one: number, other: number): boolean {
  const [a, b] = [offsets[one] as number, offsets[other] as number]
  const length = (offsets[one + 1] as number) - a
  if ((offsets[other + 1] as number) - b !== length) return false
  for (let i = 0; i < length; i++) if (values[a + i] !== values[b + i]) return false
  return true
}

function dayTest(batch: Batch, rule: DayRule): RowTest {
  const { isValid, values } = column(batch, rule.column)
  const [times, { min, max }] = [values as Int32Array | BigInt64Array, rule]
  return (row) => {
    const time = times[row] as number | bigint
    return isValid(row) && time >= min && time <= max
  }
}
