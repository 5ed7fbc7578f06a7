import type { Batch } from '../core/schema.ts'

/**
 * Cuts a stream of batches into parts of at most `rows` rows; a part also ends before a batch for which `isFull`. The
 * parts are read one after the other, each to its end, and nothing is read ahead but one batch.
 */
export async function* splitIntoParts(
  batches: AsyncIterable<Batch>,
  rows: number,
  isFull: () => boolean,
): AsyncGenerator<AsyncIterable<Batch>> {
  const iterator = batches[Symbol.asyncIterator]()
  let next = (await iterator.next()).value as Batch | undefined

  const part = async function* (): AsyncGenerator<Batch> {
    let room = rows
    while (next && room > 0 && (room === rows || !isFull())) {
      const batch = next
      yield batch.numRows <= room ? batch : (batch.slice(0, room) as Batch)
      next =
        batch.numRows <= room
          ? ((await iterator.next()).value as Batch | undefined)
          : (batch.slice(room) as Batch)
      room -= batch.numRows
    }
  }
  try {
    do yield part()
    while (next)
  } finally {
    await iterator.return?.()
  }
}
