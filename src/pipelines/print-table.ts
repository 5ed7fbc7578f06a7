import { from, type Pipeline } from '../core/pipeline.ts'
import type { Batch } from '../core/schema.ts'
import type { Bytes, Transform } from '../core/stage.ts'
import { stdout } from '../sinks/stdout.ts'
import { type LakeTableOptions, lakeTable } from '../sources/lake-table.ts'
import { toArrow } from '../transforms/to-arrow.ts'
import { toCsv } from '../transforms/to-csv.ts'
import { toNdjson } from '../transforms/to-ndjson.ts'
import { toParquet } from '../transforms/to-parquet.ts'
import type { PrintFormat } from './print-formats.ts'

const printers: Readonly<Record<PrintFormat, () => Transform<Batch, Bytes>>> = {
  csv: toCsv,
  ndjson: toNdjson,
  arrow: toArrow,
  parquet: toParquet,
}

/** The rows of a table of a lake on stdout. */
export const printTable = (format: PrintFormat, options: LakeTableOptions): Pipeline =>
  from(lakeTable(options)).through(printers[format]()).into(stdout())
