import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageReader, tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { columnsOf } from '../../src/columnar/arrow-types.ts'
import {
  batchMessage,
  batchToStream,
  endOfStream,
  schemaMessage,
  streamsInOneMemory,
} from '../../src/columnar/ipc.ts'
import type { Batch } from '../../src/core/schema.ts'
import { batchOf, imageOf, rowsOf } from '../helpers/batches.ts'
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

test('streams that share memory are the same, whatever was in it before, and each is read before the next', () => {
  const same = fc.property(fc.array(anyBatch(20), { minLength: 1, maxLength: 5 }), (given) => {
    const toStream = streamsInOneMemory()
    for (const { batch } of given)
      assert.deepEqual(Buffer.from(toStream(batch)), Buffer.from(batchToStream(batch)))
  })
  fc.assert(same, { numRuns: 60 })
  const toStream = streamsInOneMemory()
  const long = toStream(batchOfRows([...someRows, ...someRows]))
  assert.equal(toStream(batchOfRows(someRows)).buffer, long.buffer)
})

/** Where each buffer of a batch begins in the body, and how long it is, as Arrow's reader has them. */
function regionsOf(batch: Batch): { readonly offset: number; readonly length: number }[] {
  for (const message of new MessageReader(batchToStream(batch)))
    if (message.isRecordBatch()) return message.header().buffers
  return []
}

test('every part of a stream begins at a multiple of 8, also in slices', () => {
  const aligned = fc.property(anyBatch(30), ({ batch }) => {
    assert.equal(schemaMessage(batch).length % 8, 0)
    assert.equal(batchMessage(batch).length % 8, 0)
    for (const { offset } of regionsOf(batch)) assert.equal(offset % 8, 0)
  })
  fc.assert(aligned, { numRuns: 60 })
})

test('a column without nulls brings no validity, and a slice nothing of what it left out', () => {
  const texts = Array.from({ length: 100 }, (_, i) => 'x'.repeat(i))
  const batch = batchOf(
    { t: 'utf8', n: 'int64', b: 'bool' },
    { t: texts, n: texts.map(() => 7n), b: texts.map((_, i) => i % 3 === 0) },
  )
  const lengths = (of: Batch) => regionsOf(of).map(({ length }) => length)
  const slice = (start: number, end: number) => batch.slice(start, end) as Batch
  assert.deepEqual(lengths(batch), [0, 404, 4950, 0, 800, 0, 13])
  assert.deepEqual(lengths(slice(10, 13)), [0, 16, 33, 0, 24, 0, 1])
  assert.deepEqual(lengths(slice(7, 17)), [0, 44, 115, 0, 80, 0, 2])
  assert.deepEqual(lengths(slice(50, 50)), [0, 4, 0, 0, 0, 0, 0])
  const withNull = batchOf({ n: 'int32' }, { n: [null, 1, 2] })
  assert.deepEqual([withNull, withNull.slice(1) as Batch].map(lengths), [
    [1, 12],
    [0, 8],
  ])
})
