import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Kind } from '../../src/core/schema.ts'
import { datasets } from '../../src/datasets/all.ts'
import { type Dataset, keyOf } from '../../src/datasets/dataset.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { everyFile } from './every-file.ts'

/** What DuckDB calls the types of our kinds. */
const types: Partial<Readonly<Record<Kind, string>>> = {
  utf8: 'VARCHAR',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float64: 'DOUBLE',
  date: 'DATE',
  timestamp_ns: 'TIMESTAMP_NS',
  timestamp_us: 'TIMESTAMP',
}

/** A column as its very number, where DuckDB would print a time. */
const exact = (name: string, kind: Kind): string => {
  if (kind === 'timestamp_ns') return `epoch_ns("${name}")`
  return kind === 'timestamp_us' ? `epoch_us("${name}")` : `"${name}"`
}

const columnsOf = ({ columns }: Dataset): [name: string, kind: Kind][] =>
  Object.entries(columns).map(([name, { kind }]) => [name, kind])

test('there is a file of every dataset', () => {
  assert.deepEqual(
    Object.keys(everyFile),
    datasets.map(({ name }) => name),
  )
})

for (const dataset of datasets)
  for (const { title, text, rows } of everyFile[dataset.name] ?? [])
    test(`${dataset.name}: a file ${title} is in the lake to the last digit`, async (t) => {
      const [from, out] = [tempDir(t), tempDir(t)]
      // A year after the first day, and in each dataset's own folder of the bucket.
      const date = `${Number(dataset.since.slice(0, 4)) + 1}-06-03`
      const source = join(from, keyOf(dataset, date))
      mkdirSync(dirname(source), { recursive: true })
      writeFileSync(source, gzipSync(text))
      const report = await runFlat(dataset.name, { from, out, start: date }, {}, { workers: 1 })
      assert.deepEqual([report.done, report.failed, report.warnings], [1, [], []])
      const path = join(out, dataset.table, `date=${date}`, 'part-0.parquet')
      const file = `read_parquet('${path}', hive_partitioning = false)`
      const columns = columnsOf(dataset)
      assert.deepEqual(
        await query(`select column_name, column_type from (describe select * from ${file})`),
        columns.map(([name, kind]) => [name, types[kind]]),
      )
      const list = columns.map(([name, kind]) => `${exact(name, kind)} as "${name}"`).join()
      assert.deepEqual(await query(`select ${list} from ${file}`), rows)
    })
