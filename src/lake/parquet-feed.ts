import type { Table } from 'parquet-wasm'
import { streamsInOneMemory } from '../columnar/ipc.ts'
import type { Batch } from '../core/schema.ts'
import { checkedBatches } from './parquet-batches.ts'

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
  options: { readonly rowGroupRows: number },
): ParquetFeed {
  const source = checkedBatches(batches, options)
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
      // There is one, or an error.
      return pending as Batch
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
