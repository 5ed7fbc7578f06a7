import { pipeline } from 'node:stream'
import { NetworkError } from '../core/errors.ts'
import { readBytes } from '../core/read-bytes.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Source, source } from '../core/stage.ts'
import { type BucketPlace, sharedBucket } from '../remote/bucket.ts'
import { s3Error, whereText } from '../remote/s3-errors.ts'

export interface S3ObjectOptions extends BucketPlace {
  readonly key: string
  /** As listed: another version than this is an error, not an answer. */
  readonly etag?: string | undefined
  /** In bytes, as listed. */
  readonly size?: number | undefined
}

/**
 * The bytes of one object as they are stored, at the shared rate, with the credentials that the run lends under `s3`.
 *
 * @throws {MissingError} when there is no such object, {AccessError} when it may not be read, {NetworkError} when the
 * connection fails, or fewer or more bytes come than were announced.
 */
export function s3Object(options: S3ObjectOptions): Source<Bytes> {
  return source('s3-object', (run) => read(options, run))
}

async function* read({ key, etag, size, ...place }: S3ObjectOptions, run: Run): AsyncGenerator<Bytes> {
  const { signal } = run
  const object = await run.until(sharedBucket(place, run).get(key, { etag, signal }))
  const asked = { ...place, key, size: size ?? object.size, signal }
  const throttled = run.throttle()
  // Errors of either end come out of what is read.
  pipeline(object.body, throttled, () => {})
  let bytesRead = 0
  try {
    bytesRead = yield* readBytes(throttled, run, (error, bytes) =>
      s3Error(error, { ...asked, bytesRead: bytes }),
    )
  } finally {
    object.body.destroy()
  }
  if (asked.size !== undefined && asked.size !== bytesRead)
    throw new NetworkError(`${whereText(asked)}: ${bytesRead} of ${asked.size} bytes came`, {
      hint: 'run again: what is done stays done',
    })
}
