import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { keyOf } from '../../src/datasets/dataset.ts'
import { stocksDaily, stocksTrades } from '../../src/datasets/stocks.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { exitOf, listen, millrace, startMillrace } from './spawn-millrace.ts'

const days = ['2023-12-28', '2023-12-29', '2024-01-02', '2024-01-03', '2024-02-01']
const dailyKeys = days.map((date) => keyOf(stocksDaily, date))
const keys = ['--access-key', 'demo', '--secret-key', 'quiet-secret']

let server: S3Server
before(async () => {
  const all = [...dailyKeys, keyOf(stocksTrades, '2024-01-02'), 'us_stocks_sip/readme.txt']
  const objects = Object.fromEntries(all.map((key) => [key, Buffer.from(key)]))
  server = await startS3Server({ objects, pageSize: 2, accessKeyId: 'demo' })
})
after(() => server.close())

const ls = (...args: readonly string[]) => millrace(['ls', ...args, '--endpoint', server.endpoint, ...keys])
const keysOf = (stdout: string): (string | undefined)[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(/ +/).at(-1))

test('an object is a line of size, time, ETag and key, and the total is on stderr', async () => {
  const { code, stdout, stderr } = await ls('stocks-daily', '--start', '2024-01-02')
  assert.equal(code, 0, stderr)
  assert.match(
    stdout,
    /^ {11}51 {2}2024-03-02T03:00:00Z {2}"[0-9a-f]{32}" {2}us_stocks_sip\/day_aggs_v1\/2024\/01\/2024-01-02\.csv\.gz\n$/,
  )
  assert.equal(stderr, '1 object, 51 B\n')
})

const prefix = 'us_stocks_sip/day_aggs_v1/'
const cases: readonly (readonly [args: readonly string[], keys: readonly string[]])[] = [
  [['stocks-daily'], dailyKeys],
  [['stocks_day_aggs'], dailyKeys],
  [[prefix], dailyKeys],
  [['us_stocks_sip/d'], dailyKeys],
  [['stocks-daily', '--start', '2023-12-29', '--end', '2024-01-02'], dailyKeys.slice(1, 3)],
  [['stocks-daily', '--end', '2024-01-02'], dailyKeys.slice(0, 3)],
  [[prefix, '--start', '2024-01-03', '--end', '2024-12-31'], dailyKeys.slice(3)],
  [
    ['us_stocks_sip/', '--start', '2024-01-02'],
    [dailyKeys[2] as string, keyOf(stocksTrades, '2024-01-02')],
  ],
  [['stocks-daily', '--max-keys', '3'], dailyKeys.slice(0, 3)],
]
for (const [args, listed] of cases)
  test(`millrace ls ${args.join(' ')} lists ${listed.length}`, async () => {
    const { code, stdout, stderr } = await ls(...args)
    assert.equal(code, 0, stderr)
    assert.deepEqual(keysOf(stdout), listed)
  })

test('of a range only its years are asked for, and of --max-keys only the pages it takes', async () => {
  const before = server.requests.length
  await ls('stocks-daily', '--start', '2024-01-02', '--end', '2024-02-01', '--max-keys', '2')
  const asked = server.requests.slice(before)
  assert.deepEqual(
    asked.map(({ key }) => key),
    ['us_stocks_sip/day_aggs_v1/2024/'],
  )
})

test('--json is one object a line', async () => {
  const { stdout, stderr } = await ls('stocks-daily', '--json', '--max-keys', '2')
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ key, size, lastModified }) => [key, size, lastModified]),
    dailyKeys.slice(0, 2).map((key) => [key, 51, '2024-03-02T03:00:00.000Z']),
  )
  assert.deepEqual(JSON.parse(stderr), { objects: 2, bytes: 102 })
})

const others: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [[], 2, /which recipe, or which prefix\?/],
  [['stocks-daily', 'stocks-trades'], 2, /one word too many/],
  [['stocks-daily', '--start', '2024-01-03', '--end', '2024-01-02'], 2, /is before --start/],
  [['stocks-daily', '--start', '2003-09-01', '--end', '2003-09-09'], 2, /begins on 2003-09-10/],
  [['stocks-dayly'], 4, /stocks-dayly is no dataset: did you mean stocks-daily\?/],
  [['us_stocks_sip/x/'], 4, /no key in .* begins with us_stocks_sip\/x\//],
  [
    ['us_options/day_aggs_v1/'],
    4,
    /us_options\/day_aggs_v1\/ is us_options_opra\/day_aggs_v1\/ in the bucket/,
  ],
  [['stocks-daily', '--start', '2024-01-04'], 4, /no stocks-daily file for 2024-01-04/],
  [['stocks-daily', '--start', '2024-01-01'], 0, /holiday: New Year's Day/],
  [['stocks-daily', '--endpoint', 'http://127.0.0.1:1', '--low-level-retries', '0'], 5, /127\.0\.0\.1:1/],
  [['stocks-daily', '--access-key', 'other'], 3, /millrace: /],
]
for (const [args, code, says] of others)
  test(`millrace ls ${args.join(' ')} exits ${code}`, async () => {
    const flags = ['--endpoint', server.endpoint, ...keys]
    const mine = flags.flatMap((flag, i) =>
      i % 2 === 0 && !args.includes(flag) ? [flag, flags[i + 1] as string] : [],
    )
    const told = await millrace(['ls', ...args, ...mine])
    assert.equal(told.code, code, told.stderr)
    assert.equal(told.stdout, '')
    assert.match(told.stderr, says)
    assert.doesNotMatch(told.stderr, /quiet-secret|\n +at /)
  })

/** A bucket of so many keys, which no memory here holds. */
async function startLong(total: number) {
  const page = 1000
  const entry = (i: number) =>
    `<Contents><Key>a/${String(i).padStart(9, '0')}.csv.gz</Key><LastModified>2024-03-02T03:00:00.000Z</LastModified><ETag>&quot;${i}&quot;</ETag><Size>10</Size></Contents>`
  const long = createServer(({ url = '' }, response) => {
    const from = Number(new URL(url, 'http://x').searchParams.get('continuation-token') ?? 0)
    const entries = Array.from({ length: Math.min(page, total - from) }, (_, i) => entry(from + i))
    const more = from + page < total
    response.setHeader('content-type', 'application/xml')
    response.end(
      `<ListBucketResult><Name>flatfiles</Name><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${from + page}</NextContinuationToken>` : ''}${entries.join('')}</ListBucketResult>`,
    )
  })
  await new Promise<void>((listening) => {
    long.listen(0, '127.0.0.1', listening)
  })
  const { port } = long.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close(): void {
      long.close()
      long.closeAllConnections()
    },
  }
}

test('200 000 keys are listed in a memory that could not hold them', async (t) => {
  const long = await startLong(200_000)
  t.after(long.close)
  const args = ['ls', 'a/', '--json', '--endpoint', long.endpoint, ...keys]
  const child = startMillrace(args, { NODE_OPTIONS: '--max-old-space-size=32' })
  const said = listen(child.stderr)
  let lines = 0
  child.stdout.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) lines++
  })
  assert.equal(await exitOf(child), 0, said.all())
  assert.equal(lines, 200_000)
  assert.deepEqual(JSON.parse(said.all()), { objects: 200_000, bytes: 2_000_000 })
})

test('a reader who leaves ends it with exit 0', async (t) => {
  const long = await startLong(1e9)
  t.after(long.close)
  const child = startMillrace(['ls', 'a/', '--endpoint', long.endpoint, ...keys])
  const [data, said] = [listen(child.stdout), listen(child.stderr)]
  await data.until('a/000000001.csv.gz')
  child.stdout.destroy()
  assert.equal(await exitOf(child), 0, said.all())
  assert.equal(said.all(), '')
})

test('an interrupt ends it with its own code', async (t) => {
  const long = await startLong(1e9)
  t.after(long.close)
  const child = startMillrace(['ls', 'a/', '--endpoint', long.endpoint, ...keys])
  const data = listen(child.stdout)
  await data.until('a/000000001.csv.gz')
  child.kill('SIGINT')
  assert.equal(await exitOf(child), 130)
})
