import type { Writable } from 'node:stream'
import { writeError } from './durable-file.ts'
import { ReaderLeft } from './errors.ts'

/**
 * Resolves when the stream has taken a chunk, which is as fast as its reader reads.
 *
 * @throws {ReaderLeft} when the reader has closed the pipe, {WriteError} when it cannot be written.
 */
export function written(out: Writable, chunk: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(chunk, (error) => {
      if (!error) resolve()
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE')
        reject(new ReaderLeft('the reader of stdout left'))
      else reject(writeError('stdout', error))
    })
  })
}
