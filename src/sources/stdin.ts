import { once } from 'node:events'
import { finished, type Readable } from 'node:stream'
import { DataError, UsageError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Source, source } from '../core/stage.ts'

const chunkSize = 1 << 20

/**
 * The bytes of the run's stdin, not throttled. Left before its end it is destroyed, so that whoever writes to it is told.
 *
 * @throws {UsageError} when it was read before: a second reader would silently see nothing, or half.
 */
export function stdin(): Source<Bytes> {
  return source('stdin', (run) => read(run.stdin, run), { fixed: true })
}

async function* read(stream: Readable, run: Run): AsyncGenerator<Bytes> {
  const taken = run.share('stdin', () => new WeakSet<Readable>())
  if (taken.has(stream))
    throw new UsageError('stdin can be read only once', { hint: 'ask for one unit, or give it a file' })
  taken.add(stream)
  // An error between two waits would find no listener and end the process; `errored` keeps it.
  const keep = (): void => {}
  stream.on('error', keep)
  try {
    for (;;) {
      // Typed as any: a stream without an encoding gives buffers.
      const chunk: Buffer | null = stream.read()
      if (chunk !== null) yield* pieces(chunk, run)
      else if (stream.readableEnded) return
      else await change(stream, run)
    }
  } finally {
    if (stream.readableEnded) stream.off('error', keep)
    else release(stream.destroy(), keep)
  }
}

/** Lets go of a destroyed stream once it has told its last error, which it may do later than it is known. */
function release(stream: Readable, keep: () => void): void {
  const forget = finished(stream, () => {
    forget()
    stream.off('error', keep)
  })
}

function* pieces(chunk: Buffer, run: Run): Generator<Bytes> {
  for (let at = 0; at < chunk.length; at += chunkSize) {
    const piece = chunk.subarray(at, at + chunkSize)
    run.count('bytesIn', piece.length)
    yield piece
  }
}

/** Waits until there is something to read, or nothing more. The stream's own iterator would leave its listeners behind. */
async function change(stream: Readable, run: Run): Promise<void> {
  const { errored, destroyed } = stream
  if (errored) throw errored
  if (destroyed) throw new DataError('stdin was closed before its end')
  const stop = new AbortController()
  const events = ['readable', 'end', 'close'].map((name) => once(stream, name, { signal: stop.signal }))
  try {
    await run.until(Promise.race(events))
  } finally {
    stop.abort()
  }
}
