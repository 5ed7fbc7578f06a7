import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import polars from 'nodejs-polars'
import { explain, query } from '../helpers/duckdb.ts'
import { leftIn } from '../helpers/left-in.ts'
import { writeRaw } from '../helpers/raw-files.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const dates = ['2024-03-27', '2024-03-28', '2024-04-01', '2024-04-02'] as const
const raw = mkdtempSync(join(tmpdir(), 'millrace-test-'))
after(() => rmSync(raw, { recursive: true }))

async function write(
  dataset: 'stocks-minute' | 'stocks-daily' | 'stocks-trades',
  date: string,
  rows: number,
) {
  const path = join(raw, sampleKey(dataset, date))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, await sampleGzip({ dataset, date, rows }))
}

async function run(out: string, recipe: string, from: string, to: string, ...more: readonly string[]) {
  const args = ['run', recipe, '--from', raw, '--start', from, '--end', to, '--out', out, '--quiet']
  const { code, stderr } = await millrace([...args, ...more])
  assert.equal(code, 0, stderr)
}

/** A lake of four days of minute bars, the last of which is not there yet, and two of daily ones. */
const made = mkdtempSync(join(tmpdir(), 'millrace-test-'))
after(() => rmSync(made, { recursive: true }))
before(async () => {
  for (const date of dates) await write('stocks-minute', date, 4000)
  for (const date of dates.slice(0, 2)) await write('stocks-daily', date, 200)
  await write('stocks-trades', '2024-03-28', 100)
  await run(made, 'stocks-minute', '2024-03-27', '2024-04-01')
  await run(made, 'stocks-daily', '2024-03-27', '2024-03-28')
  await run(made, 'stocks-trades', '2024-03-28', '2024-03-28')
  await run(made, 'stocks-daily', '2024-03-28', '2024-03-28', '--name', 'cut', '--partition-by', 'ticker')
})

function lakeOf(t: TestContext): string {
  const lake = tempDir(t)
  cpSync(made, lake, { recursive: true })
  return lake
}

const days = (lake: string): string =>
  `read_parquet('${lake}/stocks_minute/*/*.parquet', hive_partitioning = true)`
const months = (lake: string): string =>
  `read_parquet('${lake}/stocks_minute_by_month/*/*.parquet', hive_partitioning = false)`
/** By month, whatever is after its number of rows. */
const told = (stderr: string): string[] =>
  stderr
    .split('\n')
    .filter((line) => /^\d{4}-/.test(line))
    .map((line) => line.slice(0, 7))
    .sort()

test('months hold the rows of their days, sorted by ticker and time, with the day as a column', async (t) => {
  const lake = lakeOf(t)
  const before = leftIn(lake)
  for (const table of ['stocks_minute', 'stocks_daily']) {
    const { code, stdout, stderr } = await millrace(['compact', lake, table])
    assert.deepEqual([code, stdout], [0, ''], stderr)
  }
  assert.deepEqual(
    leftIn(lake).filter((path) => !before.includes(path)),
    [
      'stocks_daily_by_month/month=2024-03',
      'stocks_minute_by_month/month=2024-03',
      'stocks_minute_by_month/month=2024-04',
    ].map((month) => `${month}/part-0.parquet`),
  )
  assert.deepEqual(
    before.filter((path) => !leftIn(lake).includes(path)),
    [],
  )
  for (const [one, other] of [
    [days(lake), months(lake)],
    [months(lake), days(lake)],
  ])
    assert.deepEqual(await query(`(from ${one}) except all (from ${other})`), [])
  const sums =
    'count(*), sum(volume::decimal(18, 4)), sum(open::decimal(18, 4)), sum(transactions), count(distinct (ticker, window_start))'
  const [sum] = await query(`select ${sums} from ${days(lake)}`)
  assert.equal(sum?.[0], '12000')
  assert.deepEqual(await query(`select ${sums} from ${months(lake)}`), [sum])
  const types = 'select typeof(columns(*)) from'
  assert.deepEqual(
    await query(`${types} ${months(lake)} limit 1`),
    await query(`${types} ${days(lake)} limit 1`),
  )
  const unsorted = `select * from (select (ticker, window_start) as k, lag(k) over (order by file_row_number) as before
    from read_parquet('${lake}/stocks_minute_by_month/month=2024-03/*.parquet', file_row_number = true)) where k <= before`
  assert.deepEqual(await query(unsorted), [])
})

test('Polars reads the folder of a table beside views.sql, its months with their day', async (t) => {
  const lake = lakeOf(t)
  assert.equal((await millrace(['compact', lake, 'stocks_minute', '--quiet'])).code, 0)
  for (const table of ['stocks_minute', 'stocks_minute_by_month']) {
    const frame = await polars.scanParquet(join(lake, table)).collect()
    assert.equal(frame.height, 12_000)
    assert.equal(frame.getColumn('date').nUnique(), 3)
  }
})

test('a later run adds new months and those with new or changed days, and no others', async (t) => {
  const lake = lakeOf(t)
  const compact = async (...more: readonly string[]): Promise<string[]> => {
    const { code, stderr } = await millrace(['compact', lake, 'stocks_minute', ...more])
    assert.equal(code, 0, stderr)
    return told(stderr)
  }
  assert.deepEqual(await compact('--limit', '1'), ['2024-03'])
  assert.deepEqual(await compact(), ['2024-04'])
  assert.deepEqual(await compact(), [])
  await run(lake, 'stocks-minute', '2024-04-01', '2024-04-02')
  assert.deepEqual(await compact(), ['2024-04'])
  assert.deepEqual(await query(`(from ${days(lake)}) except all (from ${months(lake)})`), [])
  const before = readFileSync(join(raw, sampleKey('stocks-minute', '2024-03-28')))
  t.after(() => writeFileSync(join(raw, sampleKey('stocks-minute', '2024-03-28')), before))
  await write('stocks-minute', '2024-03-28', 3000)
  await run(lake, 'stocks-minute', '2024-03-28', '2024-03-28')
  assert.deepEqual(await compact(), ['2024-03'])
  assert.deepEqual(await query(`(from ${months(lake)}) except all (from ${days(lake)})`), [])
  assert.deepEqual(await compact('--force'), ['2024-03', '2024-04'])
  rmSync(join(lake, 'stocks_minute_by_month', 'month=2024-03'), { recursive: true })
  assert.deepEqual(await compact(), ['2024-03'])
})

test('days of another shape make all months anew', async (t) => {
  const lake = lakeOf(t)
  await millrace(['compact', lake, 'stocks_minute', '--quiet'])
  const few = ['--columns', 'ticker,window_start,close', '--replace']
  await run(lake, 'stocks-minute', '2024-03-27', '2024-04-01', ...few)
  const { code, stderr } = await millrace(['compact', lake, 'stocks_minute'])
  assert.equal(code, 0, stderr)
  assert.deepEqual(told(stderr), ['2024-03', '2024-04'])
  const columns = `select column_name from (describe from ${months(lake)})`
  assert.deepEqual((await query(columns)).flat(), ['ticker', 'window_start', 'close', 'date'])
})

test('one ticker is read from few row groups', async (t) => {
  const lake = tempDir(t)
  const rows = Array.from({ length: 60_000 }, (_, i) => ({
    ticker: `T${String(Math.trunc(i / 100)).padStart(3, '0')}`,
    ...{ volume: 1, open: 1, close: 1, high: 1, low: 1, transactions: 1 },
    window_start: `${1709303400 + (i % 100) * 60}000000000`,
  }))
  const folder = tempDir(t)
  const five = ['2024-05-06', '2024-05-07', '2024-05-08', '2024-05-09', '2024-05-10']
  for (const date of five) writeRaw(folder, 'stocks-minute', date, rows)
  const args = ['--from', folder, '--start', '2024-05-06', '--end', '2024-05-10', '--out', lake]
  const { code, stderr } = await millrace(['run', 'stocks-minute', ...args])
  assert.equal(code, 0, stderr)
  assert.equal((await millrace(['compact', lake, 'stocks_minute'])).code, 0)
  const groups = (ticker: string): string =>
    `select count(*) from parquet_metadata('${lake}/stocks_minute_by_month/*/*.parquet')
     where path_in_schema = 'ticker' and stats_min_value <= '${ticker}' and stats_max_value >= '${ticker}'`
  assert.deepEqual(await query(groups('T001')), [['1']])
  assert.deepEqual(await query(groups('T599')), [['1']])
  assert.deepEqual(await query(`select count(*) from ${months(lake)} where ticker = 'T599'`), [['500']])
  assert.match(await explain(`from ${months(lake)} where ticker = 'T599'`), /500 rows/)
})

interface Refusal {
  readonly args: readonly string[]
  readonly spoil?: (lake: string) => void
  readonly code: number
  readonly says: RegExp
}
const march = 'stocks_minute/date=2024-03-27/part-0.parquet'
const refusals: Readonly<Record<string, Refusal>> = {
  'no lake': { args: [], code: 2, says: /which lake\?/ },
  'no table': { args: ['LAKE'], code: 2, says: /which table\?/ },
  'a folder that is no lake': { args: ['src', 'stocks_daily'], code: 2, says: /src is no lake/ },
  'a table that is not there': {
    args: ['LAKE', 'stocks_minut'],
    code: 2,
    says: /has no table stocks_minut of daily or minute bars\n {2}hint: this lake has stocks_daily, stocks_minute$/m,
  },
  trades: {
    args: ['LAKE', 'stocks_trades'],
    code: 2,
    says: /stocks_trades holds no daily or minute bars by day/,
  },
  'days with folders below them': { args: ['LAKE', 'cut'], code: 2, says: /cut holds no daily or minute/ },
  'one word too many': { args: ['LAKE', 'stocks_daily', 'x'], code: 2, says: /x is one word too many/ },
  'a day that was removed': {
    args: ['LAKE', 'stocks_minute'],
    spoil: (lake) => rmSync(join(lake, march)),
    code: 9,
    says: /error: 2024-03: .*date=2024-03-27\/part-0\.parquet: there is no such file\n {2}hint: make it anew/,
  },
  'a day that was cut': {
    args: ['LAKE', 'stocks_minute'],
    spoil: (lake) => truncateSync(join(lake, march), 1000),
    code: 9,
    says: /error: 2024-03: .*part-0\.parquet: has 1000 bytes, and was written with \d+/,
  },
  'a day with other bytes': {
    args: ['LAKE', 'stocks_minute'],
    spoil: (lake) => {
      const bytes = readFileSync(join(lake, march))
      writeFileSync(join(lake, march), bytes.fill(0x5a, 500, 600))
    },
    code: 9,
    says: /error: 2024-03: .*part-0\.parquet: its bytes are not those that were written/,
  },
}
describe('what compact refuses', { concurrency: 2 }, () => {
  for (const [what, { args, spoil, code, says }] of Object.entries(refusals))
    test(`${what} is exit ${code}`, async (t) => {
      const lake = lakeOf(t)
      spoil?.(lake)
      const refused = await millrace(['compact', ...args.map((arg) => (arg === 'LAKE' ? lake : arg))])
      assert.equal(refused.code, code, refused.stderr)
      assert.match(refused.stderr, says)
      assert.doesNotMatch(refused.stderr, /\n +at /)
      const left = filesUnder(lake).filter(
        (path) => path.includes('by_month') || path.includes('_millrace/tmp'),
      )
      // The other month is done.
      const done = code === 9 ? ['stocks_minute_by_month/month=2024-04/part-0.parquet'] : []
      assert.deepEqual(left, done)
    })
})
