import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import type { Batch } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { type StreamPart, toArrow } from '../../src/transforms/to-arrow.ts'
import { anyBatch, batchOfRows, someRows } from '../columnar/any-batch.ts'
import { batchOf, type Row, rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { tallied } from './tallied.ts'

/** Rows and schema as Arrow's own reader has them. */
function readBack(chunks: readonly Bytes[]): { readonly schema: string; readonly rows: Row[] } {
  const table = tableFromIPC(Buffer.concat(chunks))
  return { schema: String(table.schema), rows: table.batches.flatMap((batch) => rowsOf(batch)) }
}

const whole = batchOfRows(someRows)

batchTransformLaws(() => toArrow(), {
  input: [whole],
  digest: readBack,
  check: (output) => assert.deepEqual(readBack(output), { schema: String(whole.schema), rows: someRows }),
})

const part = (first: boolean, last: boolean): StreamPart => ({ first, last })
const streamOf = async (parts: readonly (readonly [StreamPart, readonly Batch[]])[]): Promise<Bytes[]> => {
  const chunks: Bytes[] = []
  for (const [of, batches] of parts) chunks.push(...(await collect(batches, toArrow(of))))
  return chunks
}

test('the parts of several units are one stream with all their rows, however sliced and however few', async () => {
  const batches = fc.array(anyBatch(12), { minLength: 1, maxLength: 3 })
  const parts = fc.tuple(batches, batches, batches)
  const one = fc.asyncProperty(parts, async (given) => {
    const of = [part(true, false), part(false, false), part(false, true)]
    const chunks = await streamOf(
      given.map((some, i) => [of[i] as StreamPart, some.map(({ batch }) => batch)]),
    )
    const { rows, schema } = readBack(chunks)
    assert.deepEqual(
      rows,
      given.flat().flatMap((some) => some.rows),
    )
    assert.equal(schema, String(whole.schema))
  })
  await fc.assert(one, { numRuns: 50 })
})

test('a stream of three parts has one schema and one end, and is that of one part', async () => {
  const three = await streamOf([
    [part(true, false), [whole]],
    [part(false, false), [whole]],
    [part(false, true), [whole]],
  ])
  const one = await collect([whole, whole, whole], toArrow())
  assert.ok(Buffer.concat(three).equals(Buffer.concat(one)))
})

test('nanoseconds come back to the last digit', async () => {
  const at = [1_712_306_654_208_705_342n, 1_712_306_654_208_705_343n, null, 2n ** 63n - 1n, -(2n ** 63n)]
  const { rows } = readBack(await collect([batchOf({ at: 'timestamp_ns' }, { at })], toArrow()))
  assert.deepEqual(
    rows.map((row) => row['at']),
    at,
  )
})

test('a batch of no rows is a schema', async () => {
  const { rows, schema } = readBack(await collect([batchOfRows([])], toArrow()))
  assert.deepEqual([rows, schema], [[], String(whole.schema)])
})

test('chunks are at most 1 MiB, and rows that went out are counted', async () => {
  const texts = Array.from({ length: 3000 }, (_, i) => String(i).repeat(300))
  const { output, counts } = await tallied([batchOf({ t: 'utf8' }, { t: texts })], toArrow())
  assert.ok(output.length > 2 && output.every(({ length }) => length > 0 && length <= 1 << 20))
  assert.deepEqual(
    readBack(output).rows.map(({ t }) => t),
    texts,
  )
  assert.equal(counts.rowsOut, 3000)
})
