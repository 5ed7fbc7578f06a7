// Converts a .csv.gz of trades to Parquet with Polars, into the types that millrace stores.
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import polars, { type DataType } from 'nodejs-polars'
import type { Column } from '../../../src/datasets/dataset.ts'
import { stocksTrades } from '../../../src/datasets/stocks.ts'
import { polarsInflates } from '../versions.ts'

const types: Readonly<Record<string, DataType>> = {
  utf8: polars.Utf8,
  int32: polars.Int32,
  int64: polars.Int64,
  float64: polars.Float64,
  timestamp_ns: polars.Int64,
}
const [, , path = '', out = ''] = process.argv
const columns = Object.entries<Column>(stocksTrades.columns)
const schema = Object.fromEntries(columns.map(([name, { kind }]) => [name, types[kind] ?? polars.Utf8]))
const zeros = columns.filter(([, { zeroIsNull }]) => zeroIsNull).map(([name]) => [name, '0'])
const ticks = columns.filter(([, { kind }]) => kind === 'timestamp_ns').map(([name]) => name)

const inflated = `${out}.csv`
if (!polarsInflates) await inflate()
await polars
  .scanCSV(polarsInflates ? path : inflated, {
    schema,
    nullValues: Object.fromEntries(zeros),
    ignoreErrors: false,
  })
  .withColumns(...ticks.map((name) => polars.col(name).cast(polars.Datetime('ns'))))
  .sinkParquet(out, {
    compression: 'zstd',
    statistics: true,
    sinkOptions: { maintainOrder: true, syncOnClose: 'all', mkdir: false },
  })
  .collect()
await rm(inflated, { force: true })

async function inflate(): Promise<void> {
  const chunkSize = 1024 * 1024
  await pipeline(
    createReadStream(path, { highWaterMark: chunkSize }),
    createGunzip({ chunkSize }),
    createWriteStream(inflated),
  )
}
