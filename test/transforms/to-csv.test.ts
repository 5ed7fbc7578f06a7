import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Batch } from '../../src/core/schema.ts'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { toCsv } from '../../src/transforms/to-csv.ts'
import { anyBatch, batchOfRows, everyKind, someRows } from '../columnar/any-batch.ts'
import { batchOf, rowsOf, schemaOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { tallied } from './tallied.ts'

const printed = async (batches: readonly Batch[], options?: { readonly header: boolean }): Promise<string> =>
  Buffer.concat(await collect(batches, toCsv(options))).toString()

const columns = {
  ticker: 'utf8',
  'a "b", c': 'float64',
  at: 'timestamp_ns',
  day: 'date',
  up: 'bool',
} as const
const batch = batchOf(columns, {
  ticker: ['A', '', null, 'say "hi"', 'a,b\nc', ' x ', 'ü€😀'],
  'a "b", c': [1.5, 0.1, 1e21, -0.000_001, null, 100, 5e-324],
  at: [1_712_306_654_208_705_343n, -(2n ** 63n), null, 0n, 1n, 2n, 3n],
  day: [19_783, 0, null, -1, 1, 2, 3],
  up: [true, false, null, true, true, false, null],
})
const lines = [
  'A,1.5,1712306654208705343,2024-03-01,true',
  '"",0.1,-9223372036854775808,1970-01-01,false',
  ',1e+21,,,',
  '"say ""hi""",-0.000001,0,1969-12-31,true',
  '"a,b\nc",,1,1970-01-02,true',
  ' x ,100,2,1970-01-03,false',
  'ü€😀,5e-324,3,1970-01-04,',
]
const header = 'ticker,"a ""b"", c",at,day,up'
const textOf = (...parts: readonly string[]): string => parts.map((part) => `${part}\n`).join('')

batchTransformLaws(toCsv, {
  input: [batch],
  check: (output) => assert.equal(Buffer.concat(output).toString(), textOf(header, ...lines)),
})

test('the header comes once, before the first row, or not at all', async () => {
  assert.equal(await printed([batch, batch]), textOf(header, ...lines, ...lines))
  assert.equal(await printed([batch, batch], { header: false }), textOf(...lines, ...lines))
})

test('a batch of no rows is its header', async () => {
  const empty = batchOf(columns, { ticker: [], 'a "b", c': [], at: [], day: [], up: [] })
  assert.equal(await printed([empty]), textOf(header))
  assert.equal(await printed([empty, batch]), textOf(header, ...lines))
  assert.equal(await printed([empty], { header: false }), '')
})

test('rows that went out are counted', async () => {
  const { counts } = await tallied([batch, batch], toCsv())
  assert.equal(counts.rowsOut, 2 * lines.length)
})

test('what is printed is read back to the last digit, with every null and every empty text', async () => {
  const roundTrip = fc.asyncProperty(anyBatch(30), async ({ rows, batch: given }) => {
    const back = await collect([given], toCsv(), parseCsvCompat(everyKind))
    assert.deepEqual(back.flatMap(rowsOf), rows)
    assert.deepEqual(back[0] && schemaOf(back[0]), schemaOf(given))
  })
  await fc.assert(roundTrip, { numRuns: 80 })
})

test('a column that stands alone is read back, nulls and empty texts too', async () => {
  const texts = ['x', null, '', '\r', 'y\r', '\n', null, '\r\n', '"', null]
  const back = await collect([batchOf({ t: 'utf8' }, { t: texts })], toCsv(), parseCsvCompat({ t: 'utf8' }))
  assert.deepEqual(
    back.flatMap(rowsOf).map(({ t }) => t),
    texts,
  )
})

test('a text that begins with a byte order mark, and a zero with a sign, are read back', async () => {
  const given = batchOf({ n: 'float64', t: 'utf8' }, { n: [-0, 0], t: ['\uFEFFx', 'x\uFEFF'] })
  const back = await collect([given], toCsv(), parseCsvCompat({ n: 'float64', t: 'utf8' }))
  assert.deepEqual(back.flatMap(rowsOf), rowsOf(given))
})

test('a dataset of every kind has one line a row', async () => {
  const text = await printed([batchOfRows(someRows)])
  // One text of the rows has a line break in it.
  const breaks = someRows.filter(({ utf8 }) => String(utf8).includes('\n')).length
  assert.equal(text.split('\n').length, someRows.length + breaks + 2)
})
