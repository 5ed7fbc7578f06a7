import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Data } from 'apache-arrow'
import fc from 'fast-check'
import { makeBatch } from '../../src/columnar/arrow-types.ts'
import { gather } from '../../src/columnar/gather.ts'
import type { Batch } from '../../src/core/schema.ts'
import { imageOf, rowsOf, schemaOf } from '../helpers/batches.ts'
import { anyBatch, batchOfRows, someRows } from './any-batch.ts'

const gatherAll = (batch: Batch, rows: readonly number[]): Batch =>
  makeBatch(
    batch.schema.fields.map(({ name }, i) => ({
      name,
      data: gather(batch.data.children[i] as Data, Uint32Array.from(rows)),
    })),
    rows.length,
  )

test('any rows of a batch of all kinds, sliced or not, are gathered with their nulls', () => {
  const some = anyBatch().chain((given) =>
    fc.tuple(fc.constant(given), fc.subarray(given.rows.map((_, row) => row))),
  )
  const gathers = fc.property(some, ([{ rows, batch }, chosen]) => {
    const gathered = gatherAll(batch, chosen)
    assert.deepEqual(
      rowsOf(gathered),
      chosen.map((row) => rows[row]),
    )
    assert.deepEqual(schemaOf(gathered), schemaOf(batch))
    gathered.data.children.forEach((data, i) => {
      const name = batch.schema.fields[i]?.name ?? ''
      assert.equal(data.nullCount, chosen.filter((row) => rows[row]?.[name] === null).length, name)
    })
  })
  fc.assert(gathers, { numRuns: 120 })
})

const cases: readonly [title: string, rows: readonly number[]][] = [
  ['no rows', []],
  ['one row', [4]],
  ['the first and the last row', [0, 10]],
  ['all rows', someRows.map((_, row) => row)],
]
for (const [title, rows] of cases)
  test(`of ${title} a batch is gathered that tells the same columns`, () => {
    const batch = batchOfRows(someRows)
    const gathered = gatherAll(batch, rows)
    assert.deepEqual(schemaOf(gathered), schemaOf(batch))
    assert.deepEqual(
      rowsOf(gathered),
      rows.map((row) => someRows[row]),
    )
  })

test('what was gathered shares no memory with what it was gathered from', () => {
  const batch = batchOfRows(someRows)
  const gathered = gatherAll(
    batch,
    someRows.map((_, row) => row),
  )
  const before = imageOf(gathered)
  for (const { values, valueOffsets, nullBitmap } of batch.data.children) {
    values.fill(typeof values[0] === 'bigint' ? 1n : 1)
    valueOffsets?.fill(0)
    nullBitmap?.fill(0)
  }
  assert.deepEqual(imageOf(gathered), before)
})
