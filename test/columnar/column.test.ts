import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bitAt, type Column, column, columnOf } from '../../src/columnar/column.ts'
import type { Kind } from '../../src/core/schema.ts'
import { batchOf, type Row } from '../helpers/batches.ts'
import { anyBatch, kinds } from './any-batch.ts'

/** A row as the docs of `Column` say it is read. */
function valueAt({ kind, values, offsets, isValid }: Column, row: number): Row[string] {
  if (!isValid(row)) return null
  if (kind === 'bool') return bitAt(values as Uint8Array, row)
  if (kind !== 'utf8') return values[row] as number | bigint
  return Buffer.from((values as Uint8Array).subarray(offsets[row], offsets[row + 1])).toString()
}

const reads = (kind: Kind) =>
  fc.property(anyBatch(), ({ rows, batch }) => {
    const read = column(batch, kind as 'utf8')
    assert.equal(read.kind, kind)
    assert.equal(read.length, rows.length)
    assert.equal(read.nullCount, rows.filter((row) => row[kind] === null).length)
    assert.deepEqual(
      rows.map((_, row) => valueAt(read, row)),
      rows.map((row) => row[kind]),
    )
  })

for (const kind of kinds)
  test(`a column of ${kind} reads every value and null of a batch, also of a sliced one`, () =>
    fc.assert(reads(kind), { numRuns: 40 }))

test('a slice of a slice is read like any other', () => {
  const whole = batchOf({ n: 'int32' }, { n: [0, null, 2, null, 4, 5, null, 7, 8, null, 10] })
  const inner = whole.slice(1, 10).slice(2, 7)
  const read = columnOf(inner.data.children[0] as Parameters<typeof columnOf>[0])
  assert.equal(read.nullCount, 2)
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((row) => valueAt(read, row)),
    [null, 4, 5, null, 7],
  )
})

test('a column that is not there is told among those that are', () => {
  const batch = batchOf({ a: 'int32', b: 'utf8' }, { a: [1], b: ['x'] })
  assert.throws(() => column(batch, 'c' as 'a'), { name: 'TypeError', message: 'no column c among a, b' })
})

test('bits are read from the least significant one on', () => {
  const bits = Uint8Array.of(0b0000_0101, 0b1000_0000)
  const set = Array.from({ length: 16 }, (_, at) => at).filter((at) => bitAt(bits, at))
  assert.deepEqual(set, [0, 2, 15])
})
