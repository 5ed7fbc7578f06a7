import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { shareOfCases } from './parse-csv-cases.ts'
import { outcomeOf, piecesOf } from './parse-csv-outcome.ts'
import { dataError } from './tallied.ts'

const columns = { ticker: 'utf8', n: 'int32' } as const
const all = ['A', 'A', 'AA', 'BApA', 'BAPA', 'BRK.A', 'BRK.B', '""', '', 'NA', '"A"', '"B""C"', 'A']
const text = `ticker,n\n${all.map((ticker, i) => `${ticker},${i}\n`).join('')}`

/** The same as `keep` does, which has these cases too. */
const cases: readonly [tickers: readonly string[], rows: readonly number[], unmatched: readonly string[]][] =
  [
    [['A'], [0, 1, 10, 12], []],
    [['A', 'A', 'A'], [0, 1, 10, 12], []],
    [['A*'], [0, 1, 2, 10, 12], []],
    [['BApA'], [3], []],
    [['bapa'], [], ['bapa']],
    [['BRK*', 'NA'], [5, 6, 9], []],
    [['BRK?A'], [], ['BRK?A']],
    [['*'], [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12], []],
    [[''], [7], []],
    [['B"C'], [11], []],
    [['"A"', 'null'], [], ['"A"', 'null']],
    [['ZZZ*', 'NA', 'XYZ'], [9], ['XYZ', 'ZZZ*']],
    [[], [], []],
  ]

for (const [tickers, rows, unmatched] of cases)
  test(`of tickers ${JSON.stringify(tickers)} rows ${rows} are read, and what matched nothing is told`, async () => {
    for (const pieces of [[Buffer.from(text)], piecesOf(Buffer.from(text), [9, 10, 30, 31, 32, 50])]) {
      const told = await outcomeOf(pieces, parseCsv(columns, { tickers }))
      assert.deepEqual(
        told.rows.map(({ n }) => n),
        rows,
      )
      assert.deepEqual([told.rowsIn, told.filtered], [all.length, all.length - rows.length])
      assert.deepEqual(
        told.warnings,
        unmatched.map((pattern) => `no row has the ticker ${pattern}`),
      )
    }
  })

test('nothing else is read of a row that is not wanted, but its fields are counted', async () => {
  const bad = 'ticker,n\nA,1\nB,bad\n,bad\nB,1,2\nA\nA,bad\n'
  const { rows, rowsIn, filtered, rejected } = await outcomeOf(
    [Buffer.from(bad)],
    parseCsv(columns, { tickers: ['A'] }),
  )
  assert.deepEqual(rows, [{ ticker: 'A', n: 1 }])
  assert.deepEqual([rowsIn, filtered], [6, 2])
  assert.deepEqual(rejected, [
    'row 4 (byte 24): 3 fields where 2 are due: "B,1,2"',
    'row 5 (byte 30): 1 fields where 2 are due: "A"',
    'row 6, column n (byte 32): "bad" is not a whole number of 32 bits',
  ])
})

test('rows are chosen by a ticker that stands anywhere, and that is not asked for itself', async () => {
  for (const [header, row] of [
    ['n,TICKER', (ticker: string, n: number) => `${n},${ticker}\r\n`],
    ['x,Ticker,n', (ticker: string, n: number) => `"${n},",${ticker},${n}\n`],
  ] as const) {
    const lines = ['A', 'B', '"A"', 'AB', 'A'].map(row)
    const given = [Buffer.from(`${header}\n${lines.join('')}`.trimEnd())]
    const { rows, filtered } = await outcomeOf(given, parseCsv(columns, { only: ['n'], tickers: ['A'] }))
    assert.deepEqual(
      [rows.map(({ n, ticker }) => [n, ticker]), filtered],
      [
        [
          [0, undefined],
          [2, undefined],
          [4, undefined],
        ],
        2,
      ],
    )
  }
})

test('a header without a ticker is an error that names it', async () => {
  const ending = collect([Buffer.from('tickers,n\nA,1\n')], parseCsv(columns, { tickers: ['A'] }))
  await assert.rejects(ending, dataError(/^the header lacks ticker: tickers,n$/))
})

test('a batch comes even if no row is wanted, and one of rows that stand far apart', async () => {
  const none = await collect([Buffer.from(text)], parseCsv(columns, { tickers: ['ZZZ'] }))
  assert.deepEqual(none.map(rowsOf), [[]])
  const far = `ticker,n\nA,1\n${'BBBBBBBB,2\n'.repeat(1_000_000)}A,3\n`
  const pieces = piecesOf(
    Buffer.from(far),
    Array.from({ length: 30 }, (_, i) => i * 400_000),
  )
  const output = await collect(pieces, parseCsv(columns, { tickers: ['A'] }))
  assert.deepEqual(
    output.flatMap(rowsOf).map(({ n }) => n),
    [1, 3],
  )
})

// The kernel remembers the ticker of the row before: those that are alike in some way tell whether it does so rightly.
const alike = [
  'A',
  'AB',
  'B',
  '',
  'x'.repeat(64),
  'x'.repeat(65),
  `${'x'.repeat(64)}y`,
  `${'x'.repeat(63)}y`,
  'é',
  'É',
  'A"',
  'A,',
]
const written = (ticker: string | null): string =>
  ticker === null ? '' : /^[^",]+$/.test(ticker) ? ticker : `"${ticker.replaceAll('"', '""')}"`
const row = fc.record(
  {
    ticker: fc.option(fc.constantFrom(...alike), { freq: 9 }),
    times: fc.constantFrom(1, 1, 2, 40),
    n: fc.constantFrom('7', '', '-1', 'bad'),
  },
  { noNullPrototype: true },
)

test('whatever tickers come in whatever order, the rows of those asked for are read', async () => {
  const wanted = fc.subarray([...alike, 'A*', 'x*', 'é*'], { minLength: 1 })
  const reads = fc.asyncProperty(
    fc.array(row, { maxLength: 12 }),
    wanted,
    fc.array(fc.nat(9999)),
    async (runs, tickers, ends) => {
      const rows = runs.flatMap(
        ({ ticker, times, n }) => Array(times).fill({ ticker, n }) as { ticker: string | null; n: string }[],
      )
      const isWanted = (ticker: string | null): boolean =>
        ticker !== null &&
        tickers.some((one) => (one.endsWith('*') ? ticker.startsWith(one.slice(0, -1)) : ticker === one))
      const bytes = Buffer.from(
        `n,ticker\n${rows.map(({ ticker, n }) => `${n},${written(ticker)}\n`).join('')}`,
      )
      const told = await outcomeOf(piecesOf(bytes, ends), parseCsv(columns, { tickers }))
      const chosen = rows.filter(({ ticker }) => isWanted(ticker))
      assert.deepEqual(
        told.rows,
        chosen
          .filter(({ n }) => n !== 'bad')
          .map(({ ticker, n }) => ({ n: n === '' ? null : Number(n), ticker })),
      )
      assert.equal(told.rejected.length, chosen.filter(({ n }) => n === 'bad').length)
      assert.deepEqual([told.rowsIn, told.filtered], [rows.length, rows.length - chosen.length])
    },
  )
  await fc.assert(reads, { numRuns: shareOfCases(0.05) })
})
