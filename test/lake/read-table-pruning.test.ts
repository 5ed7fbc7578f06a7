import assert from 'node:assert/strict'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { type TestContext, test } from 'node:test'
import type { Question } from '../../src/lake/table-question.ts'
import { batchOf } from '../helpers/batches.ts'
import { addUnit } from '../helpers/made-lake.ts'
import { dayOf } from '../helpers/reference-lake.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { columnsOf, dates, groupsOf, kinds, type Layout, layouts, type Row, read } from './table-layouts.ts'

/** Paths of the files below a folder that are opened meanwhile. */
function watchOpens(t: TestContext, root: string): string[] {
  const opened: string[] = []
  const original = fs.open
  fs.open = ((path: string, ...rest: []) => {
    if (path.endsWith('.parquet')) opened.push(path.slice(root.length + 1))
    return original(path, ...rest)
  }) as typeof fs.open
  syncBuiltinESMExports()
  t.after(() => {
    fs.open = original
    syncBuiltinESMExports()
  })
  return opened
}

const rowOf = (date: string, ticker: string): Row => ({
  date,
  ticker,
  moment: BigInt(dayOf(date)) * 86_400_000_000n,
  n: 1,
})
const sixTickers = ['A', 'B', 'C', 'D', 'E', 'F']

/** Each file has six row groups, one a ticker. */
const pruned: readonly (readonly [
  table: string,
  question: Question,
  files: readonly string[],
  looked: number,
])[] = [
  ['by_day', { from: '2024-01-31', to: '2024-02-01' }, ['date=2024-01-31', 'date=2024-02-01'], 48],
  ['by_day', { tickers: ['C'], to: '2023-12-31' }, ['date=2023-12-29'], 4],
  ['by_month', { from: '2024-02-10', tickers: ['B', 'E*'] }, ['month=2024-02', 'month=2024-03'], 8],
  [
    'by_year_and_month',
    { to: '2024-01-31', tickers: ['F'] },
    ['year=2023/month=12', 'year=2024/month=01'],
    12,
  ],
  ['by_year_and_month', { from: '2024-03-16', to: '2024-03-31' }, ['year=2024/month=03'], 0],
  [
    'by_year_and_month',
    { from: '2024-02-01', to: '2024-02-01', time: 'moment' },
    ['year=2023/month=12', 'year=2024/month=01', 'year=2024/month=02', 'year=2024/month=03'],
    24,
  ],
  ['by_level', { from: '2024-03-15', tickers: ['A'] }, ['date=2024-03-15/ticker=A'], 4],
]
for (const [table, question, files, looked] of pruned)
  test(`of ${table} ${JSON.stringify(question)} opens ${files.length} files and looks at ${looked} rows`, async (t) => {
    const root = tempDir(t)
    const { pathOf, batch } = layouts[table] as Layout
    const rows = dates.flatMap((date) =>
      sixTickers.flatMap((ticker) => Array.from({ length: 4 }, () => rowOf(date, ticker))),
    )
    for (const [path, own] of groupsOf(
      rows.toSorted((a, b) => (a.ticker ?? '').localeCompare(b.ticker ?? '')),
      pathOf,
    )) {
      // In a month of two days each ticker has two row groups.
      await addUnit(root, { table, unit: path, files: { [path]: [batch(own)] } })
    }
    const opened = watchOpens(t, root)
    const found = await read(root, table, question)
    // The file written last tells the columns of the table.
    const others = new Set(opened.slice(1))
    assert.deepEqual(
      [...others].sort(),
      files.map((folder) => `${table}/${folder}/part-0.parquet`),
    )
    assert.equal(found.looked, looked)
  })

test('of tickers in the names of files only those asked for are opened', async (t) => {
  const root = tempDir(t)
  const { pathOf, batch } = layouts['by_ticker'] as Layout
  for (const ticker of sixTickers) {
    const row = rowOf('2024-01-02', ticker)
    await addUnit(root, { table: 'by_ticker', unit: ticker, files: { [pathOf(row)]: [batch([row])] } })
  }
  const opened = watchOpens(t, root)
  assert.equal((await read(root, 'by_ticker', { tickers: ['B'] })).rows.length, 1)
  assert.deepEqual([...new Set(opened.slice(1))], ['by_ticker/year=2024/month=01/ticker=B.parquet'])
})

test('the span that the manifest has of a file tells that it holds none of the days', async (t) => {
  const root = tempDir(t)
  for (const [unit, date] of [
    ['1', '2024-01-02'],
    ['2', '2024-02-01'],
  ] as const) {
    const at = String(BigInt(dayOf(date)) * 86_400_000_000n)
    const span = { column: 'moment', kind: 'timestamp_us', min: at, max: at } as const
    const files = { [`part-${unit}.parquet`]: [batchOf(kinds, columnsOf([rowOf(date, 'A')]))] }
    await addUnit(root, { table: 'spans', unit, files, span })
  }
  const opened = watchOpens(t, root)
  assert.equal((await read(root, 'spans', { from: '2024-02-01' })).rows.length, 1)
  assert.deepEqual(new Set(opened), new Set(['spans/part-2.parquet']))
})
