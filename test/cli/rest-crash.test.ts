import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readManifest } from '../../src/core/manifest.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { type RestServer, startRestServer } from '../../src/testing/rest-server.ts'
import { query } from '../helpers/duckdb.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { exitOf, listen, millrace, startMillrace } from './spawn-millrace.ts'

/** Six by default; `MILLRACE_ROUNDS=200` for a night. */
const rounds = Number(process.env['MILLRACE_ROUNDS'] ?? 6)
const env = { MASSIVE_API_KEY: 'made-up-key-of-tests' }
const tables = ['balance_sheets', 'income_statements', 'cash_flow', 'dividends', 'splits', 'ticker_events']

let server: RestServer
let undisturbed: { readonly lake: readonly unknown[]; readonly files: readonly string[]; readonly ms: number }
before(async () => {
  server = await startRestServer({
    routes: companyRoutes(makeCompanies({ count: 10, quarters: 4 })),
    apiKey: env.MASSIVE_API_KEY,
  })
  const out = tempDir({ after: (release: () => void) => after(release) })
  const startMs = performance.now()
  assert.equal((await millrace(argsFor(out), env)).code, 0)
  const ms = performance.now() - startMs
  undisturbed = { lake: await lakeIn(out), files: dataIn(out), ms }
})
after(() => server.close())

const argsFor = (out: string, ...flags: readonly string[]): string[] => [
  ...['run', 'screener', '--api', server.baseUrl, '--out', out, ...flags],
]

const dataIn = (out: string): string[] =>
  filesUnder(out).filter((path) => !path.startsWith('_millrace') && path !== 'views.sql')

/** All rows but for when they were seen; one that is there twice is there twice here, too. */
const lakeIn = (out: string): Promise<unknown[]> =>
  Promise.all(
    tables.map((table) =>
      query(
        `select columns(c -> c != 'observed_at') from read_parquet('${out}/${table}/**/*.parquet', hive_partitioning = false) order by all`,
      ),
    ),
  )

async function isAsUndisturbed(out: string): Promise<void> {
  assert.deepEqual(dataIn(out), undisturbed.files)
  assert.deepEqual(await lakeIn(out), undisturbed.lake)
  const named = [...(await readManifest(out)).values()].flatMap(({ files }) => files.map(({ path }) => path))
  assert.deepEqual(named.sort(), [...undisturbed.files].sort())
  const left = filesUnder(out).filter((path) => /^_millrace\/(tmp|pending)\//.test(path))
  assert.deepEqual(
    left.filter((path) => !path.endsWith('views.sql')),
    [],
  )
}

for (const [signal, exit] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  test(`${signal} leaves what came waiting, and the next run merges it and does the rest`, async (t) => {
    const out = tempDir(t)
    const child = startMillrace(argsFor(out, '--rate', '60/s', '--workers', '2'), env)
    const words = listen(child.stderr)
    await words.until('MWB: ')
    child.kill(signal)
    assert.equal(await exitOf(child), exit)
    assert.match(words.all(), /^waiting: the rows of \d+ units, which the next run merges$/m)
    assert.deepEqual(dataIn(out), [])
    const again = await millrace(argsFor(out), env)
    assert.equal(again.code, 0, again.stderr)
    assert.match(again.stderr, /units done \(\d+ skipped\)/)
    await isAsUndisturbed(out)
  })

test(`${rounds} runs that were killed at some time and run again are as one that was not`, async (t) => {
  let killed = 0
  for (let round = 0; round < rounds; round++) {
    const out = tempDir(t)
    const child = startMillrace(argsFor(out), env)
    // Anywhere from its start to a little after it would have ended: a time, not a sleep, is what is tested here.
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * undisturbed.ms * 1.1)
    if ((await exitOf(child)) === 'SIGKILL') killed++
    clearTimeout(timer)
    for (const path of dataIn(out)) assert.ok(undisturbed.files.includes(path), `${path} after the kill`)
    const { code, stderr } = await millrace(argsFor(out, '--quiet'), env)
    assert.deepEqual([code, stderr], [0, ''])
    await isAsUndisturbed(out)
    assert.match(readFileSync(join(out, 'views.sql'), 'utf8'), /view "dividends"/)
  }
  t.diagnostic(`${killed} of ${rounds} were killed before their end`)
})
