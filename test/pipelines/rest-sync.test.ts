import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readManifest } from '../../src/core/manifest.ts'
import { type Company, makeCompanies } from '../../src/testing/rest-companies.ts'
import { query } from '../helpers/duckdb.ts'
import { onDay } from '../helpers/rest-days.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const before = makeCompanies({ count: 10, quarters: 20 })
const tables = 'balance_sheets,dividends,splits,related_tickers'

/** A week later: one has restated a quarter, one declares a dividend, one takes one back, one has another ticker. */
const after: readonly Company[] = before.map((company, i) => {
  const { statements, dividends, listings } = company
  if (i === 0)
    return { ...company, statements: { ...statements, balanceSheets: restated(statements.balanceSheets) } }
  if (i === 8) return { ...company, dividends: [...dividends, { exDate: '2025-02-10', amount: 9 }] }
  if (i === 6) return { ...company, dividends: dividends.filter(({ exDate }) => exDate !== '2024-11-10') }
  if (i !== 9) return company
  const renamed = JSON.parse(JSON.stringify(statements).replaceAll('"MWJ"', '"MWZZ"'))
  return { ...company, statements: renamed, listings: listings.map((one) => ({ ...one, ticker: 'MWZZ' })) }
})

function restated(rows: Company['statements']['balanceSheets']): Company['statements']['balanceSheets'] {
  return rows.map((row) =>
    row['period_end'] === '2023-06-30' && row['timeframe'] === 'quarterly'
      ? { ...row, total_assets: 1, filing_date: '2024-08-06' }
      : row,
  )
}

/** Rows of a table but for when they were seen. */
const rowsOf = (out: string, table: string, where = 'true'): Promise<(string | null)[][]> => {
  const files = table === 'related_tickers' ? '*.parquet' : '*/*/*.parquet'
  return query(
    `select columns(c -> c not in ('observed_at', 'year', 'month')) from read_parquet('${out}/${table}/${files}') where ${where} order by all`,
  )
}

const sum = async (out: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    [...(await readManifest(out)).values()].flatMap(({ files }) =>
      files.map(({ path, sha256 }) => [path, `${sha256}`]),
    ),
  )

async function made(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const out = tempDir(t)
  const flags = { out, tables, ...more }
  const screener = { recipe: 'screener', flags }
  await onDay(t, '2024-08-01', 'run', { companies: before, ...screener })
  return { out, flags, screener }
}

for (const [how, more, single] of [
  ['company by company', {}, true],
  ['in bulk', { bulk: 'true' }, false],
] as const)
  test(`a week later what has changed is changed, ${how}, and nothing else`, async (t) => {
    const { out, screener } = await made(t, more)
    const files = await sum(out)
    const said = await rowsOf(out, 'balance_sheets')
    const plain = { ...screener, flags: { out, tables } }
    const { requests } = await onDay(t, '2024-08-08', 'sync', { companies: after, ...plain })
    const fresh = tempDir(t)
    await onDay(t, '2024-08-08', 'run', {
      companies: after,
      recipe: 'screener',
      flags: { out: fresh, tables },
    })
    for (const table of ['dividends', 'splits'])
      assert.deepEqual(await rowsOf(out, table), await rowsOf(fresh, table), table)
    // What was said of the quarter before, and by the former name, stays.
    const kept = await rowsOf(out, 'balance_sheets', "total_assets <> 1 and tickers <> 'MWZZ'")
    assert.deepEqual(kept, said)
    assert.equal((await rowsOf(out, 'balance_sheets', 'total_assets = 1')).length, 1)
    assert.deepEqual(
      await rowsOf(out, 'balance_sheets', "tickers = 'MWZZ'"),
      await rowsOf(fresh, 'balance_sheets', "tickers = 'MWZZ'"),
    )
    const changed = Object.entries(await sum(out)).filter(([path, sha]) => files[path] !== sha)
    const months = (table: string) =>
      changed.filter(([path]) => path.startsWith(`${table}/`)).map(([path]) => path)
    assert.deepEqual(months('dividends'), [
      'dividends/year=2024/month=11/part-0.parquet',
      'dividends/year=2025/month=02/part-0.parquet',
    ])
    assert.deepEqual(months('splits'), [])
    const asked = requests.filter((url) => /filing_date\.gte=2024-07-25/.test(url)).length
    assert.equal(asked, single ? 10 : 1, 'those that were there; the new one is asked for whole')
  })

test('a table that keeps the newest rows alone goes on so, and another one may not become one', async (t) => {
  const lake = { keepRestatements: 'no', tables: 'balance_sheets' }
  const known = "tickers <> 'MWZZ'"
  const { out, screener } = await made(t, lake)
  const rows = (await rowsOf(out, 'balance_sheets', known)).length
  const sync = { ...screener, flags: { out, tables: lake.tables } }
  await onDay(t, '2024-08-08', 'sync', { companies: after, ...sync })
  assert.equal((await rowsOf(out, 'balance_sheets', known)).length, rows)
  assert.equal((await rowsOf(out, 'balance_sheets', 'total_assets = 1')).length, 1)
  await assert.rejects(
    onDay(t, '2024-08-09', 'run', { companies: after, ...screener, flags: { out, tables: lake.tables } }),
    /balance_sheets in .* holds merge keeps "newest" .*would write merge keeps as usual$/,
  )
})

test('the same day there is nothing more to do, nor to ask', async (t) => {
  const { screener } = await made(t)
  const first = await onDay(t, '2024-08-01', 'sync', { companies: after, ...screener })
  assert.deepEqual([first.report.done, first.requests], [0, []])
  assert.notEqual((await onDay(t, '2024-08-08', 'sync', { companies: after, ...screener })).report.done, 0)
  const again = await onDay(t, '2024-08-08', 'sync', { companies: after, ...screener })
  assert.deepEqual([again.report.done, again.requests], [0, []])
  const run = await onDay(t, '2024-08-08', 'run', { companies: after, ...screener })
  assert.deepEqual([run.report.done, run.requests], [0, []], 'a run has done it all, too')
  // Related tickers say not what is new: those of a week before were asked for anew.
  const later = await onDay(t, '2024-08-09', 'sync', { companies: after, ...screener })
  assert.deepEqual(
    later.requests.filter((url) => url.includes('related')),
    [],
  )
  assert.equal(later.requests.filter((url) => url.includes('filing_date.gte=2024-08-01')).length, 11)
})

test('a table without windows goes on with its companies, and one with windows as a whole', async (t) => {
  const cases = [
    // A new dividend changes the factors of all before it.
    [{ tickers: 'MWA,MWG' }, 2, /ticker=MW[AG]$/],
    [{ start: '2024-01-15' }, 1, /asc&ex_dividend_date\.gte=2024-06-27$/],
  ] as const
  for (const [flags, count, says] of cases) {
    const out = tempDir(t)
    const dividends = { recipe: 'dividends', flags: { out } }
    await onDay(t, '2024-08-01', 'run', { companies: before, recipe: 'dividends', flags: { out, ...flags } })
    const { requests } = await onDay(t, '2024-08-08', 'sync', { companies: after, ...dividends })
    assert.equal(requests.length, count)
    for (const url of requests) assert.match(url, says)
    const first = await rowsOf(out, 'dividends', "ex_dividend_date < date '2024-01-15'")
    assert.equal(first.length > 0, 'tickers' in flags, 'it begins where it began')
    const again = await onDay(t, '2024-08-08', 'sync', { companies: after, ...dividends })
    assert.deepEqual(again.requests, [])
  }
})

test('a new lake is begun by sync as by run, and a lost file is fetched again', async (t) => {
  const out = tempDir(t)
  const screener = { recipe: 'screener', flags: { out, tables } }
  const first = await onDay(t, '2024-08-01', 'sync', { companies: before, ...screener })
  assert.equal(first.report.done, 44)
  const run = await onDay(t, '2024-08-01', 'run', { companies: before, ...screener })
  assert.equal(run.report.done, 0)
  const all = await rowsOf(out, 'dividends')
  rmSync(join(out, 'dividends/year=2021'), { recursive: true })
  const { report } = await onDay(t, '2024-08-02', 'sync', { companies: before, ...screener })
  // All dividends whole, what is new of sheets and splits, and nothing of related tickers.
  assert.deepEqual([report.done, report.skipped], [33, 11])
  assert.deepEqual(await rowsOf(out, 'dividends'), all)
})

test('what is only asked writes nothing, neither a list of companies', async (t) => {
  const out = tempDir(t)
  const screener = { recipe: 'screener', flags: { out, tables } }
  const plan = { companies: before, ...screener, looksOnly: true, options: { limit: 1, force: true } }
  await onDay(t, '2024-08-01', 'run', plan)
  assert.equal(existsSync(join(out, '_millrace/universe.json')), false)
})

test('a sync that was ended goes on: what waits gives way to an answer that begins no later', async (t) => {
  const { out, screener } = await made(t)
  const stop = new AbortController()
  const ended = onDay(t, '2024-08-08', 'sync', {
    companies: after,
    ...screener,
    signal: stop.signal,
    options: {
      workers: 1,
      observer: { done: ({ id }) => void (id.startsWith('MWG since') && stop.abort(new Error('enough'))) },
    },
  })
  await ended
  const { requests } = await onDay(t, '2024-08-20', 'sync', { companies: after, ...screener })
  assert.equal(requests.filter((url) => url.includes('tickers=MWA&filing_date.gte=2024-07-25')).length, 1)
  assert.equal((await rowsOf(out, 'balance_sheets', 'total_assets = 1')).length, 1)
  const next = await onDay(t, '2024-08-30', 'sync', { companies: after, ...screener })
  assert.equal(next.requests.filter((url) => url.includes('filing_date.gte=2024-08-13')).length, 11)
})

test('a company that comes back, or comes new while a sync of whole tables is ended, comes in whole', async (t) => {
  const { out, screener } = await made(t, { bulk: 'true', tables: 'dividends' })
  const plain = { ...screener, flags: { out, tables: 'dividends' } }
  const stop = AbortSignal.abort(new Error('at once'))
  await onDay(t, '2024-08-08', 'sync', { companies: after, ...plain, signal: stop }).catch(() => {})
  const more = [...after, ...makeCompanies({ count: 13 }).slice(10)]
  for (const date of ['2024-08-09', '2024-08-10']) await onDay(t, date, 'sync', { companies: more, ...plain })
  const fresh = tempDir(t)
  await onDay(t, '2024-08-10', 'run', {
    companies: more,
    recipe: 'screener',
    flags: { out: fresh, tables: 'dividends' },
  })
  assert.deepEqual(await rowsOf(out, 'dividends'), await rowsOf(fresh, 'dividends'))
})

test('a lake of funds is kept up to date as one of funds', async (t) => {
  const out = tempDir(t)
  const screener = { companies: before, recipe: 'screener' }
  await onDay(t, '2024-08-01', 'run', { ...screener, flags: { out, tables, types: 'ETF' } })
  const { report } = await onDay(t, '2024-08-08', 'sync', { ...screener, flags: { out, tables } })
  assert.deepEqual([report.done, report.skipped], [4, 0])
})

test('what a company had goes with its ticker, and comes back with it', async (t) => {
  const { out, screener } = await made(t, { tables: 'dividends,balance_sheets' })
  const rows = await rowsOf(out, 'dividends')
  const sheets = await rowsOf(out, 'balance_sheets')
  const gone = before.filter((_, i) => i !== 8)
  await onDay(t, '2024-08-08', 'sync', { companies: gone, ...screener })
  const without = rows.filter(([ticker]) => ticker !== 'MWI')
  assert.ok(without.length < rows.length)
  assert.deepEqual(await rowsOf(out, 'dividends'), without)
  await onDay(t, '2024-08-15', 'sync', { companies: gone, ...screener })
  assert.deepEqual(await rowsOf(out, 'dividends'), without)
  await onDay(t, '2024-08-22', 'sync', { companies: before, ...screener })
  assert.deepEqual(await rowsOf(out, 'dividends'), rows)
  assert.deepEqual(await rowsOf(out, 'balance_sheets'), sheets, 'statements stay all the time')
})
