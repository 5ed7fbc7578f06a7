import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Table } from 'parquet-wasm'
import type { Batch } from '../../src/core/schema.ts'
import { createFeed } from '../../src/lake/parquet-feed.ts'
import { batchOf } from '../helpers/batches.ts'

const one = batchOf({ n: 'int32' }, { n: [1, 2, 3] })

const feedOf = (batches: AsyncIterable<Batch>) => createFeed(batches, Table, { rowGroupRows: 10 })

async function drain(stream: ReadableStream): Promise<number> {
  let chunks = 0
  for await (const _ of stream) chunks++
  return chunks
}

test('an error ends the input in peace and is kept', async () => {
  const error = new Error('kept')
  const feed = feedOf(
    (async function* () {
      yield one
      throw error
    })(),
  )
  assert.equal(await drain(feed.stream), 1)
  assert.throws(() => feed.check(), error)
  assert.equal(feed.rows, 3)
})

test('the first batch is shown and fed all the same', async () => {
  const feed = feedOf(
    (async function* () {
      yield one
      yield one
    })(),
  )
  assert.equal(await feed.first(), one)
  assert.equal(await drain(feed.stream), 2)
  assert.equal(feed.rows, 6)
  feed.check()
})

test('a closed feed ends at the next pull', async () => {
  const feed = feedOf(
    (async function* () {
      for (;;) yield one
    })(),
  )
  feed.close()
  assert.equal(await drain(feed.stream), 0)
})
