import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { tableFromIPC } from 'apache-arrow'
import polars from 'nodejs-polars'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { explain, query } from '../helpers/duckdb.ts'
import { runFlat, type Texts } from '../helpers/run-flat.ts'
import { type SampleOptions, sampleGzip, sampleKey, sampleTotals } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const names = ['stocks-trades', 'stocks-quotes', 'stocks-minute', 'stocks-daily'] as const
/** A Friday in the old number format, the Monday after it in that of 2026. */
const days = [
  { date: '2024-03-01', format: 'old' },
  { date: '2024-03-04', format: '2026' },
] as const
const samples: readonly SampleOptions[] = names.flatMap((dataset) =>
  days.map((day) => ({ dataset, rows: dataset === 'stocks-daily' ? 40 : 3000, ...day })),
)

let server: S3Server
const objects = new Map<string, Buffer>()
before(async () => {
  for (const sample of samples) objects.set(sampleKey(sample.dataset, sample.date), await sampleGzip(sample))
  server = await startS3Server({ objects, accessKeyId: 'demo', pageSize: 2 })
})
after(() => server.close())

const flags = (texts: Texts): Texts => ({
  start: '2024-03-01',
  end: '2024-03-04',
  endpoint: server.endpoint,
  ...texts,
})
const tableOf = (root: string, name: string): string =>
  `read_parquet('${root}/${name.replace('-', '_')}/*/*.parquet', hive_partitioning = true)`

for (const name of names)
  test(`${name}: old and new format become one table that equals the files`, async (t) => {
    const out = tempDir(t)
    const report = await runFlat(name, flags({ out }))
    assert.deepEqual([report.done, report.failed.length, report.warnings.length], [2, 0, 0])
    for (const sample of samples.filter(({ dataset }) => dataset === name)) {
      const { rows, ints, micros } = sampleTotals(sample)
      const where = `from ${tableOf(out, name)} where date = '${sample.date}'`
      assert.deepEqual(await query(`select count(*) ${where}`), [[String(rows)]])
      for (const [column, sum] of Object.entries(ints)) {
        const exact = column === 'window_start' ? `epoch_us(${column})::hugeint * 1000` : wholeOf(column)
        assert.deepEqual(await query(`select coalesce(sum(${exact}), 0) ${where}`), [[String(sum)]], column)
      }
      for (const [column, sum] of Object.entries(micros)) {
        const exact = `select sum(round(${column} * 1000000)::hugeint) ${where}`
        assert.deepEqual(await query(exact), [[String(sum)]], column)
      }
    }
  })

const wholeOf = (column: string): string =>
  column.endsWith('_timestamp') ? `epoch_ns(${column})::hugeint` : `${column}::hugeint`

test('a date reads one file of the lake, and types are those of the documents', async (t) => {
  const out = tempDir(t)
  await runFlat('stocks-trades', flags({ out }))
  const table = tableOf(out, 'stocks-trades')
  assert.match(await explain(`select sum(price) from ${table} where date = '2024-03-01'`), /Files: 1\/2|1\/2/)
  const types = (await query(`select column_name, column_type from (describe select * from ${table})`)).map(
    (row) => row.join(' '),
  )
  assert.deepEqual(types, [
    'ticker VARCHAR',
    'conditions VARCHAR',
    'correction INTEGER',
    'exchange INTEGER',
    'id VARCHAR',
    'participant_timestamp TIMESTAMP_NS',
    'price DOUBLE',
    'sequence_number BIGINT',
    'sip_timestamp TIMESTAMP_NS',
    'size DOUBLE',
    'tape INTEGER',
    'trf_id INTEGER',
    'trf_timestamp TIMESTAMP_NS',
    'date DATE',
  ])
})

test('Polars scans the same lake, with tickers such as NA and TRUE as they are', async (t) => {
  const out = tempDir(t)
  await runFlat('stocks-daily', flags({ out }))
  const tickers = polars
    .scanParquet(join(out, 'stocks_daily/**/*.parquet'))
    .select('ticker')
    .collectSync()
    .getColumn('ticker')
    .toArray()
  assert.equal(tickers.length, 80)
  for (const ticker of ['NA', 'TRUE', 'NAN', 'BRK.B', 'BApA', 'BAPA', 'ZVZZT'])
    assert.equal(tickers.filter((one) => one === ticker).length, 2, ticker)
})

test('csv of the old format is the file itself, but for the zeros that mean none', async () => {
  const text = await outputOf('stocks-trades', { end: '2024-03-01', format: 'csv' })
  const source = textOf('stocks-trades', '2024-03-01').replaceAll(/(\d)\.0(?=,)/g, '$1')
  assert.equal(text, source.replaceAll(/,0$/gm, ','))
})

/** New York is behind UTC: its evening is the next day there. */
const fiveHoursMs = 5 * 3_600_000

test('several days on stdout are one text with one header, in order', async () => {
  const text = await outputOf('stocks-minute', { format: 'csv', columns: 'window_start,ticker' })
  const [header, ...rows] = text.trimEnd().split('\n')
  assert.equal(header, 'window_start,ticker')
  assert.equal(rows.length, 6000)
  const days = rows.map((row) => new Date(Number(row.slice(0, 13)) - fiveHoursMs).toISOString().slice(0, 10))
  assert.deepEqual(days, days.toSorted())
})

test('several days on stdout are one Arrow stream, exact to the nanosecond', async () => {
  const table = tableFromIPC(await bytesOf('stocks-trades', { format: 'arrow' }))
  assert.equal(table.numRows, 6000)
  const sums = samples
    .filter(({ dataset }) => dataset === 'stocks-trades')
    .map((sample) => sampleTotals(sample).ints['sip_timestamp'] as bigint)
  const values = table.getChild('sip_timestamp')?.data.flatMap((data) => [...(data.values as BigInt64Array)])
  assert.equal(
    values?.reduce((sum, value) => sum + value, 0n),
    sums.reduce((a, b) => a + b),
  )
})

test('ndjson has a line a row', async () => {
  const lines = (await outputOf('stocks-daily', { format: 'ndjson', tickers: 'NA,BR*' }))
    .trimEnd()
    .split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).ticker),
    ['BRK.B', 'NA', 'BRK.B', 'NA'],
  )
})

test('raw files are the objects, in the tree of the bucket or flat, and a lake can be made from them', async (t) => {
  const [tree, flat, lake, kept] = [tempDir(t), tempDir(t), tempDir(t), tempDir(t)]
  await runFlat('stocks-trades', flags({ out: tree, format: 'raw' }))
  await runFlat('stocks-trades', flags({ out: flat, format: 'raw', flat: 'true' }))
  const key = sampleKey('stocks-trades', '2024-03-01')
  const data = (root: string): string[] => filesUnder(root).filter((path) => !path.startsWith('_millrace'))
  assert.equal(data(tree)[0], key)
  assert.equal(data(flat)[0], key.replaceAll('/', '__'))
  assert.deepEqual(readFileSync(join(tree, key)), readFileSync(join(flat, key.replaceAll('/', '__'))))
  for (const [name, from] of Object.entries({ tree, flat })) {
    const report = await runFlat('stocks-trades', flags({ from, out: lake, keepRaw: kept, name }))
    assert.equal(report.counts.rowsOut, 6000)
  }
  assert.deepEqual(readFileSync(join(kept, key)), readFileSync(join(tree, key)))
})

test('one file is written beside its name and renamed, without a manifest', async (t) => {
  const root = tempDir(t)
  await runFlat('stocks-trades', flags({ out: join(root, 'day.parquet'), end: '2024-03-01' }))
  assert.deepEqual(filesUnder(root), ['day.parquet'])
  assert.deepEqual(await query(`select count(*) from '${root}/day.parquet'`), [['3000']])
})

test('a filtered run keeps its rows accounted for, and warns of a ticker that is not there', async (t) => {
  const out = tempDir(t)
  const report = await runFlat('stocks-trades', flags({ out, tickers: 'AAPL,NONE' }))
  const { rowsIn, rowsOut, filtered } = report.counts
  assert.equal(rowsIn, 6000)
  assert.equal(rowsOut + filtered, rowsIn)
  assert.deepEqual(report.warnings, [{ text: 'no row has the ticker NONE', units: 2 }])
  assert.deepEqual(await query(`select distinct ticker from ${tableOf(out, 'stocks-trades')}`), [['AAPL']])
})

const bytesOf = async (name: (typeof names)[number], texts: Texts): Promise<Buffer> => {
  const stdout = new PassThrough()
  const bytes = buffer(stdout)
  const report = await runFlat(name, flags({ out: '-', ...texts }), { stdout })
  assert.deepEqual(report.failed, [])
  stdout.end()
  return bytes
}
const outputOf = async (name: (typeof names)[number], texts: Texts): Promise<string> =>
  (await bytesOf(name, texts)).toString()

function textOf(dataset: string, date: string): string {
  const sample = samples.find((one) => one.dataset === dataset && one.date === date) as SampleOptions
  return gunzipSync(objects.get(sampleKey(sample.dataset, sample.date)) as Buffer).toString()
}
