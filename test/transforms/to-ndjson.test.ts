import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dateText } from '../../src/columnar/numbers.ts'
import type { Batch, Kind } from '../../src/core/schema.ts'
import { toNdjson } from '../../src/transforms/to-ndjson.ts'
import { anyBatch, kinds } from '../columnar/any-batch.ts'
import { batchOf, type Row } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { tallied } from './tallied.ts'

const printed = async (...batches: readonly Batch[]): Promise<string> =>
  Buffer.concat(await collect(batches, toNdjson())).toString()

const columns = {
  ticker: 'utf8',
  'a "b"': 'int64',
  at: 'timestamp_ns',
  day: 'date',
  up: 'bool',
  p: 'float64',
} as const
const batch = batchOf(columns, {
  ticker: ['A', '', null, 'say "hi"\\\n\t\u0001', 'ü€😀'],
  'a "b"': [2n ** 63n - 1n, -(2n ** 63n), null, 0n, 9_007_199_254_740_993n],
  at: [1_712_306_654_208_705_343n, 1n, null, 2n, 3n],
  day: [19_783, 0, null, -1, 1],
  up: [true, false, null, true, false],
  p: [1.5, 0.1, null, 1e21, -5e-324],
})
const lines = [
  String.raw`{"ticker":"A","a \"b\"":9223372036854775807,"at":1712306654208705343,"day":"2024-03-01","up":true,"p":1.5}`,
  String.raw`{"ticker":"","a \"b\"":-9223372036854775808,"at":1,"day":"1970-01-01","up":false,"p":0.1}`,
  String.raw`{"ticker":null,"a \"b\"":null,"at":null,"day":null,"up":null,"p":null}`,
  String.raw`{"ticker":"say \"hi\"\\\n\t\u0001","a \"b\"":0,"at":2,"day":"1969-12-31","up":true,"p":1e+21}`,
  String.raw`{"ticker":"ü€😀","a \"b\"":9007199254740993,"at":3,"day":"1970-01-02","up":false,"p":-5e-324}`,
]
const text = lines.map((line) => `${line}\n`).join('')

batchTransformLaws(toNdjson, {
  input: [batch],
  check: (output) => assert.equal(Buffer.concat(output).toString(), text),
})

test('batches follow each other without anything between, and none of no rows is seen', async () => {
  const empty = batch.slice(0, 0) as typeof batch
  assert.equal(await printed(empty, batch, empty, batch), text + text)
  assert.equal(await printed(empty), '')
})

test('rows that went out are counted', async () => {
  const { counts } = await tallied([batch, batch], toNdjson())
  assert.equal(counts.rowsOut, 2 * lines.length)
})

/** What a reader of JSON, whose numbers are doubles, makes of a value. */
function inJson(kind: Kind, value: Row[string]): unknown {
  if (value === null) return null
  if (kind === 'date') return dateText(value as number)
  return typeof value === 'bigint' ? Number(value) : value
}

test('every line is a JSON object, which a reader of JSON agrees with as far as its doubles go', async () => {
  const agrees = fc.asyncProperty(anyBatch(20), async ({ rows, batch: given }) => {
    const read = (await printed(given)).split('\n')
    assert.equal(read.pop(), '')
    assert.deepEqual(
      read.map((line) => JSON.parse(line) as unknown),
      rows.map((row) => Object.fromEntries(kinds.map((kind) => [kind, inJson(kind, row[kind] ?? null)]))),
    )
  })
  await fc.assert(agrees, { numRuns: 60 })
})

test('a double that JSON has no word for is null, for any other word would not be read', async () => {
  const p = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  assert.equal(await printed(batchOf({ p: 'float64' }, { p })), '{"p":null}\n'.repeat(3))
})
