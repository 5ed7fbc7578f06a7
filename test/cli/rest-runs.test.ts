import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import type { RestFault } from '../../src/testing/rest-faults.ts'
import { type RestServer, startRestServer } from '../../src/testing/rest-server.ts'
import { query } from '../helpers/duckdb.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const apiKey = 'made-up-key-of-tests'
const routes = companyRoutes(makeCompanies({ count: 10, quarters: 4 }))

const serve = async (t: TestContext, faults: readonly RestFault[] = []): Promise<RestServer> => {
  const server = await startRestServer({ routes, apiKey, faults })
  t.after(() => server.close())
  return server
}

let good: RestServer
before(async () => {
  good = await startRestServer({ routes, apiKey })
})
after(() => good.close())

interface Place {
  readonly out: string
  readonly api?: string
  readonly key?: string
}

const run = (recipe: string, { out, api = good.baseUrl, key = apiKey }: Place, ...flags: readonly string[]) =>
  millrace(['run', recipe, '--api', api, '--out', out, ...flags], key === '' ? {} : { MASSIVE_API_KEY: key })

const snapshotOf = (out: string, recipe = 'screener') =>
  JSON.parse(readFileSync(join(out, '_millrace', 'progress', recipe, 'download_progress.json'), 'utf8'))

/** Of all tables, with the hash of what they hold. */
const tree = (out: string): string[] =>
  filesUnder(out)
    .filter((path) => !path.startsWith('_millrace') && path !== 'views.sql')
    .map(
      (path) =>
        `${path} ${createHash('sha256')
          .update(readFileSync(join(out, path)))
          .digest('hex')}`,
    )

describe('a run of a REST recipe', { concurrency: 2 }, () => {
  test('without a key ends before anything with one error', async (t) => {
    const out = join(tempDir(t), 'lake')
    for (const recipe of ['screener', 'dividends', 'tickers']) {
      const { code, stderr } = await run(recipe, { out, key: '' })
      assert.equal(code, 3)
      assert.match(stderr, /^millrace: no key of the REST API; looked for:\n( {2}.*\n){3} {2}hint: .*\n$/)
    }
    assert.throws(() => filesUnder(out), /ENOENT/)
  })

  test('with a wrong key ends at once with one error, and none of it is repeated', async (t) => {
    for (const flags of [[], ['--tickers', 'MWA,MWB,MWC,MWD']]) {
      const { code, stderr } = await run('screener', { out: tempDir(t), key: 'wrong-key-of-tests' }, ...flags)
      assert.equal(code, 3)
      assert.equal(stderr.match(/does not accept this key/g)?.length, 1, stderr)
      assert.doesNotMatch(stderr, /wrong-key-of-tests/)
    }
    const told = await run('dividends', { out: tempDir(t), key: 'wrong-key-of-tests' }, '--json')
    const { exit, failed, endedBy } = JSON.parse(told.stdout)
    assert.deepEqual([exit, failed.length, endedBy], [3, 1, 'access'])
    assert.equal(told.stderr.trim().split('\n').length, 1)
  })

  test('says a line a company, a batch and the merge, and at the end how it went', async (t) => {
    const out = tempDir(t)
    const flags = ['--types', 'CS,ETF', '--batch-size', '4', '--workers', '1']
    const { code, stderr } = await run('screener', { out }, ...flags)
    assert.equal(code, 0, stderr)
    const lines = stderr.split('\n')
    assert.equal(
      lines[0],
      'MWA: balance_sheets=5 income_statements=6 cash_flow=6 filings=4 dividends=4 splits=1 ticker_events=2 related_tickers=3',
    )
    assert.equal(lines[4], 'batch 1/3: 4 companies, 4 done')
    assert.match(stderr, /^MWE: balance_sheets=0 income_statements=0 cash_flow=0 .* \(no data\)$/m)
    assert.match(stderr, /^merging 89 units\nmerged into \d+ files: \d+ rows, \S+ kB$/m)
    assert.match(
      stderr,
      /\nno data: 1 company \(MWE\)\nsuccess: 11 of 11 companies \(100\.0 %\), \S+ m?s each on average\n11 companies, 92 units done, 118 requests, \S+ [kM]B in, \d+ rows, \S+ kB out in \d+ files, .* peak memory \S+ MB\n$/,
    )
    // What is made of them has a line a table.
    assert.match(stderr, /kB\n([a-z_]+ {2}\d+ rows {2}\S+ m?s {2}\d files?, \S+ kB\n){3}no data: /)
    const { completed, failed, total_tickers, workers } = snapshotOf(out)
    assert.equal(completed.length, 11)
    assert.deepEqual([failed, total_tickers, workers], [{}, 11, 1])
    const events = readFileSync(join(out, '_millrace', 'events.ndjson'), 'utf8')
    assert.match(
      events,
      /"event":"merging","units":89\}\n.*"event":"merged","files":\d+,"rows":\d+,"bytes":\d+\}\n/,
    )

    const again = await run('screener', { out }, ...flags)
    assert.match(again.stderr, /^0 companies, 0 units done \(92 skipped\), 0 B in, 0 rows, \S+ m?s at/)
  })

  test('tells the first of many failures alike, and counts the others', async (t) => {
    const says = { status: 'NOT_AUTHORIZED', message: 'You are not entitled to this data.' }
    const server = await serve(t, [{ path: '/stocks/v1/splits', status: 403, says }])
    const out = tempDir(t)
    const { code, stderr } = await run(
      'screener',
      { out, api: server.baseUrl },
      '--tables',
      'dividends,splits',
    )
    assert.equal(code, 9)
    assert.equal(stderr.match(/^error: .*plan does not include/gm)?.length, 5, stderr)
    assert.match(stderr, /^error: \S+ splits: 6 more failed like it$/m)
    assert.match(stderr, /^MWA: dividends=4 splits=failed$/m)
    assert.match(stderr, /^success: 0 of 11 companies/m)
    const { failed, completed } = snapshotOf(out)
    assert.equal(completed.length, 0)
    assert.match(failed.MWA.error, /plan does not include/)
    assert.match(failed.MWA.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    // What is not in the plan harms nothing else.
    const rows = await query(`select count(*) from '${out}/dividends/*/*/*.parquet'`)
    assert.deepEqual(rows, [['16']])
    const retried = await run('screener', { out }, '--tables', 'dividends,splits', '--retry-failed', '--json')
    assert.deepEqual([JSON.parse(retried.stdout).done, retried.code], [11, 0])
  })

  test('tells each failure to a program, but not each on stderr', async (t) => {
    const server = await serve(t, [{ path: '/stocks/v1/splits', status: 410, says: 'gone' }])
    const flags = ['--tables', 'splits', '--json']
    const { code, stdout, stderr } = await run('screener', { out: tempDir(t), api: server.baseUrl }, ...flags)
    assert.equal(code, 4)
    assert.equal(JSON.parse(stdout).failed.length, 11)
    assert.equal(stderr.trim().split('\n').length, 5)
  })
})

describe('what a REST run is told to do', { concurrency: 2 }, () => {
  const named = ['MWA', 'MWC', 'ZZZ']
  const forms: Readonly<Record<string, (folder: string) => readonly string[]>> = {
    'as words': () => ['--refill', ...named],
    'with commas': () => ['--refill', named.join(',')],
    'from a file': (folder) => {
      writeFileSync(join(folder, 'list'), `${named.join('\n')}\n`)
      return ['--refill', `@${join(folder, 'list')}`]
    },
  }
  for (const [how, flags] of Object.entries(forms))
    test(`--refill, ${how}, does these companies anew, those too that are not in the list of the lake`, async (t) => {
      const out = join(tempDir(t), 'lake')
      const few = ['--tables', 'dividends,splits', '--json']
      assert.equal(JSON.parse((await run('screener', { out }, ...few)).stdout).done, 22)
      const before = tree(out)
      const { code, stdout } = await run('screener', { out }, ...few, ...flags(tempDir(t)))
      const { done, companies } = JSON.parse(stdout)
      assert.deepEqual([code, done, companies.done, companies.noData], [0, 6, 3, []])
      assert.deepEqual(tree(out), before)
    })

  test('a table that is asked for at once can be refilled company by company', async (t) => {
    const out = tempDir(t)
    await run('dividends', { out }, '--start', '2020-01-01', '--end', '2020-12-31', '--quiet')
    const before = tree(out)
    const { code, stdout } = await run('dividends', { out }, '--refill', 'MWA', 'MWC', '--json')
    assert.deepEqual([code, JSON.parse(stdout).done], [0, 2])
    assert.deepEqual(tree(out), before)
    const typo = await run('dividends', { out }, '--refill', '2020-Q5')
    assert.equal(typo.code, 2)
    assert.match(typo.stderr, /there is no unit 2020-Q5 to refill/)
  })

  test('--limit counts companies, and --start-batch begins where the log says', async (t) => {
    const out = tempDir(t)
    const limited = await run('screener', { out }, '--limit', '2', '--workers', '1')
    assert.match(limited.stderr, /^2 companies, 19 units done, /m)
    const later = await run(
      'screener',
      { out },
      '--start-batch',
      '3',
      '--batch-size',
      '4',
      '--tables',
      'splits',
    )
    assert.match(later.stderr, /^batch 3\/3: 3 companies, 3 done$/m)
    const beyond = await run('screener', { out }, '--start-batch', '4', '--batch-size', '4')
    assert.deepEqual([beyond.code, /--start-batch 4 is after the last one/.test(beyond.stderr)], [2, true])
  })

  test('--rate holds over a restart of the command', async (t) => {
    const server = await serve(t)
    const out = tempDir(t)
    const flags = ['--tickers', 'MWA', '--tables', 'dividends,splits', '--rate', '3/s', '--force', '--quiet']
    for (let i = 0; i < 3; i++)
      assert.equal((await run('screener', { out, api: server.baseUrl }, ...flags)).code, 0)
    const times = server.requests.map(({ atMs }) => atMs)
    assert.equal(times.length, 6)
    // To the millisecond `request-rate.test.ts` tells it: this server shares a busy process, and may see a request late.
    for (const [i, ms] of times.slice(3).entries())
      assert.ok(ms - (times[i] as number) >= 900, `four requests in ${ms - (times[i] as number)} ms`)
    writeFileSync(join(out, '_millrace', 'requests.json.new'), '{"half')
    for (const command of ['verify', 'gc', 'status']) {
      const { code, stderr, stdout } = await millrace([command, out])
      assert.equal(code, 0, `${command}: ${stderr}${stdout}`)
      assert.doesNotMatch(stderr + stdout, /requests\.json/)
    }
  })
})

const tables = [
  ...['balance_sheets', 'income_statements', 'cash_flow', 'filings', 'dividends', 'splits'],
  ...['ticker_events', 'related_tickers'],
]

describe('the lake of a screener', () => {
  test('stays the same, file by file, when the same is answered again', async (t) => {
    const out = tempDir(t)
    await run('screener', { out }, '--quiet')
    const before = tree(out)
    const { code, stdout } = await run('screener', { out }, '--force', '--json')
    assert.deepEqual([code, JSON.parse(stdout).merged], [0, { files: 0, rows: 0, bytes: 0 }])
    assert.deepEqual(tree(out), before)
  })

  test('holds the same rows in both layouts, and so does one that was asked for in bulk', async (t) => {
    const [month, ticker, bulk] = [tempDir(t), tempDir(t), tempDir(t)]
    await run('screener', { out: month }, '--quiet')
    await run('screener', { out: ticker }, '--quiet', '--layout', 'ticker')
    assert.equal((await run('screener', { out: bulk }, '--quiet', '--bulk')).code, 0)
    for (const table of tables) {
      const rows = (out: string) =>
        query(
          `select columns(c -> c not in ('observed_at', 'year', 'month')) from read_parquet('${out}/${table}/**/*.parquet', hive_partitioning = false) order by all`,
        )
      const expected = await rows(month)
      assert.ok(expected.length > 0, table)
      assert.deepEqual(await rows(ticker), expected, table)
      assert.deepEqual(await rows(bulk), expected, table)
    }
  })
})
