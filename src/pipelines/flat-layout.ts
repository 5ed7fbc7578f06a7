import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { defaultOut, type FlatParams } from './flat-params.ts'

/**
 * What `--outdir` stands for, said by the other flags: raw files in `raw/<table>` below it, the lake in `parquet`. What is
 * read from files that lie there already is not kept once more.
 *
 * @throws {UsageError} when another flag says otherwise.
 */
export function laidOut({ table }: Pick<Dataset, 'table'>, params: FlatParams): FlatParams {
  const { outdir, parquetDir, out, format, keepRaw } = params
  if (outdir === undefined) {
    if (parquetDir === undefined) return params
    throw new UsageError('--parquet-dir means nothing without --outdir', {
      hint: 'the folder of a lake alone is --out',
    })
  }
  if (out !== defaultOut)
    throw new UsageError(`--out ${out} and --outdir ${outdir} both say where output goes`, {
      hint: '--outdir DIR --parquet-dir LAKE, or --out LAKE --keep-raw DIR',
    })
  const raw = join(outdir, 'raw', table)
  if (format === 'raw') {
    if (parquetDir !== undefined) throw new UsageError('--parquet-dir means nothing with --format raw')
    return { ...params, out: raw }
  }
  if (format !== 'parquet')
    throw new UsageError(`--outdir takes Parquet and raw files, not ${format}`, { hint: 'use --out' })
  const kept = keepRaw ?? (params.from === undefined ? raw : undefined)
  return { ...params, out: parquetDir ?? join(outdir, 'parquet'), keepRaw: kept }
}
