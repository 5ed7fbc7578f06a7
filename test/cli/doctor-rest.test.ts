import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyOf } from '../../src/datasets/dataset.ts'
import { stocksDaily } from '../../src/datasets/stocks.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

let server: S3Server
before(async () => {
  const key = keyOf(stocksDaily, '2024-01-03')
  server = await startS3Server({ objects: { [key]: Buffer.from(key) }, accessKeyId: 'visible-key' })
})
after(() => server.close())

const keys = { MASSIVE_S3_ACCESS_KEY_ID: 'visible-key', MASSIVE_S3_SECRET_ACCESS_KEY: 'quiet-secret' }
const doctor = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  millrace(['doctor', ...args, '--endpoint', server.endpoint, '--low-level-retries', '0'], env)

test('of a recipe of the REST API its table is asked, by one request, and no bucket', async (t) => {
  const out = tempDir(t)
  const rest = await startRestServer({
    routes: companyRoutes(makeCompanies({ count: 1 })),
    apiKey: 'made-up',
    faults: [
      {
        path: 'balance-sheets',
        status: 403,
        says: { status: 'NOT_AUTHORIZED', message: 'You are not entitled to this data.' },
      },
    ],
  })
  t.after(() => rest.close())
  const asked = server.requests.length
  const cases: readonly (readonly [
    recipe: string,
    path: string,
    env: Readonly<Record<string, string>>,
    code: number,
    says: RegExp,
  ])[] = [
    [
      'dividends',
      '/stocks/v1/dividends',
      { MASSIVE_API_KEY: 'made-up' },
      0,
      /^ok {4}rest {10}127\.0\.0\.1:\d+ answers this key in \d+ ms, asked for dividends$/m,
    ],
    [
      'ticker-events',
      '/v3/reference/tickers',
      { MASSIVE_API_KEY: 'made-up' },
      0,
      /^ok {4}rest .* asked for tickers$/m,
    ],
    [
      'screener',
      '/stocks/financials/v1/balance-sheets',
      { MASSIVE_API_KEY: 'made-up' },
      3,
      /^bad {3}rest .*not entitled/m,
    ],
    ['screener', '', {}, 3, /^bad {3}rest {10}no key of the REST API/m],
  ]
  for (const [recipe, path, env, code, says] of cases) {
    const before = rest.requests.length
    const told = await doctor([recipe, '--out', out, '--api', rest.baseUrl], env)
    assert.equal(told.code, code, told.stdout + told.stderr)
    assert.match(told.stdout, says)
    assert.doesNotMatch(told.stdout, /keys|server {2}|stocks-daily/)
    assert.deepEqual(
      rest.requests.slice(before).map(({ url }) => url.split('?')[0]),
      path === '' ? [] : [path],
    )
  }
  assert.equal(server.requests.length, asked)
})

test('a key of the REST API is tried by one request, and none is a warning', async (t) => {
  const out = tempDir(t)
  const rest = await startRestServer({
    routes: companyRoutes(makeCompanies({ count: 1 })),
    apiKey: 'made-up',
  })
  t.after(() => rest.close())
  const asked = (apiKey?: string) =>
    doctor(['--out', out, '--api', rest.baseUrl], { ...keys, ...(apiKey && { MASSIVE_API_KEY: apiKey }) })
  const fine = await asked('made-up')
  assert.equal(fine.code, 0, fine.stdout)
  assert.match(fine.stdout, /^ok {4}rest {10}127\.0\.0\.1:\d+ answers this key in \d+ ms$/m)
  assert.equal(rest.requests.length, 1)
  const none = await asked()
  assert.equal(none.code, 0)
  assert.match(none.stdout, /^warn {2}rest {10}no key of the REST API.*\n {6}next: set MASSIVE_API_KEY/m)
  assert.equal(rest.requests.length, 1)
  const wrong = await asked('another')
  assert.equal(wrong.code, 3)
  assert.match(wrong.stdout, /^bad {3}rest {10}.*Unknown API Key.*401.*\n {6}next: /m)
})
