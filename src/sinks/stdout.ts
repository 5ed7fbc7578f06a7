import { writeError } from '../core/durable-file.ts'
import { ReaderLeft } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Sink, sink } from '../core/stage.ts'

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
        await run.until(written(run, chunk))
        run.count('bytesOut', chunk.length)
      }
    },
    { inOrder: true },
  )
}

function written({ stdout: out }: Run, chunk: Bytes): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(chunk, (error) => {
      if (!error) resolve()
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE')
        reject(new ReaderLeft('the reader of stdout left'))
      else reject(writeError('stdout', error))
    })
  })
}
