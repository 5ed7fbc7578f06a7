import { type Bytes, type Sink, sink } from '../core/stage.ts'
import { written } from '../core/written.ts'

/**
 * Writes bytes to the run's stdout, one unit after the other, and never ends it: other units follow. A reader that
 * leaves, as `head` does, is no failure.
 *
 * @throws {ReaderLeft} when the reader has closed the pipe.
 */
export function stdout(): Sink<Bytes> {
  return sink(
    'stdout',
    (run) => async (input) => {
      for await (const chunk of input) {
        await run.until(written(run.stdout, chunk))
        run.count('bytesOut', chunk.length)
      }
    },
    { inOrder: true },
  )
}
