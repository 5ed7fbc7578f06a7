import { type Data, makeData } from 'apache-arrow'
import type { Batch, Columns, Kind } from '../core/schema.ts'
import { kindOf, makeBatch, typeOf } from './arrow-types.ts'
import { arrays, type Column, columnOf } from './column.ts'
import { columnBuilder } from './column-builder.ts'
import { nullColumn } from './convert.ts'

/** One value for all rows, a text for `utf8` and for others what their arrays hold; or a number for each row. */
export type Filling = string | number | bigint | ((row: number) => number)

/**
 * A batch with exactly these columns: those that it has, what is filled in, nulls for the rest. Moments become
 * days where a day is wanted.
 */
export function completeBatch(
  batch: Batch,
  columns: Columns,
  fillings: Readonly<Record<string, Filling>>,
): Batch {
  const { numRows } = batch
  const known = new Map(batch.schema.fields.map(({ name }, i) => [name, batch.data.children[i] as Data]))
  return makeBatch(
    Object.entries(columns).map(([name, kind]) => {
      const filling = fillings[name]
      if (filling !== undefined) return { name, data: filled(kind, filling, numRows) }
      const data = known.get(name)
      return { name, data: data ? asKind(data, kind) : nullColumn(kind, numRows) }
    }),
    numRows,
  )
}

function filled(kind: Kind, filling: Filling, rows: number): Data {
  const valueAt = typeof filling === 'function' ? filling : () => filling
  if (kind === 'utf8' || kind === 'bool') {
    const builder = columnBuilder(kind, rows)
    for (let row = 0; row < rows; row++) builder.set(row, String(valueAt(row)))
    return builder.take(rows)
  }
  const data = new arrays[kind](rows)
  for (let row = 0; row < rows; row++) data[row] = valueAt(row) as never
  return makeData({ type: typeOf(kind), length: rows, nullCount: 0, data } as Parameters<typeof makeData>[0])
}

const usPerDay = 86_400_000_000n

function asKind(data: Data, kind: Kind): Data {
  const found = kindOf(data.type)
  if (found === kind) return data
  if (found !== 'timestamp_us' || kind !== 'date') throw new TypeError(`a ${found} cannot become a ${kind}`)
  const { values, length, isValid } = columnOf(data) as Column<'timestamp_us'>
  const days = columnBuilder('date', length)
  for (let row = 0; row < length; row++) {
    const text = isValid(row) ? dayText(values[row] as bigint) : undefined
    if (text === undefined || !days.set(row, text)) days.setNull(row)
  }
  return days.take(length)
}

const dayText = (us: bigint): string =>
  new Date(Number(us / usPerDay) * 86_400_000).toISOString().slice(0, 10)
