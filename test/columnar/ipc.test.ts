import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { columnsOf } from '../../src/columnar/arrow-types.ts'
import { batchMessage, batchToStream, endOfStream, schemaMessage } from '../../src/columnar/ipc.ts'
import type { Batch } from '../../src/core/schema.ts'
import { imageOf, rowsOf } from '../helpers/batches.ts'
import { anyBatch, batchOfRows, everyKind, someRows } from './any-batch.ts'

const read = (...messages: readonly Uint8Array[]) => tableFromIPC(Buffer.concat(messages))

test('a schema, any batches and an end are one stream, which Arrow reads back exactly', () => {
  const reads = fc.property(fc.array(anyBatch(20), { minLength: 1, maxLength: 4 }), (given) => {
    const [first] = given
    assert.ok(first)
    const filled = given.filter(({ rows }) => rows.length > 0)
    const messages = filled.map(({ batch }) => batchMessage(batch))
    const table = read(schemaMessage(first.batch), ...messages, endOfStream)
    assert.deepEqual(
      table.batches.flatMap((batch) => rowsOf(batch)),
      given.flatMap(({ rows }) => rows),
    )
    assert.equal(String(table.schema), String(first.batch.schema))
  })
  fc.assert(reads, { numRuns: 60 })
})

test('a batch is a stream of its own, which shares no memory with it', () => {
  const batch = batchOfRows(someRows)
  const stream = batchToStream(batch)
  const before = imageOf(batch)
  assert.deepEqual(
    read(stream).batches.flatMap((one) => rowsOf(one)),
    someRows,
  )
  stream.fill(0)
  assert.deepEqual(imageOf(batch), before)
})

test('a stream is its schema, its batch and its end, each of them once', () => {
  const batch = batchOfRows(someRows)
  const parts = Buffer.concat([schemaMessage(batch), batchMessage(batch), endOfStream])
  assert.ok(parts.equals(batchToStream(batch)))
})

test('a stream of a schema alone is whole, and so is one of a batch of no rows', () => {
  const empty = batchOfRows([])
  for (const table of [read(schemaMessage(empty), endOfStream), read(batchToStream(empty))]) {
    assert.equal(table.numRows, 0)
    assert.deepEqual(columnsOf(table as unknown as Batch), everyKind)
  }
})
