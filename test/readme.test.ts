import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startS3Server } from '../src/testing/s3-server.ts'
import { closesOn, demoCompanies, ratiosOfDays } from './demo/made-up-market.ts'
import { query } from './helpers/duckdb.ts'
import { addCloses, apiKey, startMarket } from './helpers/ratio-market.ts'
import { type SampleOptions, sampleGzip, sampleKey } from './helpers/sample-day.ts'
import { tempDir } from './helpers/temp-dir.ts'

const text = readFileSync('README.md', 'utf8')
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))

test('the pipeline of one’s own in the README runs as it stands there', async (t) => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? []
  // Inside the package, where its own name leads to itself.
  mkdirSync('build/readme', { recursive: true })
  writeFileSync('build/readme/big-trades.js', code)
  const sample: SampleOptions = { dataset: 'stocks-trades', date: '2024-03-01', rows: 5000 }
  const objects = { [sampleKey('stocks-trades', '2024-03-01')]: await sampleGzip(sample) }
  const server = await startS3Server({ objects })
  t.after(() => server.close())
  const args = ['build/src/cli/millrace.cjs', 'run', 'build/readme/big-trades.js', '--day', '2024-03-01']
  const flags = [
    '--endpoint',
    server.endpoint,
    '--dollars',
    '50000',
    '--access-key',
    'demo',
    '--secret-key',
    'demo',
  ]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args, ...flags])
  const [header, ...rows] = stdout.trimEnd().split('\n')
  assert.equal(header, 'ticker,sip_timestamp,price,size')
  assert.ok(rows.length > 0 && rows.length < 5000, `${rows.length} rows`)
  for (const row of rows) {
    const [, at, price, size] = row.split(',')
    assert.match(String(at), /^\d{19}$/)
    assert.ok(Number(price) * Number(size) >= 50_000, row)
  }
  assert.match(stderr, /1 file done/)
})

test('the README’s join of prices and ratios says what it says there', async (t) => {
  const [, after = ''] = text.split(`DuckDB> ${ratiosOfDays}\n`)
  const [shown = ''] = after.split('\n```')
  const lake = tempDir(t)
  const days = ['2026-02-20', '2026-02-23', '2026-02-24']
  await addCloses(lake, Object.fromEntries(days.map((day) => [day, closesOn(day)])))
  const server = await startMarket(demoCompanies)
  t.after(() => server.close())
  const args = ['run', 'screener', '--out', lake, '--api', server.baseUrl]
  const env = { ...process.env, MASSIVE_API_KEY: apiKey }
  await promisify(execFile)(process.execPath, ['build/src/cli/millrace.cjs', ...args], { env })
  await promisify(execFile)(process.execPath, ['build/src/cli/millrace.cjs', 'views', lake])
  const rows = await query(ratiosOfDays, readFileSync(`${lake}/views.sql`, 'utf8'))
  assert.equal(rows.map((row) => `  ${row.join('  ')}`).join('\n'), shown)
})

test('every script and file that the README and CONTRIBUTING name is there', () => {
  const all = text + readFileSync('CONTRIBUTING.md', 'utf8')
  for (const [, name = ''] of all.matchAll(/npm run ([a-z:]+)/g))
    assert.ok(name in scripts, `npm run ${name}`)
  for (const [, path = ''] of all.matchAll(/`((?:src|test)\/[\w./-]+\.\w+)`/g)) readFileSync(path)
})
