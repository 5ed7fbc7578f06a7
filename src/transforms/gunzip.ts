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
  return transform(
    'gunzip',
    () =>
      async function* (input) {
        const inflate = createGunzip({ chunkSize })
        let fed = 0
        const counted = async function* (): AsyncGenerator<Bytes> {
          for await (const chunk of input) {
            fed += chunk.length
            yield chunk
          }
        }
        // Errors of either end come out of the loop below.
        pipeline(Readable.from(counted()), inflate, () => {})
        try {
          yield* inflate as AsyncIterable<Buffer>
        } catch (error) {
          throw explained(error, fed)
        }
        if (fed === 0) throw new DataError('the file is empty: not even a gzip header', { hint: wholeHint })
      },
  )
}

const wholeHint = 'fetch the file again; if it is like this in the bucket, tell its vendor'

const meanings: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'the gzip data is cut off',
  Z_DATA_ERROR: 'the gzip data is corrupt',
}

function explained(error: unknown, fed: number): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException
  const meaning = meanings[code]
  if (meaning === undefined) return error
  return new DataError(`${meaning} (${message}, after ${fed} compressed bytes)`, {
    cause: error,
    hint: wholeHint,
  })
}
