import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch, Columns, Kind } from '../../src/core/schema.ts'
import { dictionaryColumns } from '../../src/lake/dictionary-columns.ts'
import { batchOf, type Row } from '../helpers/batches.ts'

const rows = 8192
/** The same each time, and without a pattern in its neighbours. */
const noise = (row: number, most: number): number => (Math.imul(row + 1, 2_654_435_761) >>> 8) % most

const columnOf = (kind: Kind, valueAt: (row: number) => Row[string], length = rows): Batch =>
  batchOf({ c: kind } as Columns, { c: Array.from({ length }, (_, row) => valueAt(row)) } as never)

const cases: readonly (readonly [what: string, batch: Batch, hasDictionary: boolean])[] = [
  ['tickers, one after the other', columnOf('utf8', (row) => `T${row >> 6}`), true],
  ['conditions', columnOf('utf8', (row) => ['12,37', '', '41', null][noise(row, 4)] ?? null), true],
  ['text of nulls', columnOf('utf8', () => null), true],
  ['ids', columnOf('utf8', (row) => String(row)), false],
  ['ids, with nulls', columnOf('utf8', (row) => (row % 3 ? null : String(row))), false],
  ['exchanges', columnOf('int32', (row) => noise(row, 8)), true],
  ['exchanges as int64', columnOf('int64', (row) => BigInt(noise(row, 8))), true],
  ['exchanges as int8', columnOf('int8', (row) => noise(row, 8)), true],
  ['numbers that are nearly always the same', columnOf('int32', (row) => (row % 100 ? 0 : 12)), false],
  ['numbers that stay for long', columnOf('int16', (row) => row >> 10), false],
  ['counts', columnOf('int64', (row) => BigInt(noise(row, 2000))), false],
  ['numbers of nulls', columnOf('int32', () => null), false],
  ['sizes', columnOf('float64', (row) => noise(row, 400) * 100), true],
  ['prices', columnOf('float64', (row) => noise(row, 3000) / 100), false],
  ['times', columnOf('timestamp_ns', (row) => BigInt(noise(row, 8))), false],
  ['days', columnOf('date', (row) => noise(row, 8)), false],
  ['flags', columnOf('bool', (row) => row % 2 === 0), false],
  ['too few exchanges to tell', columnOf('int32', (row) => noise(row, 8), 1000), false],
  ['too few ids to tell', columnOf('utf8', (row) => String(row), 1000), true],
  ['text of no rows', columnOf('utf8', () => null, 0), true],
  ['numbers of no rows', columnOf('int32', () => null, 0), false],
]

for (const [what, batch, hasDictionary] of cases)
  test(`${what} are written ${hasDictionary ? 'with' : 'without'} a dictionary`, () =>
    assert.deepEqual([...dictionaryColumns(batch)], hasDictionary ? ['c'] : []))

test('a slice is looked at by its own rows', () => {
  const batch = columnOf('utf8', (row) => (row < rows / 2 ? String(row) : 'same'))
  assert.deepEqual([...dictionaryColumns(batch.slice(0, rows / 2) as Batch)], [])
  assert.deepEqual([...dictionaryColumns(batch.slice(rows / 2) as Batch)], ['c'])
})
