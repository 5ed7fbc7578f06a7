import { join } from 'node:path'
import { type SpanTally, tallySpan } from '../columnar/span.ts'
import { discard, tempFolder } from '../core/durable-file.ts'
import type { OutputFile } from '../core/output.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import type { Bytes, Slot } from '../core/stage.ts'
import { createFileWriter } from './file-writer.ts'
import { mostRowGroups } from './parquet-batches.ts'
import { encodeParquet } from './parquet-encoder.ts'
import type { ParquetOptions } from './parquet-options.ts'
import { createPartNames } from './part-names.ts'
import { type Section, sectionsOf } from './partition-sections.ts'
import { splitIntoParts } from './parts.ts'
import { openSpill } from './spill.ts'
import { checkTableFolder } from './table-folder.ts'

/** A part that has grown so large is followed by another: footers stay small, and files move well. */
const partLimits = { rows: 1_000_000_000, bytes: 4_000_000_000 }

/** Where the batches of a unit go, and how. */
export interface PartitionTarget {
  readonly slot: Slot
  /** Of the folder. */
  readonly path: string
  readonly partitionBy: readonly string[]
  readonly time: string | undefined
  readonly options: ParquetOptions
}

/** Writes the batches of one unit as files of one folder, and hands it over. */
export async function writePartition(
  input: AsyncIterable<Batch>,
  { slot, path, partitionBy, time, options }: PartitionTarget,
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
