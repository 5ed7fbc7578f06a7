// Converts a .csv.gz of trades to Parquet with DuckDB, into the types that millrace stores.
import { DuckDBInstance } from '@duckdb/node-api'
import type { Column } from '../../../src/datasets/dataset.ts'
import { stocksTrades } from '../../../src/datasets/stocks.ts'

const types: Readonly<Record<string, string>> = {
  utf8: 'varchar',
  int32: 'integer',
  int64: 'bigint',
  float64: 'double',
  timestamp_ns: 'bigint',
}
const [, , path = '', out = ''] = process.argv
const columns = Object.entries<Column>(stocksTrades.columns)
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const read = columns.map(([name, { kind }]) => `${name}: ${quoted(types[kind] ?? kind)}`)
const stored = columns.map(([name, { kind, zeroIsNull }]) => {
  const value = zeroIsNull ? `nullif(${name}, 0)` : name
  return kind === 'timestamp_ns' ? `make_timestamp_ns(${value}) as ${name}` : name
})
const instance = await DuckDBInstance.create()
const connection = await instance.connect()
await connection.run(`
  copy (select ${stored} from read_csv(${quoted(path)}, header = true, columns = {${read}}))
  to ${quoted(out)} (format parquet, compression zstd)`)
connection.closeSync()
instance.closeSync()
