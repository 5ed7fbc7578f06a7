import { join } from 'node:path'
import { discard, tempFolder, writeTemp } from '../core/durable-file.ts'
import type { OutputFile } from '../core/output.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Bytes, type Sink, type Slot, sink } from '../core/stage.ts'
import { partitionFolder, partName } from '../lake/layout.ts'
import { encodeParquet, type ParquetOptions, parquetDefaults } from '../lake/parquet-encoder.ts'
import { mostRowGroups } from '../lake/parquet-feed.ts'
import { splitIntoParts } from '../lake/parts.ts'

export interface ParquetLake {
  /** Folder of the lake; `_millrace/` in it holds what is not data. */
  readonly root: string
  readonly table: string
  /** Levels below the table, as `{ date: '2024-03-01' }`; none of them may be a column of the batches. */
  readonly partition: Readonly<Record<string, string>>
  readonly options?: Partial<ParquetOptions>
}

/** A part that has grown so large is followed by another: footers stay small, and files move well. */
const partLimits = { rows: 1_000_000_000, bytes: 4_000_000_000 }

/**
 * Writes the batches of one unit as one partition of a lake: `root/table/date=2024-03-01/part-0.parquet`, and more parts
 * where one would grow too large. The whole folder appears at once, in place of what an earlier run left there.
 */
export function parquetLake({ root, table, partition, options }: ParquetLake): Sink<Batch> {
  const slot = { root, table, unit: Object.values(partition).join('/') }
  const chosen = { ...parquetDefaults, ...options }
  const path = partitionFolder(root, table, partition)
  return sink('parquet-lake', (run) => (input) => writeParts(input, { slot, path, options: chosen }, run), {
    slot,
    shape: { format: 'parquet', partition: Object.keys(partition), ...chosen },
  })
}

interface Target {
  readonly slot: Slot
  readonly path: string
  readonly options: ParquetOptions
}

async function writeParts(
  input: AsyncIterable<Batch>,
  { slot, path, options }: Target,
  run: Run,
): Promise<void> {
  const temp = tempFolder(slot, run.epoch)
  const files: OutputFile[] = []
  const mostRows = Math.min(partLimits.rows, mostRowGroups * options.rowGroupRows)
  let part = { rows: 0, bytes: 0 }
  try {
    for await (const batches of splitIntoParts(input, mostRows, () => part.bytes >= partLimits.bytes)) {
      part = { rows: 0, bytes: 0 }
      const name = partName(files.length)
      const encoded = weighed(encodeParquet(counted(batches, part, run), options), part)
      const bytes = await writeTemp(join(temp, `${name}.tmp`), encoded, run)
      files.push({ path: join(path, name), bytes, rows: part.rows })
    }
  } catch (error) {
    await discard({ temp })
    throw error
  }
  run.wrote({ temp, path, files })
}

async function* counted(
  batches: AsyncIterable<Batch>,
  part: { rows: number },
  run: Run,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    run.count('rowsOut', batch.numRows)
    part.rows += batch.numRows
    yield batch
  }
}

async function* weighed(chunks: AsyncIterable<Bytes>, part: { bytes: number }): AsyncGenerator<Bytes> {
  for await (const chunk of chunks) {
    part.bytes += chunk.length
    yield chunk
  }
}
