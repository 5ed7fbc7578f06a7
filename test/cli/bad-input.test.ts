import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Fault, type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { leftIn } from '../helpers/left-in.ts'
import { sampleGzip } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const header =
  'ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp'
const row = 'A,12,0,11,77,1709305654208705342,142.99,1,1709305654208740096,5,1,0,0'
const csv = (...lines: readonly string[]): Buffer => gzipSync(`${[header, ...lines].join('\n')}\n`)
const good = csv(row, row, row)

/** What lies in the bucket for a day of March 2024, and what becomes of it. */
interface Case {
  readonly day: string
  readonly object?: Buffer
  readonly fault?: Fault
  readonly code: number
  readonly says: RegExp
}

const corrupt = Buffer.from(good)
corrupt[30] = (corrupt[30] as number) ^ 0x10

const cases: Readonly<Record<string, Case>> = {
  'a file cut off': { day: '01', object: good.subarray(0, -5), code: 6, says: /cut off/ },
  'a flipped bit': { day: '04', object: corrupt, code: 6, says: /corrupt/ },
  'an empty object': { day: '05', object: Buffer.alloc(0), code: 6, says: /empty/ },
  'text that is no gzip': { day: '06', object: Buffer.from('hello'), code: 6, says: /corrupt/ },
  'a row with too few fields': {
    day: '07',
    object: csv(row, 'B,12,0', row),
    code: 6,
    says: /1 of 3 rows cannot be read\n +row 2 \(byte 200\): 3 fields where 13 are due: "B,12,0"/,
  },
  'text in a number column': {
    day: '08',
    object: csv(row, row.replace('142.99', 'n/a')),
    code: 6,
    says: /row 2, column price \(byte 200\): "n\/a" is not a decimal number/,
  },
  'a header that lacks a column': {
    day: '11',
    object: gzipSync('ticker,price\nA,1\n'),
    code: 6,
    says: /the header lacks conditions, which every stocks-trades file has: ticker,price/,
  },
  'a header alone': { day: '12', object: csv(), code: 0, says: /1 file done/ },
  'no object': { day: '13', code: 4, says: /no stocks-trades file for 2024-03-13/ },
  'an object that may not be read': {
    day: '14',
    object: good,
    fault: { op: 'get', key: '2024-03-14.csv.gz', status: 403, code: 'AccessDenied' },
    code: 3,
    says: /plan/,
  },
  'a body that ends early': {
    day: '15',
    object: good,
    fault: { op: 'get', key: '2024-03-15.csv.gz', endAfter: 40 },
    code: 5,
    says: /40 of \d+ bytes/,
  },
  'a connection that is reset': {
    day: '18',
    object: good,
    fault: { op: 'get', key: '2024-03-18.csv.gz', resetAfter: 20 },
    code: 5,
    says: /2024-03-18\.csv\.gz/,
  },
  'a server that is busy': {
    day: '19',
    object: good,
    fault: { op: 'get', key: '2024-03-19.csv.gz', status: 503, code: 'SlowDown' },
    code: 5,
    says: /503|SlowDown/,
  },
}

const keyOf = (day: string): string => `us_stocks_sip/trades_v1/2024/03/2024-03-${day}.csv.gz`
const keys = { MASSIVE_S3_ACCESS_KEY_ID: 'demo', MASSIVE_S3_SECRET_ACCESS_KEY: 'demo' }
/** Without the retries that would help, or take their time. */
const once = ['--retries', '0', '--low-level-retries', '0']
const run = (day: string, out: string): string[] => [
  'run',
  'stocks-trades',
  '--start',
  `2024-03-${day}`,
  '--out',
  out,
  ...once,
]

let server: S3Server
before(async () => {
  const all = Object.values(cases)
  const objects = Object.fromEntries(all.flatMap(({ day, object }) => (object ? [[keyOf(day), object]] : [])))
  server = await startS3Server({
    objects,
    accessKeyId: 'demo',
    faults: all.flatMap(({ fault }) => (fault ? [fault] : [])),
  })
})
after(() => server.close())

for (const [what, { day, code, says }] of Object.entries(cases))
  test(`${what} is exit ${code}, ${code === 0 ? 'with a table of no rows' : 'with nothing under a final name'}`, async (t) => {
    const out = tempDir(t)
    const {
      stdout,
      stderr,
      code: exit,
    } = await millrace([...run(day, out), '--endpoint', server.endpoint], keys)
    assert.match(stderr, says)
    assert.equal(exit, code, stderr)
    assert.equal(stdout, '')
    if (code !== 0) assert.match(stderr, /hint: /)
    assert.deepEqual(leftIn(out), code === 0 ? [`stocks_trades/date=2024-03-${day}/part-0.parquet`] : [])
  })

test('no server, no bucket, no key and a wrong key are told apart', async (t) => {
  const out = tempDir(t)
  const ask = (args: readonly string[], env = keys) => millrace([...run('12', out), ...args], env)
  const gone = await ask(['--endpoint', 'http://127.0.0.1:1'])
  assert.deepEqual([gone.code, /127\.0\.0\.1:1\b/.test(gone.stderr)], [5, true], gone.stderr)
  const noBucket = await ask(['--endpoint', server.endpoint, '--bucket', 'other'])
  assert.deepEqual([noBucket.code, /other/.test(noBucket.stderr)], [4, true], noBucket.stderr)
  const wrong = { MASSIVE_S3_ACCESS_KEY_ID: 'somebody', MASSIVE_S3_SECRET_ACCESS_KEY: 'quiet-secret' }
  const refused = await ask(['--endpoint', server.endpoint], wrong)
  assert.deepEqual([refused.code, refused.stderr.includes('quiet-secret')], [3, false], refused.stderr)
  const none = await millrace([...run('12', out), '--endpoint', server.endpoint])
  assert.equal(none.code, 3)
  for (const name of [
    '--access-key',
    'MASSIVE_S3_ACCESS_KEY_ID',
    'POLYGON_S3_ACCESS_KEY_ID',
    'AWS_ACCESS_KEY_ID',
  ])
    assert.ok(none.stderr.includes(name), name)
})

test('a holiday alone is nothing to do, by its name, and a range before the first day is exit 2', async (t) => {
  const out = tempDir(t)
  const { code, stderr } = await millrace([...run('29', out), '--endpoint', server.endpoint], keys)
  assert.match(
    stderr,
    /^warning: 2024-03-29: no stocks-trades file there \(holiday: Good Friday\)\n0 files done, .*\n$/,
  )
  assert.deepEqual([code, leftIn(out)], [0, []])
  const early = ['run', 'stocks-trades', '--start', '2003-09-09', '--out', out]
  const told = await millrace([...early, '--endpoint', server.endpoint], keys)
  assert.deepEqual([told.code, /begins on 2003-09-10/.test(told.stderr)], [2, true], told.stderr)
})

test('a folder that cannot be made is exit 7', async (t) => {
  const root = tempDir(t)
  writeFileSync(join(root, 'taken'), '')
  const { code, stderr } = await millrace(
    [...run('12', join(root, 'taken/lake')), '--endpoint', server.endpoint],
    keys,
  )
  assert.equal(code, 7, stderr)
  assert.match(stderr, /taken.*hint/s)
})

test('a good day beside bad ones is kept, and the exit is 9', async (t) => {
  const out = tempDir(t)
  const range = ['run', 'stocks-trades', '--start', '2024-03-11', '--end', '2024-03-14', '--out', out]
  const { code, stderr } = await millrace([...range, '--endpoint', server.endpoint], keys)
  assert.equal(code, 9, stderr)
  assert.match(stderr, /2024-03-13: no stocks-trades file there/)
  assert.match(stderr, /1 file done \(2 failed\)/)
  assert.ok(filesUnder(out).includes('stocks_trades/date=2024-03-12/part-0.parquet'))
})

test('columns that nobody knows are left out with a warning, or refused', async (t) => {
  const [out, from] = [tempDir(t), tempDir(t)]
  const path = join(from, keyOf('01'))
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, gzipSync(`${header},venue\n${row},x\n`))
  const evolve = await millrace([...run('01', out), '--from', from])
  assert.equal(evolve.code, 0, evolve.stderr)
  assert.match(evolve.stderr, /warning: 2024-03-01: stocks-trades has no column venue: left out/)
  const freeze = await millrace([...run('01', out), '--from', from, '--schema', 'freeze', '--name', 'frozen'])
  assert.equal(freeze.code, 6, freeze.stderr)
  assert.match(freeze.stderr, /no column venue/)
})

test('another filter in the same folder is exit 2, and --name gives it its own', async (t) => {
  const out = tempDir(t)
  const first = [...run('12', out), '--endpoint', server.endpoint]
  await millrace(first, keys)
  const other = await millrace([...first, '--tickers', 'A'], keys)
  assert.equal(other.code, 2, other.stderr)
  assert.match(other.stderr, /holds tickers "all".*would write tickers \["A"\].*--name/s)
  assert.equal((await millrace([...first, '--tickers', 'A', '--name', 'a_trades'], keys)).code, 0)
  const again = await millrace(first, keys)
  assert.match(again.stderr, /0 files done \(1 skipped\)/)
})

test('stdin to stdout is a stage of a pipe', async () => {
  const { spawn } = await import('node:child_process')
  const { command, exitOf } = await import('./spawn-millrace.ts')
  const { text } = await import('node:stream/consumers')
  const flags = [
    'run',
    'stocks-daily',
    '--start',
    '2024-03-01',
    '--from',
    '-',
    '--out',
    '-',
    '--format',
    'ndjson',
  ]
  const child = spawn(process.execPath, [command, ...flags], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.end(await sampleGzip({ dataset: 'stocks-daily', date: '2024-03-01', rows: 12 }))
  const [out, code] = await Promise.all([text(child.stdout), exitOf(child)])
  assert.equal(code, 0)
  assert.equal(out.trimEnd().split('\n').length, 12)
})
