import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace, recipeFile } from './spawn-millrace.ts'

const dataset = 'stocks-daily'
const keyOn = (date: string): string => sampleKey(dataset, date)
const fileOn = (date: string, rows = 50): Promise<Buffer> => sampleGzip({ dataset, date, rows })
const files = new Map<string, Buffer>()

before(async () => {
  for (const date of ['2024-03-26', '2024-03-27', '2024-03-28', '2024-04-01', '2024-04-02'])
    files.set(date, await fileOn(date))
})

/** A bucket of these days, and a lake that is not there yet. */
async function scene(t: Parameters<typeof tempDir>[0], ...days: readonly string[]) {
  const objects = new Map<string, Buffer>()
  const put = (...dates: readonly string[]): void => {
    for (const date of dates) objects.set(keyOn(date), files.get(date) as Buffer)
  }
  put(...days)
  const server: S3Server = await startS3Server({ objects })
  t.after(() => server.close())
  const out = join(tempDir(t), 'lake')
  const flags = ['--endpoint', server.endpoint, '--access-key', 'a', '--secret-key', 'b', '--retries', '0']
  // The days of this bucket end before today: nobody wants to hear of all that came since.
  const end = ['--end', '2024-04-02']
  const sync = (...more: readonly string[]) =>
    millrace(['sync', dataset, '--out', out, ...flags, ...(more.includes('--end') ? [] : end), ...more])
  const gets = (): string[] => server.requests.filter(({ op }) => op === 'get').map(({ key }) => key)
  return { objects, put, server, out, flags, sync, gets }
}

const upToDate = (days: number, span: string): string =>
  `stocks-daily: nothing to do, ${days} files up to date, ${span}\n`

test('a new table begins with --start, and from then on does what is new, and nothing when nothing is', async (t) => {
  const { put, sync, gets } = await scene(t, '2024-03-26', '2024-03-27')
  const first = await sync()
  assert.equal(first.code, 2)
  assert.match(
    first.stderr,
    /stocks_daily in .*lake is new: nothing tells where it is to begin\n {2}hint: .*--start/,
  )
  const begun = await sync('--start', '2024-03-26')
  assert.equal(begun.code, 0, begun.stderr)
  assert.match(begun.stderr, /2 files done/)
  const again = await sync()
  // Days that are late, or holidays, are no news each morning.
  assert.deepEqual(again, { code: 0, stdout: '', stderr: upToDate(2, '2024-03-26 to 2024-03-27') })
  put('2024-03-28', '2024-04-01', '2024-04-02')
  const later = await sync()
  assert.match(later.stderr, /3 files done \(2 skipped\)/)
  assert.deepEqual(await sync(), { code: 0, stdout: '', stderr: upToDate(5, '2024-03-26 to 2024-04-02') })
  assert.equal(gets().length, 5)
})

test('a re-published day, a filled hole, a failed and a deleted day are done, and nothing else', async (t) => {
  const { objects, put, out, sync, gets } = await scene(t, '2024-03-26', '2024-03-27', '2024-04-02')
  objects.set(keyOn('2024-04-01'), Buffer.from('no gzip at all'))
  const first = await sync('--start', '2024-03-26')
  assert.equal(first.code, 9)
  assert.match(first.stderr, /warning: 2024-03-28: no stocks-daily file there \(hole/)
  const failing = await sync()
  assert.equal(failing.code, 9)
  assert.doesNotMatch(failing.stderr, /hole|holiday/, 'a hole that was told of is not told again')
  put('2024-03-28', '2024-04-01')
  objects.set(keyOn('2024-03-26'), await fileOn('2024-03-26', 60))
  rmSync(join(out, 'stocks_daily/date=2024-04-02'), { recursive: true })
  const before = gets().length
  const second = await sync()
  assert.equal(second.code, 0, second.stderr)
  assert.match(second.stderr, /4 files done \(1 skipped\)/)
  assert.deepEqual(
    gets().slice(before).sort(),
    ['2024-03-26', '2024-03-28', '2024-04-01', '2024-04-02'].map(keyOn),
  )
  assert.equal((await sync()).stderr, upToDate(5, '2024-03-26 to 2024-04-02'))
})

test('a day that failed before all others is done, too', async (t) => {
  const { objects, put, sync } = await scene(t, '2024-03-27')
  objects.set(keyOn('2024-03-26'), Buffer.from('no gzip at all'))
  assert.equal((await sync('--start', '2024-03-26', '--end', '2024-03-27')).code, 9)
  put('2024-03-26')
  assert.match((await sync()).stderr, /1 file done \(1 skipped\)/)
})

test('an earlier --start makes the table longer, and a later one leaves no gap', async (t) => {
  const { sync } = await scene(t, '2024-03-26', '2024-03-27', '2024-03-28', '2024-04-01', '2024-04-02')
  assert.match((await sync('--start', '2024-03-27', '--end', '2024-03-27')).stderr, /1 file done/)
  assert.match((await sync('--start', '2024-04-02')).stderr, /3 files done \(1 skipped\)/)
  assert.match((await sync('--start', '2024-03-26')).stderr, /1 file done \(4 skipped\)/)
})

test('each table of a lake is kept up to date by its own flags, and a mixture is refused', async (t) => {
  const { put, sync } = await scene(t, '2024-03-26')
  const mine = ['--name', 'mine', '--tickers', 'AAPL']
  assert.equal((await sync('--start', '2024-03-26')).code, 0)
  assert.equal((await sync(...mine)).code, 2, 'it is new')
  assert.equal((await sync(...mine, '--start', '2024-03-26')).code, 0)
  put('2024-03-27')
  assert.match((await sync(...mine)).stderr, /1 file done \(1 skipped\)/)
  assert.match((await sync()).stderr, /1 file done \(1 skipped\)/)
  const mixed = await sync('--name', 'mine')
  assert.equal(mixed.code, 2)
  assert.match(mixed.stderr, /mine in .* holds .*this run would write/)
})

for (const [kind, more, table] of [
  ['raw files', ['--format', 'raw'], 'us_stocks_sip/day_aggs_v1/2024/03'],
  ['flat raw files', ['--format', 'raw', '--flat'], ''],
] as const)
  test(`${kind} are kept up to date as well`, async (t) => {
    const { put, sync, out } = await scene(t, '2024-03-26')
    assert.equal((await sync('--start', '2024-03-26', ...more)).code, 0)
    put('2024-03-27')
    assert.match((await sync(...more)).stderr, /1 file done \(1 skipped\)/)
    const name = table === '' ? keyOn('2024-03-27').replaceAll('/', '__') : '2024-03-27.csv.gz'
    assert.ok(existsSync(join(out, table, name)))
    assert.equal((await sync(...more)).stderr, upToDate(2, '2024-03-26 to 2024-03-27'))
  })

test('without --end it goes on until today', async (t) => {
  const { out, flags } = await scene(t, '2024-03-26', '2024-04-02')
  const told = await millrace(['sync', dataset, '--out', out, ...flags, '--start', '2024-03-26', '--json'])
  assert.equal(told.code, 0, told.stderr)
  assert.equal(JSON.parse(told.stdout).done, 2)
})

test('while a run writes to the lake, a sync that has something to do is exit 7', async (t) => {
  const { put, sync, out } = await scene(t, '2024-03-26')
  assert.equal((await sync('--start', '2024-03-26')).code, 0)
  const held = await openLake(out, createRun(), { tool: 'test' })
  t.after(() => held.close())
  assert.deepEqual(await sync('--end', '2024-03-26'), {
    code: 0,
    stdout: '',
    stderr: 'stocks-daily: nothing to do, 1 file up to date, 2024-03-26\n',
  })
  put('2024-03-27')
  const told = await sync()
  assert.equal(told.code, 7)
  assert.match(told.stderr, /another run writes to this lake, process \d+/)
})

test('two workers have a thread each', async (t) => {
  const { sync, out } = await scene(t, '2024-03-26', '2024-03-27', '2024-03-28')
  const told = await sync('--start', '2024-03-26', '--workers', '2')
  assert.equal(told.code, 0, told.stderr)
  assert.doesNotMatch(told.stderr, /one thread/)
  const lines = readFileSync(join(out, '_millrace/manifest.ndjson'), 'utf8').trimEnd().split('\n')
  assert.equal(lines.length, 3)
})

test('a screener and its tables are kept up to date by the same command', async (t) => {
  const server = await startRestServer({
    routes: companyRoutes(makeCompanies({ count: 5 })),
    apiKey: 'made-up',
  })
  t.after(() => server.close())
  const out = join(tempDir(t), 'lake')
  const sync = (...more: readonly string[]) =>
    millrace(['sync', ...more, '--out', out, '--api', server.baseUrl], { MASSIVE_API_KEY: 'made-up' })
  const first = await sync('screener', '--tables', 'dividends,splits')
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stderr, /10 units done/)
  const asked = server.requests.length
  assert.deepEqual(await sync('screener', '--tables', 'dividends,splits'), {
    code: 0,
    stdout: '',
    stderr: 'screener: nothing to do, 10 units up to date, MWA dividends to MWH.B splits\n',
  })
  assert.equal(
    (await sync('dividends')).stderr,
    'dividends: nothing to do, 5 units up to date, MWA dividends to MWH.B dividends\n',
  )
  assert.equal(server.requests.length, asked)
  const other = await sync('dividends', '--layout', 'ticker')
  assert.equal(other.code, 2)
  assert.match(other.stderr, /dividends in .* holds merge .*this run would write/)
  assert.match((await sync('related-tickers')).stderr, /asked for company by company: of which\?/)
})

const others: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [[], 2, /which recipe\?/],
  [[recipeFile('pieces.js')], 2, /sync knows nothing of the days of small\n {2}hint: run does what is new/],
  [[dataset, '--start', '2024-03-26', '--out', '-'], 2, /--out - is no lake that could be kept up to date/],
  [[dataset, '--start', '2024-03-26', '--out', 'x.parquet'], 2, /--out x\.parquet is no lake/],
  [[dataset, '--strat', '2024-03-26'], 2, /unknown flag --strat.*did you mean --start\?/s],
]
for (const [args, code, says] of others)
  test(`millrace sync ${args.join(' ')} exits ${code}`, async () => {
    const told = await millrace(['sync', ...args])
    assert.equal(told.code, code, told.stderr)
    assert.match(told.stderr, says)
    assert.doesNotMatch(told.stderr, /\n +at /)
  })
