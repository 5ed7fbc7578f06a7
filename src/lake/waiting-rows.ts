import { type Data, makeData, RecordBatchReader } from 'apache-arrow'
import { makeBatch, typeOf } from '../columnar/arrow-types.ts'
import { type Column, column } from '../columnar/column.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import { takeRows } from '../columnar/gather.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { WaitingTable, WaitingUnit } from '../core/gather.ts'
import type { Batch } from '../core/schema.ts'
import { firstTicker, type MergeRule } from './merge-rule.ts'

/** Columns beside those of the rows: the number of the unit that brought a row, and where it belongs. */
export const unitColumn = '#unit'
export const monthColumn = '#month'
export const tickerColumn = '#ticker'

/** The rows that wait, in the order of their units, each with the three columns that tell where it goes. */
export async function* waitingRows({ units }: WaitingTable, rule: MergeRule): AsyncGenerator<Batch> {
  for (const [unit, one] of units.entries())
    for await (const batch of batchesOf(one)) if (batch.numRows > 0) yield placed(batch, unit, rule)
}

/** Views of the bytes, which nobody else has. */
async function* batchesOf(one: WaitingUnit): AsyncGenerator<Batch> {
  for await (const bytes of one.read())
    for (const { schema, data, numRows } of RecordBatchReader.from(bytes))
      yield makeBatch(
        schema.fields.map(({ name }, i) => ({ name, data: data.children[i] as Data })),
        numRows,
      )
}

/** Adds the three columns. */
export function placed(batch: Batch, unit: number, { time, layout, company }: MergeRule): Batch {
  const { numRows } = batch
  const months =
    time === undefined ? new Int32Array(numRows) : monthsOf(column(batch, time) as Column<'date'>)
  const tickers = columnBuilder('utf8', numRows)
  if (layout === 'ticker') {
    const print = cellPrinter(column(batch, company))
    for (let row = 0; row < numRows; row++) tickers.set(row, firstTicker(print(row)) ?? '')
  } else for (let row = 0; row < numRows; row++) tickers.set(row, '')
  const columns = batch.schema.fields.map(({ name }, i) => ({ name, data: batch.data.children[i] as Data }))
  return makeBatch(
    [
      ...columns,
      { name: unitColumn, data: int32s(new Int32Array(numRows).fill(unit)) },
      { name: monthColumn, data: int32s(months) },
      { name: tickerColumn, data: tickers.take(numRows) },
    ],
    numRows,
  )
}

const int32s = (data: Int32Array): Data =>
  makeData({ type: typeOf('int32'), length: data.length, nullCount: 0, data } as Parameters<
    typeof makeData
  >[0])

/** Stands for rows whose date is null. */
export const noMonth = -1

/** Months since the year 0 of days since 1970. */
function monthsOf({ values, length, isValid }: Column<'date'>): Int32Array {
  const months = new Int32Array(length)
  const known = new Map<number, number>()
  for (let row = 0; row < length; row++) {
    if (!isValid(row)) {
      months[row] = noMonth
      continue
    }
    const day = values[row] as number
    let month = known.get(day)
    if (month === undefined) {
      const date = new Date(day * 86_400_000)
      month = date.getUTCFullYear() * 12 + date.getUTCMonth()
      known.set(day, month)
    }
    months[row] = month
  }
  return months
}

/** A batch as it came, but for the columns that tell where it goes. */
export function withoutPlace(batch: Batch): Batch {
  const columns = batch.schema.fields.flatMap(({ name }, i) =>
    name.startsWith('#') ? [] : [{ name, data: batch.data.children[i] as Data }],
  )
  return makeBatch(columns, batch.numRows)
}

/** The rows of each month. */
export function* splitByMonth(batch: Batch): Generator<readonly [month: number, rows: Batch]> {
  const { values } = column(batch, monthColumn) as Column<'int32'>
  const rows = new Map<number, number[]>()
  for (let row = 0; row < batch.numRows; row++) {
    const month = values[row] as number
    const known = rows.get(month) ?? []
    rows.set(month, known)
    known.push(row)
  }
  for (const [month, some] of rows) yield [month, takeRows(batch, Uint32Array.from(some))]
}
