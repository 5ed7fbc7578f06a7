import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataError, UsageError } from '../../src/core/errors.ts'
import type { Kind } from '../../src/core/schema.ts'
import { checkPartitionKind } from '../../src/lake/partition-kinds.ts'
import { mostPartitions, numberPartitions } from '../../src/lake/partition-rows.ts'
import { anyBatch, kinds } from '../columnar/any-batch.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'

const allowed: readonly Kind[] = ['utf8', 'bool', 'int8', 'int16', 'int32', 'int64', 'date']
for (const kind of kinds)
  test(`${kind} ${allowed.includes(kind) ? 'can' : 'cannot'} be a partition`, () => {
    if (allowed.includes(kind)) checkPartitionKind('c', kind)
    else assert.throws(() => checkPartitionKind('c', kind), UsageError)
  })

test('rows have one number exactly where all their values are the same, and lose those columns', () => {
  fc.assert(
    fc.property(anyBatch(), fc.subarray([...allowed], { minLength: 1 }), ({ rows, batch }, by) => {
      const { batch: rest, numbers } = numberPartitions(by).number(batch)
      const keyOf = (row: number): unknown[] => by.map((name) => rows[row]?.[name])
      rows.forEach((_, a) => {
        rows.forEach((_, b) => {
          const same = keyOf(a).every((value, i) => value === keyOf(b)[i])
          assert.equal(numbers[a] === numbers[b], same)
        })
      })
      const without = rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => !by.includes(name as Kind))),
      )
      assert.deepEqual(rowsOf(rest), without)
    }),
    { numRuns: 50 },
  )
})

test('numbers are given in the order of appearance, over all batches, and tell the values as texts', () => {
  const kinds = { ticker: 'utf8', n: 'int64', day: 'date', up: 'bool', price: 'float64' } as const
  const partitions = numberPartitions(['n', 'ticker', 'up', 'day'])
  const first = batchOf(kinds, {
    ticker: ['B', 'A', 'B', null],
    n: [2n ** 53n + 1n, 1n, 2n ** 53n + 1n, null],
    day: [19_783, 19_783, 19_783, null],
    up: [true, false, true, null],
    price: [1, 2, 3, 4],
  })
  const second = batchOf(kinds, {
    ticker: ['', 'A'],
    n: [-1n, 1n],
    day: [-719_528, 19_783],
    up: [true, false],
    price: [5, 6],
  })
  assert.deepEqual([...partitions.number(first).numbers], [0, 1, 0, 2])
  assert.deepEqual([...partitions.number(second).numbers], [3, 1])
  assert.deepEqual(
    [0, 1, 2, 3].map((number) => partitions.levelsOf(number).map(([, text]) => text)),
    [
      ['9007199254740993', 'B', 'true', '2024-03-01'],
      ['1', 'A', 'false', '2024-03-01'],
      [null, null, null, null],
      ['-1', '', 'true', '0000-01-01'],
    ],
  )
  assert.deepEqual(
    partitions.levelsOf(1).map(([name]) => name),
    ['n', 'ticker', 'up', 'day'],
  )
})

test('a column that is missing or of another kind, and a date beyond the year 9999, are refused', () => {
  const batch = batchOf({ price: 'float64', day: 'date' }, { price: [1], day: [2_932_897] })
  assert.throws(() => numberPartitions(['ticker']).number(batch), UsageError)
  assert.throws(() => numberPartitions(['price']).number(batch), UsageError)
  assert.throws(() => numberPartitions(['day']).number(batch), DataError)
})

test(`more than ${mostPartitions} partitions are refused, and so many are not`, () => {
  const partitions = numberPartitions(['n'])
  const n = Array.from({ length: mostPartitions }, (_, i) => i)
  partitions.number(batchOf({ n: 'int32' }, { n }))
  assert.throws(
    () => partitions.number(batchOf({ n: 'int32' }, { n: [5, -1] })),
    (error) => error instanceof DataError && /more than 100000 partitions by n/.test(error.message),
  )
})
