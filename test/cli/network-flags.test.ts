import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const keyOf = (day: string): string => `us_stocks_sip/day_aggs_v1/2024/03/2024-03-${day}.csv.gz`
const object = gzipSync(
  'ticker,volume,open,close,high,low,window_start,transactions\nA,1,2,2,2,2,1709269200000000000,1\n',
)
const keys = { MASSIVE_S3_ACCESS_KEY_ID: 'demo', MASSIVE_S3_SECRET_ACCESS_KEY: 'demo' }

let server: S3Server
before(async () => {
  server = await startS3Server({
    objects: { [keyOf('01')]: object, [keyOf('04')]: object, [keyOf('05')]: object },
    faults: [
      { op: 'get', key: '2024-03-01.csv.gz', noAnswer: 'stall' },
      { op: 'get', key: '2024-03-04.csv.gz', status: 500, code: 'InternalError' },
      { op: 'get', key: '2024-03-05.csv.gz', times: 3, endAfter: 20 },
    ],
  })
})
after(() => server.close())

async function run(t: { after(release: () => void): void }, day: string, flags: readonly string[]) {
  const place = ['--out', tempDir(t), '--endpoint', server.endpoint, '--retries', '0']
  const told = await millrace(['run', 'stocks-daily', '--start', `2024-03-${day}`, ...place, ...flags], keys)
  return { ...told, gets: server.requests.filter(({ key }) => key === keyOf(day)).length }
}

test('--timeout is how long a server may be silent', async (t) => {
  const began = performance.now()
  const { code, stderr, gets } = await run(t, '01', ['--timeout', '2s', '--low-level-retries', '0'])
  assert.deepEqual([code, gets], [5, 1], stderr)
  assert.match(stderr, /no answer in time/)
  // By default it would be 30 s.
  assert.ok(performance.now() - began < 25_000)
})

test('--low-level-retries is how often a request is made again', async (t) => {
  const { code, stderr, gets } = await run(t, '04', ['--low-level-retries', '2'])
  assert.deepEqual([code, gets], [5, 3], stderr)
  assert.match(stderr, /out of order .*3 times in a row/)
})

test('without them a file that drops again and again is done all the same', async (t) => {
  const { code, stderr, gets } = await run(t, '05', [])
  assert.deepEqual([code, gets], [0, 4], stderr)
})
