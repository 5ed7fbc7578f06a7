import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Batch } from '../../src/core/schema.ts'
import { tablesOf } from '../../src/lake/parquet-tables.ts'
import { readLake } from '../../src/lake/read-lake.ts'
import type { Question } from '../../src/lake/table-question.ts'
import { viewsSql } from '../../src/lake/views-sql.ts'
import { query } from '../helpers/duckdb.ts'
import { printed } from '../helpers/print-rows.ts'
import { makeReferenceLake } from '../helpers/reference-lake.ts'
import { openUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-read-'))
after(() => rmSync(root, { recursive: true }))
before(() => makeReferenceLake(root))

const lake = readLake(root)
async function batchesOf(table: string, question?: Question): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of lake.read(table, question)) batches.push(batch)
  return batches
}
const rowsOf = async (table: string, question?: Question) =>
  (await batchesOf(table, question)).flatMap((batch) => printed(batch))

const tables = [
  'balance_sheets',
  'dividends',
  'dividends_by_ticker',
  'financial_ratios',
  'related_by_ticker',
  'related_tickers',
  'stocks_daily',
  'stocks_daily_by_month',
  'stocks_trades',
]

test('the tables of a lake are told by name', async () => {
  assert.deepEqual(await lake.tables(), tables)
})

describe('a table comes as DuckDB shows its view', () => {
  for (const table of tables)
    test(table, async () => {
      const first = viewsSql(root, await tablesOf(root))
      const rows = await rowsOf(table)
      assert.ok(rows.length > 0)
      const names = Object.keys(rows[0] as object)
      const shown = await query(`select column_name from (describe ${table})`, first)
      assert.deepEqual(names, shown.flat())
      const cells = rows.map((row) => Object.values(row))
      assert.deepEqual(cells.sort(), (await query(`from ${table}`, first)).sort())
    })
})

test('partition levels are typed as in the views', async () => {
  const schemaOf = async (table: string) =>
    (await batchesOf(table))[0]?.schema.fields.slice(-2).map(({ name, type }) => `${name} ${type}`)
  assert.deepEqual(await schemaOf('stocks_trades'), [
    'sip_timestamp Timestamp<NANOSECOND>',
    'date Date32<DAY>',
  ])
  assert.deepEqual(await schemaOf('stocks_daily_by_month'), ['date Date32<DAY>', 'month Utf8'])
  assert.deepEqual(await schemaOf('dividends'), ['year Int32', 'month Int32'])
  assert.deepEqual(await schemaOf('related_by_ticker'), ['ticker Utf8', 'related_ticker Utf8'])
})

const questions: readonly (readonly [table: string, question: Question, sql: string])[] = [
  [
    'stocks_trades',
    { tickers: ['AAPL'], from: '2024-03-01', to: '2024-03-01' },
    `ticker = 'AAPL' and date = '2024-03-01'`,
  ],
  ['stocks_daily', { from: '2024-03-02' }, `date >= '2024-03-02'`],
  [
    'stocks_daily_by_month',
    { to: '2024-03-01', tickers: ['G*'] },
    `date <= '2024-03-01' and ticker like 'G%'`,
  ],
  ['stocks_daily_by_month', { from: '2024-03-04', time: 'window_start' }, `window_start >= '2024-03-04'`],
  ['balance_sheets', { tickers: ['GOOGL'] }, `list_contains(string_split(tickers, ','), 'GOOGL')`],
  ['balance_sheets', { tickers: ['GOO'] }, 'false'],
  ['balance_sheets', { from: '2024-01-01' }, `period_end >= '2024-01-01'`],
  [
    'balance_sheets',
    { from: '2024-02-01', to: '2024-03-01', time: 'filing_date' },
    `filing_date between '2024-02-01' and '2024-03-01'`,
  ],
  ['balance_sheets', { to: '2024-01-31', time: 'observed_at' }, `observed_at < '2024-02-01'`],
  ['dividends', { from: '2023-11-10', to: '2023-11-10' }, `ex_dividend_date = '2023-11-10'`],
  ['dividends', { from: '2024-03-01', time: 'pay_date' }, `pay_date >= '2024-03-01'`],
  ['dividends_by_ticker', { tickers: ['BApA'] }, `ticker = 'BApA'`],
  ['related_by_ticker', { tickers: ['GOOG', 'X*'] }, `ticker = 'GOOG'`],
  ['related_tickers', { tickers: ['AAPL'] }, `ticker = 'AAPL'`],
  [
    'financial_ratios',
    { tickers: ['AAPL'], from: '2024-01-01' },
    `tickers = 'AAPL' and period_end >= '2024-01-01'`,
  ],
]
describe('what is asked for is what comes, and nothing else', () => {
  for (const [table, question, sql] of questions)
    test(`${table} ${JSON.stringify(question)}`, async () => {
      const expected = await query(`from ${table} where ${sql}`, viewsSql(root, await tablesOf(root)))
      const rows = await rowsOf(table, question)
      assert.deepEqual(rows.map((row) => Object.values(row)).sort(), expected.sort())
    })
})

test('columns come in the order asked for, also those that folders tell, alone', async () => {
  assert.deepEqual(await rowsOf('stocks_daily', { columns: ['date', 'ticker'], tickers: ['GOOG'] }), [
    { date: '2024-03-01', ticker: 'GOOG' },
  ])
  assert.deepEqual(await rowsOf('dividends', { columns: ['month'] }), [
    { month: '11' },
    { month: '2' },
    { month: '2' },
  ])
  assert.deepEqual(await rowsOf('dividends', { columns: ['year'], tickers: ['MSFT'] }), [{ year: '2024' }])
})

test('where no row is wanted, an empty batch tells the columns', async () => {
  const [batch, ...more] = await batchesOf('dividends', {
    tickers: ['NONE'],
    columns: ['cash_amount', 'year'],
  })
  assert.deepEqual([batch?.numRows, more.length], [0, 0])
  assert.deepEqual(
    batch?.schema.fields.map(({ name, type }) => `${name} ${type}`),
    ['cash_amount Float64', 'year Int32'],
  )
})

test('load gives the same rows as one Arrow table', async () => {
  const table = await lake.load('dividends', { from: '2024-01-01', columns: ['ticker', 'cash_amount'] })
  assert.equal(table.numRows, 2)
  assert.deepEqual([...(table.getChild('ticker') ?? [])], ['AAPL', 'MSFT'])
})

const refusals: readonly (readonly [table: string, question: Question, error: object])[] = [
  [
    'dividend',
    {},
    {
      name: 'MissingError',
      message: /has no table dividend$/,
      hint: /this lake has balance_sheets, .*; did you mean dividends\?/,
    },
  ],
  [
    'dividends',
    { columns: ['cash_amout'] },
    { name: 'UsageError', message: 'dividends has no column cash_amout', hint: 'did you mean cash_amount?' },
  ],
  [
    'dividends',
    { time: 'paydate', from: '2024-01-01' },
    { name: 'UsageError', hint: 'did you mean pay_date?' },
  ],
  [
    'dividends',
    { time: 'ticker', from: '2024-01-01' },
    { name: 'UsageError', message: 'ticker is a utf8 and tells no day' },
  ],
  ['dividends', { from: '2024-02-30' }, { name: 'UsageError', message: '2024-02-30 is not a day' }],
  [
    'dividends',
    { from: '2024-02-02', to: '2024-02-01' },
    { name: 'UsageError', message: /end on 2024-02-01, before/ },
  ],
  ['dividends', { tickers: [] }, { name: 'UsageError', message: 'no tickers are named' }],
  [
    'dividends',
    { tickers: ['A*L'] },
    { name: 'UsageError', message: /A\*L: a \* can only stand at the end/ },
  ],
  ['dividends', { columns: [] }, { name: 'UsageError', message: 'no columns are named' }],
  ['dividends', { columns: ['year', 'year'] }, { name: 'UsageError', message: /year is named twice/ }],
  [
    'related_tickers',
    { from: '2024-01-01' },
    { name: 'UsageError', message: /related_tickers has no column that tells the day/ },
  ],
]
describe('what means nothing is refused', () => {
  for (const [table, question, error] of refusals)
    test(`${table} ${JSON.stringify(question)}`, () => assert.rejects(batchesOf(table, question), error))
})

test('a folder that is no lake, or none, is told', async () => {
  await assert.rejects(readLake('src').tables(), { name: 'UsageError', message: /src is no lake/ })
  await assert.rejects(readLake('none').load('dividends'), { name: 'UsageError', message: /no such folder/ })
})

test('a reader who leaves early leaves no file open', async () => {
  for await (const _ of lake.read('dividends')) {
    assert.equal(openUnder(root).length, process.platform === 'linux' ? 1 : 0)
    break
  }
  assert.deepEqual(openUnder(root), [])
})

const spoilt: Readonly<Record<string, readonly [spoil: (path: string) => void, error: object]>> = {
  'was cut': [
    (path) => truncateSync(path, 300),
    { name: 'DataError', message: /month=11\/part-0\.parquet: has 300 bytes, and was written with \d+/ },
  ],
  'was removed': [
    (path) => rmSync(path),
    { name: 'MissingError', message: /month=11\/part-0\.parquet: there is no such file/ },
  ],
}
for (const [what, [spoil, error]] of Object.entries(spoilt))
  test(`a file that ${what} is an error that names it, and none for who asks for others`, async (t) => {
    const own = tempDir(t)
    await makeReferenceLake(own)
    spoil(join(own, 'dividends/year=2023/month=11/part-0.parquet'))
    await assert.rejects(readLake(own).load('dividends'), error)
    assert.deepEqual(openUnder(own), [])
    assert.equal((await readLake(own).load('dividends', { from: '2024-01-01' })).numRows, 2)
  })
