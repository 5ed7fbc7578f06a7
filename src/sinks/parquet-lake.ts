import { join } from 'node:path'
import { type SpanTally, tallySpan } from '../columnar/span.ts'
import { discard, tempFolder } from '../core/durable-file.ts'
import type { OutputFile } from '../core/output.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Bytes, type Sink, type Slot, sink } from '../core/stage.ts'
import { createFileWriter } from '../lake/file-writer.ts'
import { partitionFolder } from '../lake/layout.ts'
import { mostRowGroups } from '../lake/parquet-batches.ts'
import { encodeParquet } from '../lake/parquet-encoder.ts'
import { type ParquetOptions, parquetDefaults } from '../lake/parquet-options.ts'
import { checkLevels, createPartNames } from '../lake/part-names.ts'
import { type Section, sectionsOf } from '../lake/partition-sections.ts'
import { splitIntoParts } from '../lake/parts.ts'
import { openSpill } from '../lake/spill.ts'
import { checkTableFolder } from '../lake/table-folder.ts'

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

/** A part that has grown so large is followed by another: footers stay small, and files move well. */
const partLimits = { rows: 1_000_000_000, bytes: 4_000_000_000 }

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
    (run) => (input) => writeParts(input, { slot, path, partitionBy, time, options: chosen }, run),
    {
      slot,
      shape: { format: 'parquet', partition: levels, ...chosen },
    },
  )
}

interface Target {
  readonly slot: Slot
  readonly path: string
  readonly partitionBy: readonly string[]
  readonly time: string | undefined
  readonly options: ParquetOptions
}

async function writeParts(
  input: AsyncIterable<Batch>,
  { slot, path, partitionBy, time, options }: Target,
  run: Run,
): Promise<void> {
  await checkTableFolder(slot.root, path)
  const temp = tempFolder(slot, run.epoch)
  const files: OutputFile[] = []
  const times = tallySpan(time)
  const spill = openSpill(join(temp, 'spill'), run.signal)
  const names = createPartNames(run)
  const mostRows = Math.min(partLimits.rows, mostRowGroups * options.rowGroupRows)
  const writer = createFileWriter(run)
  const sections = partitionBy.length > 0 ? sectionsOf(input, partitionBy, spill) : [whole(input)]
  let part = { rows: 0, bytes: 0 }
  const isFull = (): boolean => part.bytes >= partLimits.bytes
  let parts = 0
  try {
    for await (const section of sections)
      for await (const batches of splitIntoParts(section.batches, mostRows, isFull)) {
        const [name, at, own] = [names.next(section), parts++, { rows: 0, bytes: 0 }]
        part = own
        const encoded = weighed(encodeParquet(counted(batches, { part, times }, run), options), part)
        await writer.write(join(temp, `${name}.tmp`), encoded, (written) => {
          files[at] = { path: join(path, name), ...written, rows: own.rows }
        })
      }
    await writer.end()
    await spill.close()
  } catch (error) {
    // What is still being written would make its folder anew; its errors come of this one.
    await writer.end().catch(() => {})
    await discard({ temp })
    throw error
  }
  run.wrote({ temp, path, files, ...(times.span && { span: times.span }) })
}

const whole = (batches: AsyncIterable<Batch>): Section => ({ number: 0, levels: [], batches })

async function* counted(
  batches: AsyncIterable<Batch>,
  { part, times }: { readonly part: { rows: number }; readonly times: SpanTally },
  run: Run,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    // Rows that waited on disk come after the input, which would have told.
    run.signal.throwIfAborted()
    run.count('rowsOut', batch.numRows)
    part.rows += batch.numRows
    times.add(batch)
    yield batch
  }
}

async function* weighed(chunks: AsyncIterable<Bytes>, part: { bytes: number }): AsyncGenerator<Bytes> {
  for await (const chunk of chunks) {
    part.bytes += chunk.length
    yield chunk
  }
}
