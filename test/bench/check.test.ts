import assert from 'node:assert/strict'
import { copyFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { type SampleOptions, writeSampleGzip } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import type { Job } from './ask.ts'
import { assertAgree, type Facts, factsByBytes, factsOf, type Written } from './check.ts'
import { measure } from './measure.ts'
import { readByDuckdb } from './readers/duckdb.ts'
import { readByPolars } from './readers/polars.ts'
import { readSample } from './readers/sample.ts'

const sample: SampleOptions = { dataset: 'stocks-trades', date: '2026-03-05', rows: 3000, format: '2026' }
const duckdbScript = fileURLToPath(new URL('./cases/duckdb.js', import.meta.url))

async function convert(t: Pick<TestContext, 'after'>, options = sample): Promise<Written> {
  const folder = tempDir(t)
  const [from, to] = [join(folder, 'day.csv.gz'), join(folder, 'day.parquet')]
  await writeSampleGzip(from, options)
  const job: Job = { dataset: options.dataset, files: [{ from, to }], ask: {} }
  await measure([duckdbScript, JSON.stringify(job)])
  return { path: to, dataset: options.dataset, ask: {} }
}

for (const dataset of ['stocks-trades', 'stocks-quotes', 'stocks-minute'] as const)
  test(`both readers find in a right file of ${dataset} what the sample holds`, async (t) => {
    const options = { ...sample, dataset, rows: 500 }
    const written = await convert(t, options)
    const byDuckdb = await readByDuckdb(written)
    const byPolars = await readByPolars(written)
    const asked = factsOf(readSample(options), {})
    assert.ok(Object.keys(asked.exact).length + Object.keys(asked.close).length > 12)
    assertAgree('duckdb', byPolars, asked)
    assertAgree('duckdb', byPolars, byDuckdb)
    assertAgree('duckdb', byDuckdb, byPolars)
  })
/** One row of the file with another value in a column. */
const changed = (column: string, value: string): string => `
  select * replace (case when sip_timestamp = (select max(sip_timestamp) from original) then ${value} else ${column} end
    as ${column}) from original`

const corruptions = [
  ['a row is missing', 'from original limit 2999', /rows is 2999, should be 3000/],
  [
    'a nanosecond is lost',
    changed('sip_timestamp', 'make_timestamp_ns(epoch_ns(sip_timestamp) - 1)'),
    /sum of sip_timestamp/,
  ],
  ['a whole number is another', changed('exchange', 'exchange + 1'), /sum of exchange/],
  ['a price is another', changed('price', 'price + 0.0001'), /sum of price/],
  ['a text is another', changed('conditions', "'12,37,41,99'"), /(values|length) of conditions/],
  [
    'nulls are zeros',
    'select * replace (coalesce(trf_timestamp, make_timestamp_ns(0)) as trf_timestamp) from original',
    /values of trf_timestamp/,
  ],
  ['rows are in another order', 'from original order by price', /order is/],
  ['a type is another', 'select * replace (tape::bigint as tape) from original', /columns is .*tape int64/],
  ['a column is more', 'select *, 1 as more from original', /columns is .*more int32/],
] as const

test('a file that is not as it should be is refused by either reader', async (t) => {
  const written = await convert(t)
  const { path } = written
  const asked = await readByDuckdb(written)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  for (const [title, sql, says] of corruptions) {
    const other = `${path}.other.parquet`
    const original = `with original as (select * from '${path}')`
    await connection.run(`copy (${original} ${sql}) to '${other}' (format parquet)`)
    for (const read of [readByDuckdb, readByPolars]) {
      const found: Facts = await read({ ...written, path: other })
      assert.throws(() => assertAgree('other', found, asked), says, title)
    }
  }
  connection.closeSync()
  instance.closeSync()
  await truncate(path, 5000)
  await assert.rejects(readByDuckdb(written))
  await assert.rejects(readByPolars(written))
})

test('of part of a file its part of the facts is asked', () => {
  const totals: Facts = {
    exact: { rows: '9', 'rows of AAPL': '3', 'sum of size': '7', 'values of price': '9' },
    close: { 'sum of price': 1.5 },
  }
  for (const [ask, facts] of [
    [
      {},
      { exact: { rows: '9', 'sum of size': '7', 'values of price': '9' }, close: { 'sum of price': 1.5 } },
    ],
    [{ columns: ['size'] }, { exact: { rows: '9', 'sum of size': '7' }, close: {} }],
    [{ ticker: 'AAPL' }, { exact: { rows: '3' }, close: {} }],
    [{ ticker: 'MSFT' }, { exact: { rows: 'not known' }, close: {} }],
  ] as const)
    assert.deepEqual(factsOf(totals, ask), facts)
})

test('a file is read again when a byte of it is another', async (t) => {
  const written = await convert(t, { ...sample, rows: 20 })
  const read: string[] = []
  const reading = factsByBytes(async (reader, { path }) => {
    read.push(`${reader} ${path}`)
    return { exact: {}, close: {} }
  })
  const copy = { ...written, path: `${written.path}.copy` }
  await copyFile(written.path, copy.path)
  await reading('duckdb', written)
  await reading('duckdb', copy)
  await reading('polars', copy)
  await truncate(copy.path, 10)
  await reading('duckdb', copy)
  assert.deepEqual(read, [`duckdb ${written.path}`, `polars ${copy.path}`, `duckdb ${copy.path}`])
})
