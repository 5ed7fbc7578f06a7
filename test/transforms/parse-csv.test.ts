import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns } from '../../src/core/schema.ts'
import { type ParseCsvOptions, parseCsv } from '../../src/transforms/parse-csv.ts'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf, schemaOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { byteTransformLaws } from '../helpers/stage-laws.ts'
import { outcomeOf } from './parse-csv-outcome.ts'
import { dataError, everyCut } from './tallied.ts'

// The laws repeat their input, header and all: the names of its columns are values of their kinds.
const columns = { ticker: 'utf8', conditions: 'utf8', '1.5': 'float64', '0': 'timestamp_ns' } as const
const sample = `\uFEFFticker,conditions,1.5,0
A,"12,37",142.99,1712306654208705342
BRK.B,"",,0\r
"say ""hi""
twice",,-.5e-3,"7"
ü€😀,1,113.950000,\r
`

byteTransformLaws(() => parseCsv(columns), {
  input: Buffer.from(sample),
  truncated: { from: Buffer.from(sample.slice(0, -48)), error: dataError(/a quote is never closed/) },
  check: (output) =>
    assert.deepEqual(output.flatMap(rowsOf), [
      { ticker: 'A', conditions: '12,37', '1.5': 142.99, '0': 1_712_306_654_208_705_342n },
      { ticker: 'BRK.B', conditions: '', '1.5': null, '0': 0n },
      { ticker: 'say "hi"\ntwice', conditions: null, '1.5': -0.0005, '0': 7n },
      { ticker: 'ü€😀', conditions: '1', '1.5': 113.95, '0': null },
    ]),
})

const parsed = (text: string, kinds: Columns, options?: ParseCsvOptions) =>
  outcomeOf([Buffer.from(text)], parseCsv(kinds, options))
const ab = { a: 'utf8', n: 'int32' } as const

test('null and empty text are told apart wherever the text is cut in two', async () => {
  const text = Buffer.from('a,n\r\n"",1\r\n,2\n"x","3"\n"",\n,""')
  for (const pieces of everyCut(text)) {
    const { rows, rejected } = await outcomeOf(pieces, parseCsv(ab))
    assert.deepEqual(
      rows.map(({ a, n }) => [a, n]),
      [
        ['', 1],
        [null, 2],
        ['x', 3],
        ['', null],
      ],
    )
    assert.deepEqual(rejected, ['row 5, column n (byte 26): "" is not a whole number of 32 bits'])
  }
})

test('columns come in the order of the header, known ones under their names and unknown ones as text', async () => {
  const told = await parsed('More,PRICE,Ticker\n1.50,1.50,A\n', {
    ticker: 'utf8',
    price: 'float64',
    at: 'date',
  })
  assert.deepEqual(told.columns, ['More: Utf8', 'price: Float64', 'ticker: Utf8'])
  assert.deepEqual(told.rows, [{ More: '1.50', price: 1.5, ticker: 'A' }])
})

test('a column may have any name: a number, or that of a property every object has', async () => {
  for (const name of ['1', '0', '-1', 'constructor', 'toString', '__proto__', '']) {
    const options: (ParseCsvOptions | undefined)[] = [undefined, { only: ['price', 'ticker'] }]
    for (const option of options) {
      const [batch] = await collect(
        [Buffer.from(`ticker,${name},price\nA,x,1.5\n`)],
        parseCsv({ ticker: 'utf8', price: 'float64' }, option),
      )
      assert.deepEqual(batch && schemaOf(batch), ['ticker: Utf8', `${name}: Utf8`, 'price: Float64'], name)
      const row = batch && rowsOf(batch)[0]
      assert.deepEqual([row?.['ticker'], row?.[name], row?.['price']], ['A', 'x', 1.5], name)
    }
  }
})

for (const [title, text] of [
  ['a header only', 'a,n\n'],
  ['a header without a line break', 'a,n'],
  ['a header that ends in a carriage return', '\uFEFFa,n\r\n'],
] as const)
  test(`of ${title} comes one batch of no rows that tells the columns`, async () => {
    const output = await collect([Buffer.from(text)], parseCsv(ab))
    assert.deepEqual(
      output.map((batch) => [batch.numRows, schemaOf(batch)]),
      [[0, ['a: Utf8', 'n: Int32']]],
    )
  })

test('of a single column every line is a row, an empty one too', async () => {
  const { rows, rowsIn, rejected } = await parsed('n\n1\n\n\r\n"2"\n\n', { n: 'int8' })
  assert.deepEqual(
    rows.map(({ n }) => n),
    [1, null, null, 2, null],
  )
  assert.deepEqual([rowsIn, rejected], [5, []])
})

/** Of columns a to d, d unknown, what comes when only some are asked for. */
const asked: readonly [only: readonly string[], columns: readonly string[]][] = [
  [
    ['a', 'b', 'c'],
    ['a: Int8', 'b: Utf8', 'c: Bool', 'd: Utf8'],
  ],
  [
    ['c', 'a'],
    ['a: Int8', 'c: Bool', 'd: Utf8'],
  ],
  [['b'], ['b: Utf8', 'd: Utf8']],
  [['z'], ['d: Utf8']],
  [[], ['d: Utf8']],
]
for (const [only, expected] of asked)
  test(`only columns ${only.join(' and ') || 'of no name'} are read, and those that are not known`, async () => {
    const kinds = { a: 'int8', b: 'utf8', c: 'bool', z: 'date' } as const
    const { columns, rows, rowsIn, rejected } = await parsed(
      'A,B,C,d\n1,x,true,y\nbad,"q""",bad,""\n',
      kinds,
      { only },
    )
    assert.deepEqual(columns, expected)
    const bad = only.find((name) => name === 'a') ?? only.find((name) => name === 'c')
    assert.equal(rows.length, bad ? 1 : 2)
    assert.equal(rejected.length, bad ? 1 : 0)
    if (bad) assert.match(rejected[0] ?? '', new RegExp(`^row 2, column ${bad} `))
    assert.equal(rowsIn, 2)
    const whole = { a: 1, b: 'x', c: true, d: 'y' } as const
    assert.deepEqual(
      rows[0],
      Object.fromEntries(Object.entries(whole).filter(([name]) => name === 'd' || only.includes(name))),
    )
  })

test('rows keep their number when no column of them is asked for', async () => {
  const output = await collect([Buffer.from('a\nx\ny\n')], parseCsv({ a: 'utf8' }, { only: [] }))
  assert.deepEqual(
    output.map(({ numRows }) => numRows),
    [2],
  )
})

const noDialects: readonly [options: ParseCsvOptions, message: RegExp][] = [
  [{ delimiter: '' }, /^"" cannot be a delimiter: parseCsv takes one ASCII character/],
  [{ delimiter: '||' }, /^"\|\|" cannot be a delimiter/],
  [{ delimiter: '€' }, /^"€" cannot be a delimiter/],
  [{ delimiter: '\n' }, /^"\\n" cannot be a delimiter/],
  [{ quote: '\r' }, /^"\\r" cannot be a quote/],
  [{ quote: '\u0080' }, /cannot be a quote/],
  [{ quote: '7' }, /^"7" cannot be a quote: .* no digit/],
  [{ quote: ',' }, /^, cannot be both delimiter and quote/],
]

test('a delimiter or quote that cannot be one is a wrong use, told before anything is read', () => {
  for (const [options, message] of noDialects)
    assert.throws(() => parseCsv(ab, options), { reason: 'usage', message }, JSON.stringify(options))
})

test('any other ASCII character can be the delimiter or the quote', async () => {
  const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
  const kinds = { é: 'float64', ü: 'int32' } as const
  for (const one of characters.filter((character) => !/[\d\r\n]/.test(character))) {
    // Neither stands in a number here, but for the sign, the point and the exponent, which must then be quoted.
    const other = one === '"' ? "'" : '"'
    const delimited = `é${one}ü\n${other}1.5e-1${other}${one}${other}-7${other}\n`
    const quoted = `é${other}ü\n${one}1${one}${other}${one}7${one}\n${one}${one}${other}5\n`
    const first = await parsed(delimited, kinds, { delimiter: one, quote: other })
    assert.deepEqual([first.rows, first.error], [[{ é: 0.15, ü: -7 }], undefined], JSON.stringify(one))
    const second = await parsed(quoted, kinds, { delimiter: other, quote: one })
    assert.deepEqual(second.rows, [{ é: 1, ü: 7 }], JSON.stringify(one))
    assert.deepEqual(
      second,
      await outcomeOf([Buffer.from(quoted)], parseCsvCompat(kinds, { delimiter: other, quote: one })),
    )
  }
})

test('only tickers shape the output, in whatever order and however often they are given', () => {
  assert.deepEqual(parseCsv(ab, { delimiter: ';', only: ['a'] }).shape, {})
  assert.deepEqual(parseCsv(ab, { tickers: ['B', 'A*', 'B'] }).shape, { tickers: ['A*', 'B'] })
})
