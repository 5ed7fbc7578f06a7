// Converts .csv.gz files to Parquet with DuckDB, one after another, into the types that millrace stores: duckdb.js JOB
import { DuckDBInstance } from '@duckdb/node-api'
import type { Column } from '../../../src/datasets/dataset.ts'
import { askedColumns, type Job } from '../ask.ts'

const types: Readonly<Record<string, string>> = {
  utf8: 'varchar',
  int32: 'integer',
  int64: 'bigint',
  float64: 'double',
  timestamp_ns: 'bigint',
  timestamp_us: 'bigint',
}
const stamps: Readonly<Record<string, (value: string) => string>> = {
  timestamp_ns: (value) => `make_timestamp_ns(${value})`,
  timestamp_us: (value) => `make_timestamp(${value} // 1000)`,
}
const { dataset, files, ask } = JSON.parse(process.argv[2] ?? '') as Job
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

function storedAs(name: string, { kind, zeroIsNull }: Column): string {
  const value = zeroIsNull ? `nullif(${name}, 0)` : name
  return `${stamps[kind]?.(value) ?? value} as ${name}`
}

const read = askedColumns(dataset, {}).map(([name, { kind }]) => `${name}: ${quoted(types[kind] ?? kind)}`)
const stored = askedColumns(dataset, ask).map(([name, column]) => storedAs(name, column))
const where = ask.ticker === undefined ? '' : `where ticker = ${quoted(ask.ticker)}`
const instance = await DuckDBInstance.create()
const connection = await instance.connect()
for (const { from, to } of files)
  await connection.run(`
    copy (select ${stored} from read_csv(${quoted(from)}, header = true, columns = {${read}}) ${where})
    to ${quoted(to)} (format parquet, compression zstd)`)
connection.closeSync()
instance.closeSync()
