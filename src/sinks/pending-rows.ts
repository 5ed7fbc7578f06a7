import { join } from 'node:path'
import { batchMessage, batchToStream, endOfStream, schemaMessage } from '../columnar/ipc.ts'
import { tempFolder, writeTemp } from '../core/durable-file.ts'
import { besideName, besidePath, framedParts } from '../core/pending-parts.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Shape, type Sink, type Slot, sink } from '../core/stage.ts'
import { statePath } from '../core/state-file.ts'
import { mergePending } from '../lake/merge-pending.ts'
import type { MergeRule, Replaced } from '../lake/merge-rule.ts'
import type { ParquetOptions } from '../lake/parquet-options.ts'

export interface PendingRowsOptions {
  /** The table, and the name of the unit whose rows come: the ticker, or what days they are of. */
  readonly slot: Slot
  readonly rule: MergeRule
  /** Rows that were there before, and whose place these take; without it they are only added. */
  readonly replaces?: Replaced | undefined
  readonly parquet?: Partial<ParquetOptions>
  /** The unit is a whole table, whose rows are too many to be held in memory: they go to the disk as they come. */
  readonly large?: boolean
  /** A file about the rows, in the state of the lake: it has its name when the unit is done, and not before. */
  readonly about?: { readonly name: string; text(): string }
  /** What else tells whether two runs would write the same. */
  readonly shape?: Shape
}

/**
 * Where rows of a table end whose units share files, as all companies share the file of a month. They wait in
 * `_millrace/pending`, on the disk, and the unit is done; when all units of the run are, they are merged into the files that
 * they belong to. The rows of a unit are in memory until it is done, unless it is `large`.
 */
export function pendingRows({
  slot,
  rule,
  replaces,
  parquet = {},
  large = false,
  about,
  shape,
}: PendingRowsOptions): Sink<Batch> {
  const beside = besideName(slot.table, slot.unit)
  return sink(
    'pending-rows',
    (run) =>
      large
        ? (input) => putBeside(input, { slot, beside }, run)
        : async (input) => {
            await bringAll(input, slot, run)
            if (about) await putAbout(slot, about, run)
          },
    {
      slot,
      shape: { format: 'parquet', merge: rule, parquet, ...shape },
      gathers: {
        about: replaces === undefined ? {} : { replaces },
        merge: mergePending,
        ...(isWhole(replaces, rule) && { whole: true }),
        ...(large && { beside }),
      },
    },
  )
}

/** Whether nothing of what was there before stays. */
const isWhole = (replaces: Replaced | undefined, { vintage }: MergeRule): boolean =>
  vintage === undefined && replaces !== undefined && !replaces.tickers && !replaces.from && !replaces.to

async function bringAll(input: AsyncIterable<Batch>, { root, table }: Slot, run: Run): Promise<void> {
  let any = false
  for await (const batch of input) {
    // One table has one schema.
    if (!any) run.bring(run.share(`schema of ${root} ${table}`, () => schemaMessage(batch)))
    any = true
    run.bring(batchMessage(batch))
    run.count('rowsOut', batch.numRows)
  }
  if (any) run.bring(endOfStream)
}

async function putAbout(
  slot: Slot,
  { name, text }: NonNullable<PendingRowsOptions['about']>,
  run: Run,
): Promise<void> {
  const temp = join(tempFolder(slot, run.epoch), name)
  const path = statePath(slot.root, name)
  const written = await writeTemp(temp, only(Buffer.from(text())), run)
  run.wrote({ temp, path, files: [{ path, ...written }] })
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function putBeside(
  input: AsyncIterable<Batch>,
  { slot, beside }: { readonly slot: Slot; readonly beside: string },
  run: Run,
): Promise<void> {
  const temp = join(tempFolder(slot, run.epoch), beside)
  const path = besidePath(slot.root, beside)
  const written = await writeTemp(temp, framedParts(streamsOf(input, run)), run)
  run.wrote({ temp, path, files: [{ path, ...written }] })
}

async function* streamsOf(input: AsyncIterable<Batch>, run: Run): AsyncGenerator<Uint8Array> {
  for await (const batch of input) {
    run.count('rowsOut', batch.numRows)
    yield batchToStream(batch)
  }
}
