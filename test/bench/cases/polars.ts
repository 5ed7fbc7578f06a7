// Converts .csv.gz files to Parquet with Polars, one after another, into the types that millrace stores: polars.js JOB
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import polars, { type DataType, type Expr } from 'nodejs-polars'
import { askedColumns, type Job } from '../ask.ts'
import { polarsInflates } from '../versions.ts'

const types: Readonly<Record<string, DataType>> = {
  utf8: polars.Utf8,
  int32: polars.Int32,
  int64: polars.Int64,
  float64: polars.Float64,
  timestamp_ns: polars.Int64,
  timestamp_us: polars.Int64,
}
const stamps: Readonly<Record<string, (value: Expr) => Expr>> = {
  timestamp_ns: (value) => value.cast(polars.Datetime('ns')),
  timestamp_us: (value) => value.cast(polars.Datetime('ns')).cast(polars.Datetime('us')),
}
const { dataset, files, ask } = JSON.parse(process.argv[2] ?? '') as Job
const all = askedColumns(dataset, {})
const schema = Object.fromEntries(all.map(([name, { kind }]) => [name, types[kind] ?? polars.Utf8]))
const zeros = all.filter(([, { zeroIsNull }]) => zeroIsNull).map(([name]) => [name, '0'])
const stored = askedColumns(dataset, ask).map(([name, { kind }]) => {
  const value = polars.col(name)
  return stamps[kind]?.(value) ?? value
})
/** Nothing is brought to the disk before it ends, as DuckDB does it. */
const manner = { maintainOrder: true, syncOnClose: 'none', mkdir: false } as const
// 0.24 looks for the manner in sinkOptions and 0.26 beside the rest; either type knows one of the two.
const parquet = { compression: 'zstd', statistics: true, sinkOptions: manner, ...manner } as const

for (const { from, to } of files) {
  const inflated = `${to}.csv`
  if (!polarsInflates) await inflate(from, inflated)
  await convert(polarsInflates ? from : inflated, to)
  await rm(inflated, { force: true })
}

async function convert(from: string, to: string): Promise<void> {
  const rows = polars.scanCSV(from, {
    schema,
    nullValues: Object.fromEntries(zeros),
    ignoreErrors: false,
  })
  const some = ask.ticker === undefined ? rows : rows.filter(polars.col('ticker').eq(polars.lit(ask.ticker)))
  await some
    .select(...stored)
    .sinkParquet(to, { ...parquet })
    .collect()
}

async function inflate(from: string, to: string): Promise<void> {
  const chunkSize = 1024 * 1024
  await pipeline(
    createReadStream(from, { highWaterMark: chunkSize }),
    createGunzip({ chunkSize }),
    createWriteStream(to),
  )
}
