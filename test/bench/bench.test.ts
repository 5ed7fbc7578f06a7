import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { type SampleOptions, writeSampleGzip } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { assertAgree, type Facts } from './check.ts'
import { measure } from './measure.ts'
import { readByDuckdb } from './readers/duckdb.ts'
import { readByPolars } from './readers/polars.ts'
import { readSample } from './readers/sample.ts'
import { median } from './report.ts'

const run = promisify(execFile)
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

test('the whole bench writes a line for each case, and nothing of this machine but its kind', async (t) => {
  const folder = tempDir(t)
  const out = join(folder, 'results.md')
  const env = { ...process.env, TMPDIR: folder, TEMP: folder }
  await run(process.execPath, [script('./bench.js'), '--rows', '20000', '--runs', '1', '--out', out], { env })
  const written = await readFile(out, 'utf8')
  const figures = String.raw`\d+\.\d\d \| \d+\.\d\d\.\.\d+\.\d\d \| \d+\.\d\d \|`
  for (const name of ['gunzip', 'millrace', 'duckdb', 'polars'])
    assert.match(written, new RegExp(String.raw`^\| ${name} \| ${figures}`, 'm'))
  assert.match(written, /^\| polars .* \| 1\.00 \|/m)
  assert.ok(
    !written.includes(folder) && !written.includes(fileURLToPath(new URL('../../..', import.meta.url))),
  )
})

test('a wrong option ends with 2 and names what would be right', async () => {
  for (const [flag, value, says] of [
    ['--rows', '0', /--rows: no count: 0/],
    ['--only', 'spark', /spark is none of gunzip,millrace,duckdb,polars/],
    ['--speed', '9', /--speed/],
  ] as const)
    await assert.rejects(run(process.execPath, [script('./bench.js'), flag, value]), {
      code: 2,
      stderr: says,
    })
})

test('a process that fails has no time', async () => {
  await assert.rejects(measure(['-e', 'process.stderr.write("torn"); process.exit(3)']), /ended with 3\ntorn/)
})

test('the median of an even number of runs lies between the middle ones', () => {
  assert.deepEqual([median([9, 1, 2]), median([4, 1, 2, 90])], [2, 3])
})

const sample: SampleOptions = { dataset: 'stocks-trades', date: '2026-03-05', rows: 3000, format: '2026' }

async function convert(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = tempDir(t)
  const [csv, out] = [join(folder, 'day.csv.gz'), join(folder, 'day.parquet')]
  await writeSampleGzip(csv, sample)
  await measure([script('./cases/duckdb.js'), csv, out])
  return out
}

test('both readers find in a right file what the sample holds', async (t) => {
  const path = await convert(t)
  const byDuckdb = await readByDuckdb(path)
  const byPolars = await readByPolars(path)
  assertAgree('duckdb', byPolars, await readSample(sample))
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
  const path = await convert(t)
  const asked = await readByDuckdb(path)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  for (const [title, sql, says] of corruptions) {
    const other = `${path}.other.parquet`
    const original = `with original as (select * from '${path}')`
    await connection.run(`copy (${original} ${sql}) to '${other}' (format parquet)`)
    for (const read of [readByDuckdb, readByPolars]) {
      const found: Facts = await read(other)
      assert.throws(() => assertAgree('other', found, asked), says, title)
    }
  }
  connection.closeSync()
  instance.closeSync()
  await truncate(path, 5000)
  await assert.rejects(readByDuckdb(path))
  await assert.rejects(readByPolars(path))
})
