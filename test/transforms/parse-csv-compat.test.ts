import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns } from '../../src/core/schema.ts'
import { type CsvDialect, parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf, schemaOf } from '../helpers/batches.ts'
import { byteTransformLaws } from '../helpers/stage-laws.ts'
import { dataError, everyCut, type Tallied, tallied } from './tallied.ts'

const columns = { ticker: 'utf8', conditions: 'utf8', price: 'float64', at: 'timestamp_ns' } as const
const sample = `A,"12,37",142.99,1712306654208705342
BRK.B,"",,0\r
"say ""hi""
twice",,-.5e-3,"7"
ü€😀,1,113.950000,\r
`
// The laws repeat their input to 4 MiB: few of its rows are of those that are slow to read.
const long = 'x'.repeat(3000)

byteTransformLaws(() => parseCsvCompat(columns, { header: 'none' }), {
  input: Buffer.from(`${sample}${long},${long},1,1\n`),
  truncated: { from: Buffer.from(sample.slice(0, -50)), error: dataError(/a quote is never closed/) },
  check: (output) =>
    assert.deepEqual(output.flatMap(rowsOf), [
      { ticker: 'A', conditions: '12,37', price: 142.99, at: 1_712_306_654_208_705_342n },
      { ticker: 'BRK.B', conditions: '', price: null, at: 0n },
      { ticker: 'say "hi"\ntwice', conditions: null, price: -0.0005, at: 7n },
      { ticker: 'ü€😀', conditions: '1', price: 113.95, at: null },
      { ticker: long, conditions: long, price: 1, at: 1n },
    ]),
})

const parsed = (text: string | Uint8Array, kinds: Columns, dialect?: CsvDialect): Promise<Tallied<Parsed>> =>
  tallied([Buffer.from(text as string)], parseCsvCompat(kinds, dialect)) as Promise<Tallied<Parsed>>
type Parsed = Parameters<typeof rowsOf>[0]

const ab = { a: 'utf8', n: 'int32' } as const

test('null and empty text are told apart wherever the text is cut in two', async () => {
  const text = Buffer.from('a,n\r\n"",1\r\n,2\n"x","3"\n"",\n,""')
  const rows = [
    ['', 1],
    [null, 2],
    ['x', 3],
    ['', null],
  ] as const
  for (const pieces of everyCut(text)) {
    const { output, rejects } = await tallied(pieces, parseCsvCompat(ab))
    assert.deepEqual(
      output.flatMap(rowsOf),
      rows.map(([a, n]) => ({ a, n })),
    )
    assert.deepEqual(
      rejects.map(({ at, why }) => [at.row, why]),
      [[5, '"" is not a whole number of 32 bits']],
    )
  }
})

test('columns come in the order of the header, known ones under their names and unknown ones as text', async () => {
  const { output } = await parsed('More,PRICE,Ticker\n1.50,1.50,A\n', columns)
  assert.deepEqual(output.map(schemaOf), [['More: Utf8', 'price: Float64', 'ticker: Utf8']])
  assert.deepEqual(output.flatMap(rowsOf), [{ More: '1.50', price: 1.5, ticker: 'A' }])
})

test('a column may have any name: a number, or that of a property every object has', async () => {
  for (const name of ['1', '0', '2024', '-1', 'constructor', 'toString', '__proto__', '']) {
    const { output } = await parsed(`ticker,${name},price\nA,x,1.5\n`, columns)
    const [batch] = output
    assert.deepEqual(batch && schemaOf(batch), ['ticker: Utf8', `${name}: Utf8`, 'price: Float64'], name)
    const row = output.flatMap(rowsOf)[0]
    assert.deepEqual([row?.['ticker'], row?.[name], row?.['price']], ['A', 'x', 1.5], name)
  }
})

const quietEnds: readonly [title: string, text: string][] = [
  ['a header only', 'a,n\n'],
  ['a header without a line break', 'a,n'],
]
for (const [title, text] of quietEnds)
  test(`of ${title} comes one batch of no rows that tells the columns`, async () => {
    const { output, counts } = await parsed(text, ab)
    assert.deepEqual(
      output.map((batch) => [batch.numRows, schemaOf(batch)]),
      [[0, ['a: Utf8', 'n: Int32']]],
    )
    assert.equal(counts.rowsIn, 0)
  })

test('rows of many batches all come, once and in order, and the last batch is never an empty one', async () => {
  const rows = 65_536
  const text = Array.from({ length: rows }, (_, i) => `t${i % 1000},${i}\n`).join('')
  const { output, counts } = await parsed(`a,n\n${text}`, ab)
  assert.deepEqual(
    output.map(({ numRows }) => numRows),
    [32_768, 32_768],
  )
  assert.ok(output.flatMap(rowsOf).every(({ a, n }, i) => n === i && a === `t${i % 1000}`))
  assert.equal(counts.rowsIn, rows)
})
