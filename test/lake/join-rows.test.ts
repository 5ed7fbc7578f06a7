import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesOf, joinColumn, joinRanges, rowsOf as rowsIn, wholeOf } from '../../src/lake/join-rows.ts'
import { anyBatch } from '../columnar/any-batch.ts'
import { batchOf, imageOf, rowsOf, schemaOf } from '../helpers/batches.ts'

/** Batches, slices among them, and a part of each. */
const anyRanges = fc.array(
  fc.tuple(anyBatch(20), fc.nat(20), fc.nat(20)).map(([{ rows, batch }, a, b]) => {
    const [from, to] = [Math.min(a, b, rows.length), Math.min(Math.max(a, b), rows.length)]
    const range = { batch, from, to }
    return { range, rows: rows.slice(from, to), [fc.toStringMethod]: () => fc.stringify({ rows, from, to }) }
  }),
  { minLength: 1, maxLength: 5 },
)

test('parts of batches become one batch of the same rows, nulls and all', () => {
  fc.assert(
    fc.property(anyRanges, (given) => {
      const ranges = given.map(({ range }) => range)
      const joined = joinRanges(ranges)
      const expected = given.flatMap(({ rows }) => rows)
      assert.deepEqual(rowsOf(joined), expected)
      assert.equal(rowsIn(ranges), expected.length)
      const [first] = ranges
      assert.deepEqual(schemaOf(joined), first && schemaOf(first.batch))
    }),
  )
})

test('a joined column shares no memory with what it came from', () => {
  const batch = batchOf({ a: 'utf8', b: 'bool' }, { a: ['x', null], b: [true, null] })
  const before = imageOf(batch)
  for (const i of [0, 1]) {
    const joined = joinColumn([wholeOf(batch), wholeOf(batch)], i)
    joined.values.fill(0)
    joined.nullBitmap?.fill(0)
  }
  assert.deepEqual(imageOf(batch), before)
})

test('the bytes of a range are those of its values, wherever its batch lies', () => {
  const batch = batchOf({ a: 'utf8', b: 'int64' }, { a: ['x', 'yz', ''], b: [1n, 2n, 3n] })
  assert.equal(bytesOf({ batch, from: 0, to: 3 }), 1 + 12 + 3 + 1 + 24)
  assert.equal(bytesOf({ batch: batch.slice(1) as typeof batch, from: 0, to: 1 }), 1 + 4 + 2 + 1 + 8)
})
