import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import polars from 'nodejs-polars'
import { datasets } from '../../src/datasets/all.ts'
import type { Column } from '../../src/datasets/dataset.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { datasets as samples } from '../helpers/sample-rows.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const date = '2024-03-01'

/** A column of the CSV as a lake has it, in DuckDB's words. */
const ofText = (name: string, { kind, zeroIsNull }: Column): string => {
  const whole = `nullif(${name}, ${zeroIsNull ? "'0'" : 'null'})::bigint`
  if (kind === 'timestamp_us') return `${whole} // 1000`
  if (kind === 'float64') return `${name}::double`
  return kind === 'utf8' ? name : whole
}

/** The same of the lake, as numbers where they are times. */
const ofLake = (name: string, { kind }: Column): string =>
  ({ timestamp_ns: `epoch_ns(${name})`, timestamp_us: `epoch_us(${name})` })[kind as string] ?? name

/** Of each column: sum, count, least, greatest, and how many distinct; of texts the sum of their lengths. */
const aggregates = (
  columns: Readonly<Record<string, Column>>,
  express: (name: string, column: Column) => string,
  file: string,
): Promise<(string | null)[][]> => {
  const all = Object.entries(columns).map(([name, column]) => {
    const value = express(name, column)
    const sum =
      column.kind === 'utf8' ? `length(${value})` : column.kind === 'float64' ? value : `(${value})::hugeint`
    return `select '${name}', sum(${sum}), count(${value}), min(${value})::varchar, max(${value})::varchar, count(distinct ${value}), count(*) from ${file}`
  })
  return query(all.join(' union all '))
}

for (const dataset of datasets.filter(({ name }) => Object.hasOwn(samples, name)))
  for (const format of ['old', '2026'] as const)
    test(`${dataset.name}, ${format}: DuckDB finds the same in each column of the file and of its Parquet`, async (t) => {
      const [from, out] = [tempDir(t), tempDir(t)]
      const name = dataset.name as keyof typeof samples
      const path = join(from, sampleKey(name, date))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, await sampleGzip({ dataset: name, date, format, rows: 5000 }))
      await runFlat(name, { start: date, from, out })
      const csv = `read_csv('${path}', all_varchar = true, header = true)`
      const theirs = await aggregates(dataset.columns, ofText, csv)
      const ours = await aggregates(dataset.columns, ofLake, `'${out}/*/*/*.parquet'`)
      assert.equal(ours.length, Object.keys(dataset.columns).length)
      for (const [i, [column, sum, ...others]] of ours.entries()) {
        const [, due, ...rest] = theirs[i] ?? []
        assert.deepEqual(others, rest, String(column))
        if (dataset.columns[String(column)]?.kind !== 'float64') assert.equal(sum, due, String(column))
        else assert.ok(Math.abs(Number(sum) / Number(due) - 1) <= 1e-12, `${column}: ${sum}, not ${due}`)
      }
    })

test('a folder where one file has text stored by dictionary and another has not is one table for all', async (t) => {
  const [from, out] = [tempDir(t), tempDir(t)]
  const rows = 20_000
  const days = { '2024-03-01': (row: number) => `T${row % 7}`, '2024-03-04': (row: number) => `O:${row}` }
  for (const [day, tickerOf] of Object.entries(days)) {
    const path = join(from, sampleKey('stocks-daily', day))
    mkdirSync(dirname(path), { recursive: true })
    const lines = Array.from(
      { length: rows },
      (_, row) => `${tickerOf(row)},1,1,1,1,1,1709269200000000000,1\n`,
    )
    const header = 'ticker,volume,open,close,high,low,window_start,transactions\n'
    writeFileSync(path, gzipSync(header + lines.join('')))
  }
  await runFlat('stocks-daily', { start: '2024-03-01', end: '2024-03-04', from, out })
  const files = `'${out}/*/*/*.parquet'`
  const encodings = `select distinct encodings like '%DICTIONARY%' from parquet_metadata(${files}) where path_in_schema = 'ticker'`
  assert.equal((await query(encodings)).length, 2)
  assert.deepEqual(
    await query(`select count(*), count(distinct ticker), typeof(any_value(ticker)) from ${files}`),
    [[String(2 * rows), String(rows + 7), 'VARCHAR']],
  )
  const scanned = polars.scanParquet(join(out, 'stocks_daily/**/*.parquet')).select('ticker').collectSync()
  assert.deepEqual([scanned.height, String(scanned.schema['ticker'])], [2 * rows, 'DataType(String)'])
})
