import { join, resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { flagOf } from '../core/params.ts'
import type { Place } from '../core/recipe.ts'
import { type Dataset, keyOf } from '../datasets/dataset.ts'
import { osiColumns } from '../datasets/osi.ts'
import type { FlatParams, Format } from './flat-params.ts'
import type { FlatUnit } from './flat-unit.ts'

/** What `--out` means: stdout, one file, or a folder that takes a file a unit. */
export type Target = 'stdout' | 'file' | 'folder'

const extensions: Readonly<Record<Format, readonly string[]>> = {
  parquet: ['.parquet'],
  raw: ['.csv.gz'],
  csv: ['.csv'],
  ndjson: ['.ndjson'],
  arrow: ['.arrow', '.arrows'],
}

export function targetOf({ out, format }: Pick<FlatParams, 'out' | 'format'>): Target {
  if (out === '-') return 'stdout'
  return extensions[format].some((extension) => out.endsWith(extension)) ? 'file' : 'folder'
}

/** Under which name the manifest of a lake has the days. */
export function tableOf(
  { prefix, table }: Pick<Dataset, 'prefix' | 'table'>,
  { format, flat, name }: Pick<FlatParams, 'format' | 'flat' | 'name'>,
): string {
  if (format === 'raw') return flat ? `${prefix} (flat)` : prefix
  return name ?? table
}

/** Where a raw file goes in a folder: the tree of the bucket, or one flat folder. */
export const rawPath = (folder: string, dataset: Dataset, date: string, flat: boolean): string =>
  join(folder, flat ? keyOf(dataset, date).replaceAll('/', '__') : keyOf(dataset, date))

/** Flags that say something only with some formats. */
const only: readonly (readonly [keyof FlatParams, readonly Format[]])[] = [
  ['tickers', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['underlying', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['osi', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['columns', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['timestamps', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['keepRaw', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['spool', ['parquet', 'csv', 'ndjson', 'arrow']],
  ['compression', ['parquet']],
  ['rowGroupRows', ['parquet']],
  ['partitionBy', ['parquet']],
  ['name', ['parquet']],
]

/** @throws {UsageError} when flags contradict each other. */
export function checkOutput(params: FlatParams): void {
  const { format, out, flat, keepRaw, columns, partitionBy, osi } = params
  for (const [key, allowed] of only) {
    // A switch that is off.
    if (params[key] === undefined || params[key] === false || allowed.includes(format)) continue
    throw new UsageError(`--${flagOf(key)} means nothing with --format ${format}`, {
      hint: `it goes with ${allowed.join(', ')}`,
    })
  }
  checkPartitions(params)
  const made = [...(columns ?? []), ...(partitionBy ?? [])].find((name) => Object.hasOwn(osiColumns, name))
  if (made !== undefined && !osi)
    throw new UsageError(`${made} is a column of no file`, { hint: '--osi makes it of the ticker' })
  if (flat && format !== 'raw' && keepRaw === undefined)
    throw new UsageError('--flat means nothing without --format raw or --keep-raw')
  if (targetOf(params) === 'folder' && format !== 'parquet' && format !== 'raw')
    throw new UsageError(`--out ${out}: a folder takes parquet or raw, not ${format}`, {
      hint: `write --out - or a file, as --out trades${extensions[format][0]}`,
    })
}

function checkPartitions(params: FlatParams): void {
  const { out, columns, partitionBy } = params
  if (partitionBy === undefined) return
  if (targetOf(params) !== 'folder')
    throw new UsageError(`--partition-by makes folders, and --out ${out} is none`, { hint: 'name a folder' })
  const missing = columns && partitionBy.find((name) => !columns.includes(name))
  if (missing !== undefined)
    throw new UsageError(`--partition-by ${missing}: it is not among --columns ${columns?.join(',')}`)
  if (columns && columns.length === partitionBy.length)
    throw new UsageError(`--partition-by ${partitionBy.join(',')} leaves no column for the files`)
}

/** @throws {UsageError} when several units would have to share one file that cannot be shared. */
export function checkPlace(params: Pick<FlatParams, 'out' | 'format'>, { first, last }: Place): void {
  const { out, format } = params
  const target = targetOf(params)
  const alone = target === 'file' || (target === 'stdout' && (format === 'parquet' || format === 'raw'))
  if (alone && !(first && last))
    throw new UsageError(`--out ${out} holds one ${format} file, and there are several units to do`, {
      hint: 'ask for one day, or one ticker, or name a folder',
    })
}

/** @throws {UsageError} when a file would be copied over itself. */
export function checkCopy({ origin }: FlatUnit, path: string): string {
  if (origin.kind === 'file' && resolve(path) === origin.path)
    throw new UsageError(`${path} would be copied over itself`, { hint: 'name another folder' })
  return path
}
