import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { query } from '../helpers/duckdb.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const header =
  'ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp\n'
const rowOf = (ticker: string, id = '77'): string =>
  `${ticker},12,0,11,${id},1709305654208705342,142.99,1,1709305654208740096,5,1,0,0\n`

const key = 'us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz'

/** A folder laid out like the bucket, with one file of these gzip members. */
function folderOf(t: TestContext, members: readonly Buffer[]): string {
  const folder = tempDir(t)
  mkdirSync(dirname(join(folder, key)), { recursive: true })
  writeFileSync(join(folder, key), Buffer.concat(members))
  return folder
}

const run = (from: string, out: string, ...flags: readonly string[]) =>
  millrace(['run', 'stocks-trades', '--start', '2024-03-01', '--from', from, '--out', out, ...flags])

const times = (n: number, text: string | Buffer): Buffer[] => {
  const member = gzipSync(text, { level: 9 })
  return Array.from({ length: n }, () => member)
}
const mebibytes = (n: number, byte: string): Buffer => Buffer.alloc(n << 20, byte)

interface Bomb {
  readonly members: () => Buffer[]
  readonly flags?: readonly string[]
  readonly code: number
  readonly says: RegExp
}

const tooLong = /the row is longer than 1048576 bytes, or its quote is never closed/
const bombs: Readonly<Record<string, Bomb>> = {
  'a row of 2 GB': {
    members: () => [gzipSync(`${header}A,`), ...times(64, mebibytes(32, '\0'))],
    code: 6,
    says: tooLong,
  },
  'a header of 2 GB': { members: () => times(64, mebibytes(32, 'a')), code: 6, says: tooLong },
  'a quote that is never closed': {
    members: () => [gzipSync(`${header}"`), ...times(64, mebibytes(32, '\n'))],
    code: 6,
    says: tooLong,
  },
  '2000 million empty lines': {
    members: () => [gzipSync(header), ...times(64, mebibytes(32, '\n'))],
    code: 6,
    says: /1000001 of \d+ rows cannot be read so far, and no more is read\n +row 1 .*\n +and 999981 more\n/s,
  },
  'fields of nearly a mebibyte': {
    members: () => [gzipSync(header), ...times(4, rowOf('A'.repeat(1_000_000)).repeat(40))],
    code: 0,
    says: /160 rows/,
  },
  '800 000 rows in a few kB': {
    members: () => [gzipSync(header), ...times(4, rowOf('A').repeat(200_000))],
    code: 0,
    says: /800 k rows/,
  },
  '800 000 rows that take turns, partitioned': {
    members: () => [gzipSync(header), ...times(4, (rowOf('A') + rowOf('B')).repeat(100_000))],
    flags: ['--partition-by', 'ticker'],
    code: 0,
    says: /800 k rows/,
  },
  'more partitions than may be': {
    members: () => [
      gzipSync(header + Array.from({ length: 100_001 }, (_, i) => rowOf('A', String(i))).join('')),
    ],
    flags: ['--partition-by', 'id'],
    code: 6,
    says: /more than 100000 partitions by id\n +hint/,
  },
}
for (const [what, { members, flags = [], code, says }] of Object.entries(bombs))
  test(`${what}: exit ${code} in bounded memory`, async (t) => {
    const out = tempDir(t)
    const told = await run(folderOf(t, members()), out, ...flags)
    assert.equal(told.code, code, told.stderr)
    assert.match(told.stderr, says)
    const [, peak] = /peak memory ([\d.]+) MB/.exec(told.stderr) ?? []
    assert.ok(Number(peak) < 400, told.stderr)
    if (code !== 0)
      assert.deepEqual(
        filesUnder(out).filter((path) => !path.startsWith('_millrace')),
        [],
      )
  })

test('hostile tickers become folders inside the lake, and come back from DuckDB as they were', async (t) => {
  const out = join(tempDir(t), 'lake')
  const tickers = [
    '../../x',
    'CON',
    'a/b',
    'O:SPY240301C00500000',
    'BApA',
    'BAPA',
    '.',
    '..',
    'X.',
    'X ',
    '%2F',
    'e\u0301',
  ]
  const csv = header + [...tickers, '""', '"a\nb"', ''].map((ticker) => rowOf(ticker)).join('')
  const told = await run(folderOf(t, [gzipSync(csv)]), out, '--partition-by', 'ticker')
  assert.equal(told.code, 0, told.stderr)
  assert.deepEqual(
    filesUnder(dirname(out)).filter((path) => !path.startsWith('lake/')),
    [],
  )
  const rows = await query(
    `select ticker from read_parquet('${out}/stocks_trades/**/*.parquet', hive_partitioning = true)`,
  )
  assert.deepEqual(new Set(rows.map(([ticker]) => ticker)), new Set([...tickers, '', 'a\nb', null]))
})

test('a long ticker is told, and the run goes on', async (t) => {
  const out = tempDir(t)
  const told = await run(
    folderOf(t, [gzipSync(header + rowOf('L'.repeat(300)))]),
    out,
    '--partition-by',
    'ticker',
  )
  assert.equal(told.code, 0, told.stderr)
  assert.match(
    told.stderr,
    /warning: 2024-03-01: ticker "L{300}" is too long for the name of a folder: it reads as L{120}~/,
  )
})

test('keys that lead elsewhere are not the keys that are asked for', async (t) => {
  const out = join(tempDir(t), 'a', 'b', 'lake')
  const good = gzipSync(header + rowOf('A'))
  const prefix = 'us_stocks_sip/trades_v1/2024/03/'
  const hostile = [
    '../../../../../x.csv.gz',
    '2024-03-01.csv.gz/../../x.csv.gz',
    '/etc/x',
    '2024-03-01.CSV.GZ',
    'CON',
  ]
  const objects = Object.fromEntries([...hostile, '2024-03-01.csv.gz'].map((name) => [prefix + name, good]))
  const server = await startS3Server({ objects, accessKeyId: 'demo' })
  t.after(() => server.close())
  const flags = ['run', 'stocks-trades', '--start', '2024-03-01', '--endpoint', server.endpoint]
  const env = { MASSIVE_S3_ACCESS_KEY_ID: 'demo', MASSIVE_S3_SECRET_ACCESS_KEY: 'demo' }
  for (const more of [
    ['--format', 'raw'],
    ['--format', 'raw', '--flat'],
    ['--keep-raw', join(out, '..', 'raw')],
  ]) {
    const told = await millrace([...flags, '--out', out, ...more], env)
    assert.equal(told.code, 0, told.stderr)
  }
  assert.deepEqual(
    filesUnder(join(out, '../../..')).filter((path) => !/_millrace|views\.sql$/.test(path)),
    [
      `a/b/lake/${key}`,
      'a/b/lake/stocks_trades/date=2024-03-01/part-0.parquet',
      `a/b/lake/${key.replaceAll('/', '__')}`,
      `a/b/raw/${key}`,
    ].sort(),
  )
})

test('a link in the lake that leads out of it is exit 7, with the link and where it leads', async (t) => {
  const [out, elsewhere] = [tempDir(t), tempDir(t)]
  const from = folderOf(t, [gzipSync(header + rowOf('A'))])
  mkdirSync(join(out, 'stocks_trades'))
  symlinkSync(elsewhere, join(out, 'stocks_trades', 'date=2024-03-01'))
  symlinkSync(elsewhere, join(out, 'other'))
  for (const flags of [[], ['--partition-by', 'exchange'], ['--name', 'other']]) {
    const told = await run(from, out, ...flags)
    assert.equal(told.code, 7, told.stderr)
    assert.match(
      told.stderr,
      /is a link to .*, and nothing is written through it\n +hint: put a folder in its place/,
    )
  }
  assert.deepEqual(filesUnder(elsewhere), [])
  const through = join(tempDir(t), 'lake')
  symlinkSync(elsewhere, through)
  assert.equal((await run(from, through)).code, 0)
  assert.ok(filesUnder(elsewhere).includes('stocks_trades/date=2024-03-01/part-0.parquet'))
})

test('a name that is that of another table but for its case is exit 2', async (t) => {
  const out = tempDir(t)
  const from = folderOf(t, [gzipSync(header + rowOf('A'))])
  assert.equal((await run(from, out)).code, 0)
  const told = await run(from, out, '--name', 'Stocks_Trades')
  assert.equal(told.code, 2, told.stderr)
  assert.match(told.stderr, /holds stocks_trades, which is Stocks_Trades where case does not count\n +hint/)
})
