import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { millrace } from '../cli/spawn-millrace.ts'
import { query } from '../helpers/duckdb.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const key = 'us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz'
const header =
  'ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp'
/** Tickers as a file may have them; the prices tell the rows apart. */
const tickers = ['A', '"A"', 'AA', 'BRK.A', '"BRK.B"', '"Q""Q"', '', '""', 'NA', 'A']
const rowOf = (ticker: string, price: number): string =>
  `${ticker},"12,37",0,11,${price},1709305654208705342,${price}.5,1,1709305654208740096,5,1,0,0`
// A row that is not wanted is not even looked at.
const unread = 'ZZZ,,x,x,x,x,x,x,x,x,x,x,x'

function folderWith(t: TestContext, ...more: readonly string[]): string {
  const from = tempDir(t)
  mkdirSync(dirname(join(from, key)), { recursive: true })
  const lines = [header, ...tickers.map(rowOf), ...more]
  writeFileSync(join(from, key), gzipSync(`${lines.join('\r\n')}\r\n`))
  return from
}

const run = (from: string, ...flags: readonly string[]) =>
  millrace(['run', 'stocks-trades', '--start', '2024-03-01', '--from', from, ...flags])

test('--tickers takes rows by name and by prefix, quoted or not, and tells what matched nothing', async (t) => {
  const from = folderWith(t, unread)
  const flags = [
    '--out',
    '-',
    '--format',
    'csv',
    '--columns',
    'price,ticker',
    '--tickers',
    'A,BRK*,NONE,Q"Q,X*',
  ]
  const { stdout, stderr, code } = await run(from, ...flags)
  assert.equal(code, 0, stderr)
  const rows = ['0.5,A', '1.5,A', '3.5,BRK.A', '4.5,BRK.B', '5.5,"Q""Q"', '9.5,A']
  assert.equal(stdout, `${['price,ticker', ...rows].join('\n')}\n`)
  assert.match(stderr, /warning: .*no row has the ticker NONE/)
  assert.match(stderr, /warning: .*no row has the ticker X\*/)
  assert.doesNotMatch(stderr, /ticker (A|BRK\*|Q"Q)$/m)
})

interface Line {
  readonly shape: Readonly<Record<string, unknown>>
  readonly counts: Readonly<Record<string, number>>
}

test('a lake made by the first version with --tickers and --columns has the same shape and is not made again', async (t) => {
  const [from, out] = [folderWith(t, unread), tempDir(t)]
  const columns = 'sip_timestamp,price,ticker'
  const flags = ['--out', out, '--tickers', 'BRK*,A,NA', '--columns', columns]
  const made = await run(from, ...flags)
  assert.equal(made.code, 0, made.stderr)
  const path = join(out, '_millrace', 'manifest.ndjson')
  const line = JSON.parse(readFileSync(path, 'utf8')) as Line
  // As that version wrote it, where another stage told of the tickers.
  const { dataset, version, timestamps, tickers: asked, columns: kept, ...rest } = line.shape
  assert.deepEqual([asked, kept], [['A', 'BRK*', 'NA'], columns.split(',')])
  const shape = { dataset, version, timestamps, tickers: asked, columns: kept, ...rest }
  writeFileSync(path, `${JSON.stringify({ ...line, shape })}\n`)
  const { rowsIn = 0, rowsOut, filtered } = line.counts
  assert.deepEqual([rowsIn, rowsOut, filtered], [11, 6, 5])
  const again = await run(from, ...flags)
  assert.equal(again.code, 0, again.stderr)
  assert.match(again.stderr, /0 files done \(1 skipped\)/)
  const other = await run(from, '--out', out, '--tickers', 'A', '--columns', columns)
  assert.equal(other.code, 2, other.stderr)
  const parquet = join(out, 'stocks_trades', 'date=2024-03-01', 'part-0.parquet')
  assert.deepEqual(await query(`select ${columns} from '${parquet}' order by price limit 1`), [
    ['2024-03-01 15:07:34.208740096', '0.5', 'A'],
  ])
})

test('of three columns of thirteen nothing else is read: what is wrong in another stops nothing', async (t) => {
  const from = folderWith(t, 'B,12,bad,bad,7,bad,1.5,bad,1709305654208740096,bad,bad,bad,bad')
  const flags = ['--out', '-', '--format', 'ndjson']
  const three = await run(from, ...flags, '--columns', 'ticker,price,sip_timestamp')
  assert.equal(three.code, 0, three.stderr)
  assert.equal(three.stdout.trimEnd().split('\n').length, 11)
  const all = await run(from, ...flags)
  assert.equal(all.code, 6, all.stderr)
  assert.match(all.stderr, /row 11, column correction .*"bad" is not a whole number of 32 bits/)
})
