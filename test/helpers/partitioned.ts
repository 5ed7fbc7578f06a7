import { readFileSync } from 'node:fs'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Batch, Columns } from '../../src/core/schema.ts'
import { parquetLake } from '../../src/sinks/parquet-lake.ts'
import { batchOf } from './batches.ts'
import { feed } from './collect.ts'

/** A day of `trades`, partitioned. */
export const lakeAt = (root: string, partitionBy: readonly string[] = ['ticker'], options = {}) =>
  parquetLake({ root, table: 'trades', partition: { date: '2024-03-01' }, partitionBy, options })

/** Writes batches into such a lake. */
export const write = <C extends Columns>(
  root: string,
  batches: readonly Batch<C>[],
  ...more: readonly [partitionBy?: readonly string[]]
) => runPipeline(from(feed<Batch>(batches)).into(lakeAt(root, ...more)), createRun())

/** Rows of these tickers, with numbers from `from` on. */
export const rowsFrom = (tickers: readonly (string | null)[], from = 0): Batch =>
  batchOf({ ticker: 'utf8', n: 'int64' }, { ticker: tickers, n: tickers.map((_, i) => BigInt(from + i)) })

/** What DuckDB reads there. */
export const tableIn = (root: string, more = ''): string =>
  `read_parquet('${root}/trades/**/*.parquet', hive_partitioning = true${more})`

/** What hyparquet reads in a file. */
export function objectsIn(path: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return parquetReadObjects({ file, compressors })
}
