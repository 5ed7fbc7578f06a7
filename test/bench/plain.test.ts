import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CsvReader, createCsvReader } from '../../src/columnar/csv-reader.ts'
import { compileKernel } from '../../src/columnar/kernel.ts'
import { rowsOf } from '../helpers/batches.ts'
import type { Ask } from './ask.ts'
import { createPlainReader } from './parsers/plain.ts'

const columns = {
  ticker: 'utf8',
  conditions: 'utf8',
  exchange: 'int32',
  price: 'float64',
  sequence_number: 'int64',
  sip_timestamp: 'timestamp_ns',
} as const
const asks: readonly Ask[] = [{}, { columns: ['ticker', 'sip_timestamp'] }, { ticker: 'AAPL' }]
const kernel = compileKernel()

function kernelReader({ columns: only, ticker }: Ask): CsvReader {
  const filter =
    ticker === undefined ? undefined : { column: 'ticker', isWanted: (text: string) => text === ticker }
  const run = { count: () => {}, reject: ({ why }: { why: string }) => assert.fail(why) }
  return createCsvReader(kernel, columns, { delimiter: 44, quote: 34, only, filter }, run)
}

/** All rows of a text that comes in pieces, and how many nulls each batch says that its columns have. */
function readBy(reader: CsvReader, text: Buffer, cuts: readonly number[]) {
  const edges = [0, ...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length]
  const pieces = edges.slice(1).map((edge, i) => text.subarray(edges[i], edge))
  const batches = [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.end()]
  const nulls = batches.map(({ data }) => data.children.map(({ nullCount }) => nullCount))
  return { rows: batches.flatMap(rowsOf), nulls }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
const plainText = fc.constantFrom('', '12', 'é€', ' ', 'a\rb', 'x'.repeat(200))
const anyText = fc
  .constantFrom('', '12,37', 'a "word"', '"', 'line\nbreak', 'line\r\nbreak', '""')
  .map(quoted)
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 999_999_999n, 1_000_000_000n, 9_223_372_030_000_000_000n, 1_712_306_654_208_705_342n),
)
const decimal = fc.oneof(
  fc.constantFrom(
    '0',
    '276.16',
    '113.950000',
    '0.123456789012345678',
    '1e5',
    '-0.5',
    '.5',
    '5.',
    '9007199254740993',
  ),
  fc.nat(9_999_999).map((cents) => (cents / 100).toFixed(2)),
)
const orEmpty = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.constant('') })
const row = fc.tuple(
  fc.constantFrom('AAPL', 'AAPLW', 'A', 'BRK.B'),
  fc.oneof(plainText, anyText),
  orEmpty(fc.oneof(fc.nat(), fc.integer()).map(String)),
  orEmpty(fc.oneof(decimal, decimal.map(quoted))),
  orEmpty(int64.map(String)),
  orEmpty(int64.map(String)),
)
const lineBreak = fc.constantFrom('\n', '\r\n')

test('plain JavaScript reads what the kernel reads, however the text is cut', () => {
  const file = fc.tuple(
    fc.array(row, { maxLength: 20 }),
    lineBreak,
    fc.boolean(),
    fc.array(fc.nat(), { maxLength: 6 }),
  )
  fc.assert(
    fc.property(file, ([rows, end, endsOpen, cuts]) => {
      const lines = [Object.keys(columns), ...rows].map((fields) => fields.join(',')).join(end)
      const text = Buffer.from(endsOpen && rows.length > 0 ? lines : `${lines}${end}`)
      for (const ask of asks)
        assert.deepEqual(
          readBy(createPlainReader(columns, ask), text, cuts),
          readBy(kernelReader(ask), text, cuts),
          JSON.stringify(ask),
        )
    }),
    { numRuns: 40 },
  )
})

test('plain JavaScript reads the same wherever one text is cut', () => {
  const rows = [
    'AAPL,"12,37",11,276.16,7,1712306654208705342',
    'A,a\rb,,,,',
    'AAPL,"line\r\nbreak",-1,1e5,,8',
  ]
  const text = Buffer.from([Object.keys(columns), ...rows].join('\r\n'))
  for (const ask of asks) {
    const whole = readBy(kernelReader(ask), text, [])
    for (let cut = 0; cut < text.length; cut++)
      assert.deepEqual(readBy(createPlainReader(columns, ask), text, [cut]), whole, `cut at ${cut}`)
  }
})

test('plain JavaScript stops at a row that is wrong', () => {
  const good = 'AAPL,,11,1.5,7,8\n'
  for (const wrong of [
    'AAPL,,11,1.5,7\n',
    'AAPL,,11,1.5,7,8,9\n',
    'AAPL,,x,1.5,7,8\n',
    'AAPL,"a"b,1,1.5,7,8\n',
  ])
    assert.throws(
      () =>
        readBy(
          createPlainReader(columns, {}),
          Buffer.from(`${Object.keys(columns)}\n${good}${wrong}${good}`),
          [],
        ),
      /row 2|x is no value/,
      wrong,
    )
})
