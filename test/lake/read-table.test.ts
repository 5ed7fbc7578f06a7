import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { tablesOf } from '../../src/lake/parquet-tables.ts'
import type { Question } from '../../src/lake/table-question.ts'
import { viewsSql } from '../../src/lake/views-sql.ts'
import { batchOf } from '../helpers/batches.ts'
import { query } from '../helpers/duckdb.ts'
import { addUnit } from '../helpers/made-lake.ts'
import { dayOf } from '../helpers/reference-lake.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { dates, groupsOf, type Layout, layouts, type Row, read, tickers } from './table-layouts.ts'

const anyRow: fc.Arbitrary<Row> = fc.record({
  date: fc.constantFrom(...dates),
  ticker: fc.option(fc.constantFrom(...tickers), { freq: 8 }),
  moment: fc.option(
    fc
      .tuple(fc.constantFrom(...dates), fc.constantFrom(0n, 1n, 86_399_999_999n))
      .map(([date, rest]) => BigInt(dayOf(date)) * 86_400_000_000n + rest),
    { freq: 8 },
  ),
  n: fc.integer({ min: 0, max: 99 }),
})

const anyQuestion: fc.Arbitrary<Question> = fc
  .record(
    {
      tickers: fc.uniqueArray(fc.constantFrom(...tickers, 'A*', 'BA*', '\u{1F600}*', 'none', '*'), {
        minLength: 1,
        maxLength: 3,
      }),
      from: fc.constantFrom(...dates, '2024-01-15'),
      to: fc.constantFrom(...dates, '2024-02-15'),
      time: fc.constantFrom('moment', 'date'),
    },
    { requiredKeys: [] },
  )
  .filter(({ from = '', to = '9' }) => from <= to)

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
function sqlOf({ tickers, from, to, time = 'date' }: Question): string {
  const one = (pattern: string): string =>
    pattern.endsWith('*')
      ? `starts_with(ticker, ${sqlText(pattern.slice(0, -1))})`
      : `ticker = ${sqlText(pattern)}`
  return [
    'true',
    ...(tickers ? [`(${tickers.map(one).join(' or ')})`] : []),
    ...(from === undefined ? [] : [`${time}::date >= '${from}'`]),
    ...(to === undefined ? [] : [`${time}::date <= '${to}'`]),
  ].join(' and ')
}

test('of any lake any question gives the rows that DuckDB finds in the same files', async () => {
  const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 60 })
  const given = fc.asyncProperty(
    anyRows,
    fc.constantFrom(...Object.keys(layouts)),
    fc.boolean(),
    fc.array(anyQuestion, { minLength: 4, maxLength: 4 }),
    async (rows, table, sorted, questions) => {
      const { pathOf, batch, needsTicker } = layouts[table] as Layout
      const kept = needsTicker ? rows.filter(({ ticker }) => ticker !== null) : rows
      if (kept.length === 0) return
      const inOrder = sorted ? kept.toSorted((a, b) => ((a.ticker ?? '') < (b.ticker ?? '') ? -1 : 1)) : kept
      const root = mkdtempSync(join(tmpdir(), 'millrace-read-'))
      try {
        for (const [path, own] of groupsOf(inOrder, pathOf))
          await addUnit(root, { table, unit: path, files: { [path]: [batch(own)] } })
        const first = viewsSql(root, await tablesOf(root))
        for (const question of questions) {
          const { rows: found } = await read(root, table, {
            ...question,
            columns: ['ticker', 'date', 'moment', 'n'],
          })
          const expected = await query(
            `select ticker, date, moment, n from ${table} where ${sqlOf(question)}`,
            first,
          )
          const cells = found.map((row) => Object.values(row))
          assert.deepEqual(cells.map(String).sort(), expected.map(String).sort())
        }
      } finally {
        rmSync(root, { recursive: true })
      }
    },
  )
  await fc.assert(given, { numRuns: 60 })
})

test('what the manifest says last of a path holds, and a unit done anew has only its last files', async (t) => {
  const root = tempDir(t)
  const file = (n: number, name = 'part-0.parquet') => ({ [name]: [batchOf({ n: 'int32' }, { n: [n] })] })
  await addUnit(root, { table: 't', unit: 'one', files: file(1) })
  await addUnit(root, { table: 't', unit: 'other', files: { ...file(2), ...file(3, 'part-1.parquet') } })
  assert.deepEqual((await read(root, 't', {})).rows, [{ n: '2' }, { n: '3' }])
  await addUnit(root, {
    table: 't',
    unit: 'one',
    files: { 'part-0.parquet': [batchOf({ n: 'int32' }, { n: [4, 5] })] },
  })
  assert.deepEqual((await read(root, 't', {})).rows, [{ n: '4' }, { n: '5' }, { n: '3' }])
  await addUnit(root, { table: 't', unit: 'other', files: file(6, 'part-2.parquet') })
  assert.deepEqual((await read(root, 't', {})).rows, [{ n: '4' }, { n: '5' }, { n: '6' }])
})

test('a column that an older file lacks is null there, and one that the last file lacks is an error', async (t) => {
  const root = tempDir(t)
  const narrow = batchOf({ n: 'int32' }, { n: [1] })
  const wide = batchOf({ n: 'int32', ticker: 'utf8' }, { n: [2], ticker: ['A'] })
  await addUnit(root, { table: 't', unit: 'a', files: { 'part-0.parquet': [narrow] } })
  await addUnit(root, { table: 't', unit: 'b', files: { 'part-1.parquet': [wide] } })
  assert.deepEqual((await read(root, 't', {})).rows, [
    { n: '1', ticker: null },
    { n: '2', ticker: 'A' },
  ])
  assert.deepEqual((await read(root, 't', { tickers: ['A'] })).rows, [{ n: '2', ticker: 'A' }])
  await addUnit(root, { table: 't', unit: 'c', files: { 'part-2.parquet': [narrow] } })
  const error = {
    name: 'DataError',
    message: /part-1\.parquet has a column ticker, which the file written last lacks/,
  }
  await assert.rejects(read(root, 't', {}), error)
  assert.deepEqual((await read(root, 't', { columns: ['n'] })).rows, [{ n: '1' }, { n: '2' }, { n: '1' }])
  const other = batchOf({ n: 'float64' }, { n: [0.5] })
  await addUnit(root, { table: 't', unit: 'd', files: { 'part-3.parquet': [other] } })
  await assert.rejects(read(root, 't', { columns: ['n'] }), {
    name: 'DataError',
    message: /part-0\.parquet has int32 as n, where/,
  })
})

test('a row without a ticker is none of any, also where a folder says so', async (t) => {
  const root = tempDir(t)
  const files = { 'ticker=__HIVE_DEFAULT_PARTITION__/part-0.parquet': [batchOf({ n: 'int32' }, { n: [1] })] }
  await addUnit(root, { table: 't', unit: 'a', files })
  assert.deepEqual((await read(root, 't', {})).rows, [{ n: '1', ticker: null }])
  assert.deepEqual((await read(root, 't', { tickers: ['*'] })).rows, [])
})

test('a pair is found by both ways to write it, as in a run', async (t) => {
  const root = tempDir(t)
  const pairs = batchOf({ ticker: 'utf8' }, { ticker: ['X:BTC-USD', 'X:ETH-USD'] })
  const files = { 'date=2024-03-01/part-0.parquet': [pairs] }
  await addUnit(root, { table: 'crypto_daily', unit: '2024-03-01', files, dataset: 'crypto-daily' })
  for (const ticker of ['X:BTCUSD', 'X:BTC-USD'])
    assert.deepEqual((await read(root, 'crypto_daily', { tickers: [ticker], columns: ['ticker'] })).rows, [
      { ticker: 'X:BTC-USD' },
    ])
})
