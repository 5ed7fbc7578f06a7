import { PassThrough, pipeline } from 'node:stream'
import { openPart } from '../core/part-file.ts'
import { readBytes } from '../core/read-bytes.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Source, source } from '../core/stage.ts'
import { type ObjectVersion, objectBytes } from '../remote/object-bytes.ts'

export interface S3ObjectOptions extends ObjectVersion {
  /**
   * Keeps what has come in this file, of `partPath`, until the pipeline has succeeded: a later one goes on from there. Only
   * with ETag and size, which tell that it is the same object.
   */
  readonly part?: string
}

/**
 * How many pieces are kept ready for a reader who is slow for a while, so that the server need not wait and hang up. A
 * piece has at most 64 KiB and what Node keeps of a socket beside it, so that these are some 4 MiB.
 */
const aheadPieces = 64

/**
 * The bytes of one object as they are stored, at the shared rate, with the credentials that the run lends under `s3`. When
 * a connection drops they go on where it did, in the same version of the object.
 *
 * @throws {MissingError} when there is no such object, {AccessError} when it may not be read, {NetworkError} when retries
 * have not helped, or when ETag or size are not, or no longer, those that are known: its `again` is `changed` then.
 */
export function s3Object(options: S3ObjectOptions): Source<Bytes> {
  const extras = options.part === undefined ? {} : { goesOn: true as const }
  return source('s3-object', (run) => read(options, run), extras)
}

async function* read({ part, ...object }: S3ObjectOptions, run: Run): AsyncGenerator<Bytes> {
  if (part === undefined) return yield* download(object, run, 0)
  const kept = await run.until(openPart(part, run))
  try {
    for await (const chunk of kept.kept()) {
      run.count('bytesIn', chunk.length)
      yield chunk
    }
    if (kept.bytes !== object.size)
      for await (const chunk of download(object, run, kept.bytes)) {
        await kept.append(chunk)
        yield chunk
      }
  } finally {
    await kept.close()
  }
  run.spent(part)
}

/** The bytes of an object from byte `from` on. */
async function* download(object: ObjectVersion, run: Run, from: number): AsyncGenerator<Bytes> {
  const stop = new AbortController()
  const signal = AbortSignal.any([run.signal, stop.signal])
  const bytes = objectBytes(object, run, { signal, from })
  // In object mode, so that pieces are handed on and not copied together.
  const ahead = new PassThrough({
    objectMode: true,
    writableHighWaterMark: 1,
    readableHighWaterMark: aheadPieces,
  })
  const throttled = run.throttle()
  // Errors of all three come out of what is read.
  pipeline(bytes, throttled, ahead, () => {})
  try {
    yield* readBytes(ahead, run, (error) => error)
  } finally {
    stop.abort()
    throttled.destroy()
  }
}
