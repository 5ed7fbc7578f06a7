import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type Company, makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import type { RestFault } from '../../src/testing/rest-faults.ts'
import { type RestServer, startRestServer } from '../../src/testing/rest-server.ts'
import { millraceBytes } from '../cli/spawn-millrace.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const apiKey = 'made-up-key-of-tests'
/** Made-up companies under the names that the document has. */
const companies = JSON.parse(
  Object.entries({ MWA: 'AAPL', MWC: 'MSFT', MWG: 'GOOGL' }).reduce(
    (text, [made, known]) => text.replaceAll(`"${made}"`, `"${known}"`),
    JSON.stringify(makeCompanies({ count: 12, quarters: 2 })),
  ),
) as Company[]
const routes = companyRoutes(companies)

/** The rows of the tables: what is theirs, and what is ours. */
const rows = readFileSync('docs/from-a-batch-downloader.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| theirs'))
  .map((line) =>
    line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|')),
  )
  .map(([, theirs = '', ours = '']) => ({ theirs, ours }))

interface Scene {
  readonly folder: string
  readonly server: RestServer
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

interface Row {
  readonly faults?: readonly RestFault[]
  /** The row is about a lake that is there. */
  readonly after?: readonly string[]
  prepare?(folder: string): void
  readonly code?: number
  check?(scene: Scene): void | Promise<void>
}

const report = ({ stdout }: Scene) => JSON.parse(stdout)
const few = ['--tables', 'dividends,splits']
const done = (units: number) => (scene: Scene) => assert.equal(report(scene).done, units)
const notInPlan = { status: 'NOT_AUTHORIZED', message: 'You are not entitled to this data.' }

/** In the order of the document. */
const checks: Readonly<Record<string, Row>> = {
  'no flag': {
    check(scene) {
      assert.deepEqual([report(scene).done, report(scene).companies.done], [108, 13])
      const { types } = JSON.parse(readFileSync(join(scene.folder, 'lake/_millrace/universe.json'), 'utf8'))
      assert.deepEqual(types, ['CS', 'ADRC'])
    },
  },
  '--workers 4': { check: done(108) },
  '--workers 16': { check: done(108) },
  '--batch-size 10': { check: done(108) },
  '--start-batch 2': { check: done(28) },
  '--force': {
    after: [],
    check: (scene) => assert.deepEqual([report(scene).done, report(scene).merged.files], [105, 0]),
  },
  '--refill AAPL MSFT GOOGL': { after: [], check: done(24) },
  '--refill $(cat failed_tickers.txt)': {
    after: few,
    prepare: (folder) => writeFileSync(join(folder, 'failed_tickers.txt'), 'AAPL MSFT\n'),
    check: done(19),
  },
  'a list of tickers in the script': { check: done(21) },
  'eight data types': { check: done(26) },
  '121 calculated ratios': {
    after: [],
    check: ({ stdout }) => assert.match(stdout, /^cik,tickers,period_end/),
  },
  'data/partitioned_screener/': {
    check({ folder }) {
      const files = filesUnder(join(folder, 'lake'))
      assert.ok(files.includes('dividends/year=2020/month=02/ticker=AAPL.parquet'), files.join('\n'))
      assert.ok(files.includes('related_tickers/ticker=AAPL.parquet'))
    },
  },
  'tail -f data/download_progress.json': {
    after: few,
    check: ({ stdout }) => assert.equal(JSON.parse(stdout).event, 'ended'),
  },
  "jq '.completed | length'": { after: few, check: ({ stdout }) => assert.equal(stdout, '13\n') },
  "jq '.failed | length'": { after: few, check: ({ stdout }) => assert.equal(stdout, '0\n') },
  "print(' '.join(failed.keys())), then --refill": {
    faults: [{ path: 'dividends?limit=5000&sort=ticker.asc&ticker=MSFT', status: 410, times: 1 }],
    after: few,
    check: done(1),
  },
  "find data/partitioned_screener/dividends -name '*.parquet'": {
    after: few,
    check: ({ stdout }) => assert.match(stdout, /dividends \(dividends\): \d+ rows/),
  },
  'check_download_status.py': {
    after: few,
    check: ({ stdout }) => assert.match(stdout, /all as the manifest says/),
  },
  'df -h data/': { after: few, check: ({ stdout }) => assert.match(stdout, /^to do: /m) },
  "DataLoader().load('dividends')": {
    after: few,
    check: ({ stdout }) => assert.equal(stdout.match(/AAPL/g)?.length, 2, stdout),
  },
  'cron, once a week': { after: [], check: ({ stderr }) => assert.match(stderr, /nothing to do/) },
  '"No fundamentals data returned by API"': {
    check: (scene) => assert.deepEqual([report(scene).companies.noData, report(scene).failed], [['MWE'], []]),
  },
  '429': { faults: [{ status: 429, says: 'slow down', times: 1 }], check: done(108) },
  'network failures': { faults: [{ resetAfter: 10, times: 3 }], check: done(108) },
  'storage full': {
    prepare: (folder) => writeFileSync(join(folder, 'lake'), 'in the way'),
    code: 7,
  },
  'a wrong key': { code: 3, check: ({ stderr }) => assert.equal(stderr.trim().split('\n').length, 1) },
  'a part that the plan does not include': {
    faults: [{ path: '/balance-sheets', status: 403, says: notInPlan }],
    code: 9,
    check: (scene) => assert.deepEqual([report(scene).done, report(scene).failed.length], [95, 13]),
  },
  'seems stuck': { check: done(108) },
}

const absent = spawnSync('jq', ['--version']).status !== 0

/** What the document says, and what it does not: where the server of the test is. */
async function say(ours: string, folder: string, { baseUrl }: RestServer) {
  if (/^(tail|jq) /.test(ours)) {
    const bytes = execFileSync('sh', ['-c', ours], { cwd: folder })
    return { code: 0, bytes, stderr: '' }
  }
  const isRun = !ours.startsWith('millrace ')
  const words = isRun
    ? ['run', 'screener', '--out', 'lake', ...ours.split(' '), '--json']
    : ours.split(' ').slice(1)
  const asks = isRun || words[0] === 'plan' || words[0] === 'sync'
  return millraceBytes(asks ? [...words, '--api', baseUrl] : words, { MASSIVE_API_KEY: apiKey }, folder)
}

async function runRow(t: TestContext, ours: string, row: Row): Promise<Scene> {
  const folder = tempDir(t)
  const server = await startRestServer({ routes, apiKey, faults: row.faults ?? [] })
  t.after(() => server.close())
  row.prepare?.(folder)
  if (row.after) await say(row.after.join(' ') || '--quiet', folder, server)
  const { code, bytes, stderr } = await say(ours, folder, server)
  return { folder, server, code, stdout: String(bytes), stderr }
}

test('every row of the document is run', () =>
  assert.deepEqual(Object.keys(checks).sort(), rows.map(({ theirs }) => theirs).sort()))

describe('from the batch downloader', { concurrency: 2 }, () => {
  for (const { theirs, ours } of rows)
    test(`${theirs} is ${ours}`, {
      skip: ours.startsWith('jq') && absent ? 'jq is not here' : false,
    }, async (t) => {
      const row = checks[theirs] as Row
      const scene = await runRow(t, ours, row)
      assert.equal(scene.code, row.code ?? 0, scene.stderr)
      await row.check?.(scene)
    })

  test('a lake that could not be written to is whole after another run', async (t) => {
    const folder = tempDir(t)
    const server = await startRestServer({ routes, apiKey })
    t.after(() => server.close())
    writeFileSync(join(folder, 'lake'), 'in the way')
    assert.equal((await say('--workers 8', folder, server)).code, 7)
    rmSync(join(folder, 'lake'))
    assert.equal((await say('--workers 8', folder, server)).code, 0)
  })
})
