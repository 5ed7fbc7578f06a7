import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import polars from 'nodejs-polars'
import { UsageError } from '../../src/core/errors.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { type SampleOptions, sampleGzip, sampleKey, sampleTotals } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const samples: readonly SampleOptions[] = [
  { dataset: 'stocks-trades', date: '2024-03-01', rows: 6000, format: 'old' },
  { dataset: 'stocks-trades', date: '2024-03-04', rows: 3000, format: '2026' },
]
const range = { start: '2024-03-01', end: '2024-03-04' }

/** A folder laid out like the bucket. */
async function rawDays(t: TestContext): Promise<string> {
  const folder = tempDir(t)
  for (const sample of samples) {
    const path = join(folder, sampleKey(sample.dataset, sample.date))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, await sampleGzip(sample))
  }
  return folder
}

const tableIn = (root: string, types: string): string =>
  `read_parquet('${root}/stocks_trades/**/*.parquet', hive_partitioning = true, hive_types = {${types}})`

const partitionings = [
  { partitionBy: 'ticker', types: "'ticker': varchar" },
  { partitionBy: 'exchange', types: "'exchange': int" },
  { partitionBy: 'exchange,ticker', types: "'exchange': int, 'ticker': varchar" },
] as const
for (const { partitionBy, types } of partitionings)
  test(`partitioned by ${partitionBy} a lake holds what the files hold, and a partition is a file`, async (t) => {
    const [from, out] = [await rawDays(t), tempDir(t)]
    const report = await runFlat('stocks-trades', { ...range, from, out, partitionBy })
    assert.deepEqual([report.done, report.failed], [2, []])
    for (const sample of samples) {
      const { rows, ints } = sampleTotals(sample)
      const where = `from ${tableIn(out, types)} where date = '${sample.date}'`
      const sums = `count(*), sum(exchange), sum(sequence_number), sum(epoch_ns(sip_timestamp)::hugeint)`
      assert.deepEqual(await query(`select ${sums} ${where}`), [
        [rows, ints['exchange'], ints['sequence_number'], ints['sip_timestamp']].map(String),
      ])
    }
    const [[partitions]] = (await query(
      `select count(*) from (select distinct date, ${partitionBy} from ${tableIn(out, types)})`,
    )) as [[string]]
    const data = filesUnder(out).filter((path) => path.endsWith('.parquet'))
    assert.equal(data.length, Number(partitions))
    assert.equal(report.counts.rowsOut, 9000)
    const again = await runFlat('stocks-trades', { ...range, from, out, partitionBy })
    assert.deepEqual([again.done, again.skipped], [0, 2])
  })

test('Polars finds every ticker of the days as it is', async (t) => {
  const [from, out] = [await rawDays(t), tempDir(t)]
  await runFlat('stocks-trades', { ...range, from, out, partitionBy: 'ticker' })
  const frame = polars
    .scanParquet(join(out, 'stocks_trades/**/*.parquet'), { hivePartitioning: true })
    .select('ticker', 'price')
    .collectSync()
  assert.equal(frame.height, 9000)
  const tickers = new Set(frame.getColumn('ticker').toArray())
  for (const ticker of ['NA', 'TRUE', 'NAN', 'BRK.B', 'BApA', 'BAPA', 'ZVZZT'])
    assert.ok(tickers.has(ticker), ticker)
})

test('another partitioning in the same folder is refused, and --replace takes it whole', async (t) => {
  const [from, out] = [await rawDays(t), tempDir(t)]
  await runFlat('stocks-trades', { ...range, from, out, partitionBy: 'exchange' })
  const before = filesUnder(join(out, 'stocks_trades'))
  for (const partitionBy of ['ticker', 'exchange,tape'])
    await assert.rejects(
      runFlat('stocks-trades', { ...range, from, out, partitionBy }),
      (error) => error instanceof UsageError && /holds partition \["date","exchange"\]/.test(error.message),
    )
  await assert.rejects(runFlat('stocks-trades', { ...range, from, out }), UsageError)
  assert.deepEqual(filesUnder(join(out, 'stocks_trades')), before)
  await runFlat('stocks-trades', { ...range, from, out }, {}, { replace: true })
  assert.deepEqual(
    filesUnder(join(out, 'stocks_trades')),
    samples.map(({ date }) => `date=${date}/part-0.parquet`),
  )
})

test('a link that leads out of the lake, or out of the folder for raw files, is not followed', async (t) => {
  const [from, out, keepRaw, elsewhere] = [await rawDays(t), tempDir(t), tempDir(t), tempDir(t)]
  symlinkSync(elsewhere, join(out, 'stocks_trades'))
  symlinkSync(elsewhere, join(out, 'us_stocks_sip'))
  symlinkSync(elsewhere, join(keepRaw, 'us_stocks_sip'))
  const ways = [{}, { partitionBy: 'ticker' }, { format: 'raw' }, { name: 'other', keepRaw }]
  for (const flags of ways) {
    const { failed } = await runFlat('stocks-trades', { ...range, from, out, ...flags })
    assert.deepEqual(
      failed.map(({ reason }) => reason),
      ['write', 'write'],
      JSON.stringify(flags),
    )
    assert.match(String(failed[0]?.error), /is a link to/)
  }
  assert.deepEqual(filesUnder(elsewhere), [])
})
