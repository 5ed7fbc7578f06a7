import type { Readable } from 'node:stream'
import type { Run } from './run.ts'

/**
 * The bytes of a Node stream, for a source: counted as `bytesIn`, each wait no longer than the run, and the stream
 * destroyed in the end, also one that stalls.
 *
 * @returns how many bytes came.
 * @throws what `explain` makes of an error of the stream, given the bytes that came before it.
 */
export async function* readBytes(
  stream: Readable,
  run: Run,
  explain: (error: unknown, bytesRead: number) => unknown,
): AsyncGenerator<Buffer, number> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]()
  let bytesRead = 0
  const nextChunk = async (): Promise<IteratorResult<Buffer>> => {
    try {
      return await run.until(chunks.next())
    } catch (error) {
      throw run.signal.aborted ? error : explain(error, bytesRead)
    }
  }
  try {
    for (;;) {
      const { done, value } = await nextChunk()
      if (done) return bytesRead
      bytesRead += value.length
      run.count('bytesIn', value.length)
      yield value
    }
  } finally {
    // By hand: an iterator that waits for a silent stream would not hear of its end.
    stream.destroy()
  }
}
