import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paintFor } from '../../src/cli/heat-lines.ts'
import { statusLines } from '../../src/cli/status-text.ts'
import { createRun } from '../../src/core/run.ts'
import { lakeStatus } from '../../src/pipelines/lake-status.ts'
import { screenerTables } from '../../src/pipelines/screener.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { batchOf } from '../helpers/batches.ts'
import { addUnit } from '../helpers/made-lake.ts'
import { onDay } from '../helpers/rest-days.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const companies = makeCompanies({ count: 10, quarters: 8 })
const offline = { place: undefined, first: undefined, last: undefined, strict: false }
const statusOf = (root: string) => lakeStatus(root, offline, createRun())

test('a table tells its files, days and companies, those without rows, and how old it is', async (t) => {
  const out = tempDir(t)
  const flags = { out, tickers: 'MWA,MWB,MWC' }
  await onDay(t, '2024-08-01', 'run', { companies, recipe: 'dividends', flags })
  await onDay(t, '2024-08-08', 'sync', { companies, recipe: 'dividends', flags: { out, tickers: 'MWA,MWB' } })
  const [dividends, ...others] = await statusOf(out)
  assert.deepEqual(others, [])
  assert.deepEqual([dividends?.rows, dividends?.flat], [16, undefined])
  assert.deepEqual(dividends?.rest, {
    source: 'dividends',
    layout: 'month',
    files: 8,
    held: { first: '2020-02-10', last: '2021-11-10' },
    companies: { withRows: 2, without: 1 },
    // MWC was not asked for since.
    oldestAt: '2024-08-01T17:00:00.000Z',
    waiting: { units: 0, rows: 0 },
  })
})

test('what waits to be merged is told, and what failed until it is done', async (t) => {
  const out = tempDir(t)
  const stop = new AbortController()
  const flags = { out, tickers: 'MWA,MWC' }
  await onDay(t, '2024-08-01', 'run', {
    companies,
    recipe: 'dividends',
    flags,
    signal: stop.signal,
    options: { workers: 1, observer: { done: () => stop.abort(new Error('enough')) } },
  })
  const [waiting] = await statusOf(out)
  assert.deepEqual(waiting?.rest?.waiting, { units: 1, rows: 8 })
  assert.deepEqual([waiting?.rest?.files, waiting?.rest?.companies], [0, { withRows: 1, without: 0 }])
  const none = { ...companies[2], dividends: [{ exDate: 'never', amount: 1 }] } as (typeof companies)[number]
  const bad = [companies[0], none] as typeof companies
  const failing = onDay(t, '2024-08-01', 'run', { companies: bad, recipe: 'dividends', flags })
  await assert.rejects(failing, /never/)
  assert.deepEqual(
    (await statusOf(out))[0]?.failures.map(({ unit }) => unit),
    ['MWC'],
  )
  await onDay(t, '2024-08-02', 'run', { companies, recipe: 'dividends', flags })
  const [done] = await statusOf(out)
  assert.deepEqual([done?.failures, done?.rest?.waiting.units, done?.rows], [[], 0, 16])
})

test('of a screener each table has its line, beside tables of flat files', async (t) => {
  const out = tempDir(t)
  const day = { table: 'stocks_daily', unit: '2024-03-01' }
  const closes = batchOf({ ticker: 'utf8', close: 'float64' }, { ticker: ['MWA'], close: [1] })
  await addUnit(out, { ...day, files: { 'date=2024-03-01/part-0.parquet': [closes] } })
  await onDay(t, '2024-08-01', 'run', { companies, recipe: 'screener', flags: { out, tickers: 'MWA' } })
  const told = statusLines(await statusOf(out), paintFor({ isTTY: false }, {})).join('\n')
  const made = ['financial_ratios', 'ratio_definitions', 'symbols', 'tickers']
  for (const table of [day.table, ...made, ...screenerTables.map(({ table }) => table)])
    assert.match(told, new RegExp(`^${table} \\(${table.replaceAll('_', '-')}\\): .*\\d rows?, `, 'm'))
})
