import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
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
