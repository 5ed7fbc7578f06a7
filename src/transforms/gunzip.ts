import type { TransformOptions } from 'node:stream'
import { createGunzip, type Gunzip, type ZlibOptions } from 'node:zlib'
import { DataError } from '../core/errors.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

/**
 * What zlib inflates at once, on a thread of its own. Its default of 16 KiB is less than half as fast, and everybody waits
 * for it.
 */
const chunkSize = 1 << 20
const options: ZlibOptions & TransformOptions = {
  chunkSize,
  // Chunks that are kept ready for stages which are busy for a while; as bytes they would be copied together.
  readableObjectMode: true,
  readableHighWaterMark: 8,
}

/**
 * Inflates gzip, all members of it. CRC32 and length of each member are checked, and so a download put together from
 * pieces is proved whole.
 *
 * @throws {DataError} when it is cut off, corrupt, empty, or followed by anything but zeros.
 */
export function gunzip(): Transform<Bytes, Bytes> {
  return transform('gunzip', () => inflated)
}

async function* inflated(input: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const inflate = createGunzip(options)
  const fed = { bytes: 0, meant: 0 }
  const feeding = feed(input, inflate, fed)
  feeding.catch((error: unknown) => inflate.destroy(error as Error))
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) yield chunk
  } catch (error) {
    throw explained(error, fed.bytes)
  } finally {
    inflate.destroy()
  }
  await feeding
  const end = inflate.bytesWritten
  if (fed.meant > end) throw dataError('something that is no gzip follows the gzip data', end)
}

/**
 * Writes all of the input to zlib, which stops at the first zero after a member, whatever follows: the rest is only looked
 * at. While it is at work one chunk waits, so that it need not. Counts the bytes, and how many there are up to the last one
 * that is no padding.
 */
async function feed(
  input: AsyncIterable<Bytes>,
  inflate: Gunzip,
  fed: { bytes: number; meant: number },
): Promise<void> {
  let taken: Promise<void> | undefined
  for await (const chunk of input) {
    const last = chunk.findLastIndex((byte) => byte !== 0)
    if (last >= 0) fed.meant = fed.bytes + last + 1
    fed.bytes += chunk.length
    if (inflate.destroyed && !inflate.readableEnded) return
    if (inflate.readableEnded) continue
    const before = taken
    taken = written(inflate, chunk)
    await before
  }
  if (!inflate.destroyed) inflate.end()
}

/** Resolves when zlib is done with a chunk, or never will be: it does not answer a write of which it wants no more. */
function written(stream: Gunzip, chunk: Bytes): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('close', done)
      resolve()
    }
    stream.on('close', done)
    stream.write(chunk, done)
  })
}

const dataError = (what: string, at: number, cause?: unknown): DataError =>
  new DataError(`${what}, after ${at} compressed bytes`, {
    cause,
    again: 'few',
    hint: 'fetch the file again; if it is like this in the bucket, tell its vendor',
  })

const meanings: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'the gzip data is cut off',
  Z_DATA_ERROR: 'the gzip data is corrupt',
}

function explained(error: unknown, fed: number): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException
  const meaning = meanings[code]
  if (meaning === undefined) return error
  if (fed === 0) return dataError('the file is empty, there is not even a gzip header', fed, error)
  return dataError(`${meaning} (${message})`, fed, error)
}
