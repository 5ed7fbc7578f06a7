import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from '../core/errors.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

/** zlib's default of 16 KiB a chunk inflates at less than half the speed. */
const chunkSize = 1 << 20

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
  const inflate = createGunzip({ chunkSize })
  let fed = 0
  /** Where the last byte that is no padding ends. */
  let meant = 0
  const counted = async function* (): AsyncGenerator<Bytes> {
    for await (const chunk of input) {
      const last = chunk.findLastIndex((byte) => byte !== 0)
      if (last >= 0) meant = fed + last + 1
      fed += chunk.length
      yield chunk
    }
  }
  const bytes = counted()
  // Errors of either end come out of the loop below.
  pipeline(Readable.from(bytes), inflate, () => {})
  try {
    yield* inflate as AsyncIterable<Buffer>
  } catch (error) {
    throw explained(error, fed)
  }
  // zlib stops at the first zero after a member, whatever follows it.
  const end = inflate.bytesWritten
  if (meant > end) throw dataError('something that is no gzip follows the gzip data', end)
}

const dataError = (what: string, at: number, cause?: unknown): DataError =>
  new DataError(`${what}, after ${at} compressed bytes`, {
    cause,
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
