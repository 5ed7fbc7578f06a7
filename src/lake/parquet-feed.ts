import type { Table } from 'parquet-wasm'
import { streamsInOneMemory } from '../columnar/ipc.ts'
import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'

/** Beyond 32 767 row groups parquet-wasm drops rows without a word; a file of ours ends well before. */
export const mostRowGroups = 30_000

/** What the encoder reads: it is never told of an error. An error is kept, and the input just ends. */
export interface ParquetFeed {
  readonly stream: ReadableStream
  /** Rows fed so far. */
  readonly rows: number
  /** The first batch, which tells the columns; it is fed all the same. */
  first(): Promise<Batch>
  /** @throws the error that was kept. */
  check(): void
  /** Ends the input at the next pull, and lets go of the batches. */
  close(): void
}

/** Feeds `batches` to parquet-wasm, whose `Table` is given because only its door imports it. */
export function createFeed(
  batches: AsyncIterable<Batch>,
  table: typeof Table,
  { rowGroupRows }: { readonly rowGroupRows: number },
): ParquetFeed {
  const source = checked(batches, rowGroupRows)
  const toStream = streamsInOneMemory()
  let pending: Batch | undefined
  let failure: { readonly error: unknown } | undefined
  let closed = false
  let rows = 0

  const enqueue = (batch: Batch, controller: ReadableStreamDefaultController): void => {
    rows += batch.numRows
    const copied = table.fromIPCStream(toStream(batch))
    for (const recordBatch of copied.recordBatches()) controller.enqueue(recordBatch)
    // The encoder holds the buffers by itself; without this they wait for the garbage collector, 150 MB of them.
    copied.free()
  }
  const pull = async (controller: ReadableStreamDefaultController): Promise<void> => {
    // parquet-wasm settles its promises in microtasks and would starve timers and I/O.
    await new Promise(setImmediate)
    try {
      const batch = closed ? undefined : (pending ?? (await source.next()).value)
      pending = undefined
      if (batch) enqueue(batch, controller)
      else controller.close()
    } catch (error) {
      failure = { error }
      controller.close()
    }
  }
  return {
    stream: new ReadableStream({ pull }, { highWaterMark: 0 }),
    get rows() {
      return rows
    },
    async first() {
      pending = (await source.next()).value
      if (pending === undefined)
        throw new Error('no batch came, not even an empty one that tells the columns')
      return pending
    },
    check() {
      if (failure) throw failure.error
    },
    close() {
      closed = true
      // Not awaited: the batches may be waiting for something themselves. Their errors came out before.
      source.return(undefined).catch(() => {})
    },
  }
}

/** Batches of one schema and not too many: parquet-wasm would answer others with silence or a short file. */
async function* checked(
  batches: AsyncIterable<Batch>,
  rowGroupRows: number,
): AsyncGenerator<Batch, undefined> {
  let schema: string | undefined
  let rows = 0
  for await (const batch of batches) {
    schema ??= String(batch.schema)
    if (String(batch.schema) !== schema)
      throw new DataError(`a batch has the columns ${batch.schema}, where the first had ${schema}`)
    rows += batch.numRows
    if (rows > rowGroupRows * mostRowGroups)
      throw new DataError(
        `one Parquet file holds at most ${mostRowGroups} row groups, and this one needs more`,
        {
          hint: `give --row-group-rows a larger number than ${rowGroupRows}`,
        },
      )
    yield batch
  }
  return undefined
}
