import type { Batch } from '../core/schema.ts'
import { type Sink, sink } from '../core/stage.ts'
import { partitionFolder } from '../lake/layout.ts'
import { type ParquetOptions, parquetDefaults } from '../lake/parquet-options.ts'
import { checkLevels } from '../lake/part-names.ts'

export interface ParquetLake {
  /** Folder of the lake; `_millrace/` in it holds what is not data. */
  readonly root: string
  readonly table: string
  /** Levels below the table, as `{ date: '2024-03-01' }`; none of them may be a column of the batches. */
  readonly partition: Readonly<Record<string, string>>
  /** Columns that are further levels below it, from the top: they are in the names of folders, and not in the files. */
  readonly partitionBy?: readonly string[] | undefined
  /** The column that says when a row happened, for the manifest; by default the first timestamp. */
  readonly time?: string
  readonly options?: Partial<ParquetOptions>
}

/**
 * Writes the batches of one unit as one partition of a lake: `root/table/date=2024-03-01/part-0.parquet`, and more parts
 * where one would grow too large. The whole folder appears at once, in place of what an earlier run left there.
 * With `partitionBy` it holds a file for each of their values. Memory is bounded by the options either way: rows that do
 * not come grouped wait on disk, in `_millrace/tmp`.
 *
 * @throws {UsageError} when the levels cannot be the names of folders.
 */
export function parquetLake({
  root,
  table,
  partition,
  partitionBy = [],
  time,
  options,
}: ParquetLake): Sink<Batch> {
  const levels = [...Object.keys(partition), ...partitionBy]
  checkLevels(levels)
  const slot = { root, table, unit: Object.values(partition).join('/') }
  const chosen = { ...parquetDefaults, ...options }
  const path = partitionFolder(root, table, partition)
  return sink(
    'parquet-lake',
    (run) => async (input) => {
      const { writePartition } = await import('../lake/write-partition.ts')
      await writePartition(input, { slot, path, partitionBy, time, options: chosen }, run)
    },
    {
      slot,
      shape: { format: 'parquet', partition: levels, ...chosen },
    },
  )
}
