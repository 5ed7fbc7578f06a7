import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import type { RestFault } from '../../src/testing/rest-faults.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { query } from '../helpers/duckdb.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const [key, secret, token, password] = ['KEYKEYKEY', 'SECRETSECRET', 'TOKENTOKEN', 'PASSPASSPASS']
/** The signature is made of the secret; it is good for this request alone, and still nobody's business. */
const told = new RegExp(`${key}|${secret}|${token}|${password}|Signature=`)

const header = 'ticker,volume,open,close,high,low,window_start,transactions\n'
const objects = {
  '01': gzipSync(`${header}A,1,2,2,2,2,1709269200000000000,1\n`),
  '04': gzipSync(`${header}A,1,2,x,2,2,1709269200000000000,1\n`),
  '05': gzipSync(`${header}A,1,2,2,2,2,1709269200000000000,1\n`).subarray(0, 40),
  '06': gzipSync('no,header\n'),
}

let good: S3Server
let echo: { readonly endpoint: string; close(): void }
before(async () => {
  good = await startS3Server({
    accessKeyId: key,
    objects: Object.fromEntries(
      Object.entries(objects).map(([day, object]) => [
        `us_stocks_sip/day_aggs_v1/2024/03/2024-03-${day}.csv.gz`,
        object,
      ]),
    ),
    faults: [
      { op: 'get', key: '2024-03-07.csv.gz', status: 403, code: 'AccessDenied' },
      { op: 'list', key: '2023/02/', status: 503, code: 'SlowDown' },
    ],
  })
  echo = await startEcho()
})
after(async () => {
  echo.close()
  await good.close()
})

/** A server that repeats all it was told, with the status that the bucket's name says. */
async function startEcho() {
  const answer = ({ url = '', headers }: IncomingMessage, response: ServerResponse): void => {
    const [, status = '', code = ''] = /^\/(\d+)-(\w+)/.exec(url) ?? []
    const words = JSON.stringify({ url, headers })
    response.writeHead(Number(status), { 'content-type': 'application/xml' })
    response.end(code === 'text' ? words : `<Error><Code>${code}</Code><Message>${words}</Message></Error>`)
  }
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { endpoint: `http://user:${password}@127.0.0.1:${port}`, close }
}

const at = (day: string): readonly string[] => ['--start', `2024-03-${day}`]
const bucket = (name: string): readonly string[] => ['--bucket', name]

/** Ways to fail, each with its exit code; by default at the good server. */
const cases: readonly (readonly [
  what: string,
  code: number,
  flags: readonly string[],
  place?: 'echo' | 'nowhere',
])[] = [
  ['done', 0, at('01')],
  ['a bad row', 6, at('04')],
  ['a bad row set aside', 0, [...at('04'), '--rejects', 'HERE/bad.ndjson']],
  ['a file cut off', 6, at('05')],
  ['another header', 6, at('06')],
  ['no such day', 4, ['--start', '2024-03-08']],
  ['a busy server', 5, ['--start', '2023-02-01']],
  ['another bucket', 4, [...at('01'), ...bucket('another')]],
  ['a flag without meaning', 2, [...at('01'), '--workers', 'x']],
  ['a key given twice', 2, [...at('01'), '--secret-key', secret]],
  ['a lake that cannot be', 7, at('01'), 'nowhere'],
  ...[
    '403-AccessDenied',
    '403-InvalidAccessKeyId',
    '403-SignatureDoesNotMatch',
    '403-RequestTimeTooSkewed',
  ].map((name) => [name, 3, [...at('01'), ...bucket(name)], 'echo'] as const),
  ...[
    '500-InternalError',
    '503-SlowDown',
    '400-Unheard',
    '418-Teapot',
    '200-text',
    '200-Unheard',
    '301-PermanentRedirect',
  ].map((name) => [name, 5, [...at('01'), ...bucket(name)], 'echo'] as const),
]

const restKey = 'RESTRESTRESTKEY'
const repeats = { status: 'ERROR', error: `what of ${restKey}?` }

/** What a REST server says that repeats the key, and the exit code. */
const restCases: readonly (readonly [what: string, code: number, faults: readonly RestFault[]])[] = [
  ['done', 0, []],
  ...[
    [401, 3],
    [403, 3],
    [404, 4],
    [429, 5],
    [500, 5],
    [400, 2],
    [418, 5],
  ].map(([status = 0, code = 0]) => [`HTTP ${status}`, code, [{ status, says: repeats }]] as const),
  ['a bad row', 6, [{ row: { cash_amount: restKey } }]],
  ['a next page that has it', 6, [{ nextUrl: `https://evil.example/${restKey}?apiKey=${restKey}` }]],
]

/** Runs the command over a server with these faults, and looks for the key in all that it says and writes. */
async function dividendsOf(t: TestContext, faults: readonly RestFault[], style: readonly string[]) {
  const routes = companyRoutes(makeCompanies({ count: 3, quarters: 2 }))
  const server = await startRestServer({ routes, apiKey: restKey, faults })
  t.after(() => server.close())
  const out = join(tempDir(t), 'lake')
  const { code, stdout, stderr } = await millrace([
    ...['run', 'screener', '--tables', 'dividends', '--tickers', 'MWA', '--out', out],
    ...['--api', server.baseUrl, '--api-key', restKey],
    ...['--retries', '0', '--low-level-retries', '0', ...style],
  ])
  assert.doesNotMatch(stdout + stderr, new RegExp(restKey))
  for (const path of filesUnder(out))
    assert.doesNotMatch(readFileSync(join(out, path), 'latin1'), new RegExp(restKey), path)
  return { out, code, stderr }
}

describe('the key of the REST API is told to nobody', { concurrency: 2 }, () => {
  for (const [what, code, faults] of restCases)
    for (const style of [[], ['--json']])
      test([what, ...style].join(', '), async (t) => {
        const ended = await dividendsOf(t, faults, style)
        assert.equal(ended.code, code, ended.stderr)
      })

  test('a value that is the key lies in the table as asterisks', async (t) => {
    const { out } = await dividendsOf(t, [{ row: { currency: restKey } }], [])
    const rows = await query(`select currency from '${out}/dividends/*/*/*.parquet' order by 1 limit 1`)
    assert.deepEqual(rows, [['*'.repeat(restKey.length)]])
  })
})

describe('secrets are told to nobody', { concurrency: 2 }, () => {
  for (const [what, code, flags, place] of cases)
    for (const style of [[], ['--json']])
      test([what, ...style].join(', '), async (t) => {
        const here = tempDir(t)
        const out = join(here, 'lake')
        if (place === 'nowhere') writeFileSync(out, '')
        const endpoint = place === 'echo' ? echo.endpoint : good.endpoint
        const ended = await millrace(
          [
            ...['run', 'stocks-daily', '--out', out, '--endpoint', endpoint, '--access-key', key],
            ...['--secret-key', secret, '--retries', '0', '--low-level-retries', '0', ...style],
            ...flags.map((text) => text.replace('HERE', here)),
          ],
          { AWS_SESSION_TOKEN: token },
        )
        assert.equal(ended.code, code, ended.stderr)
        assert.doesNotMatch(ended.stdout + ended.stderr, told)
        for (const path of filesUnder(here))
          assert.doesNotMatch(readFileSync(join(here, path), 'utf8'), told, path)
      })
})
