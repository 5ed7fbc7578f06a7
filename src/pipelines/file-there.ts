import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { writeError } from '../core/durable-file.ts'
import { UsageError } from '../core/errors.ts'
import { md5Of } from '../core/md5.ts'
import { passIf } from '../core/pass-if.ts'

/** What is known of what should be there. */
export interface Wanted {
  readonly etag: string
  readonly size: number
}

/**
 * Whether the object lies at `path` already: by its size, and by its MD5 where the ETag is one. Without `wanted` nothing
 * proves it.
 *
 * @throws {UsageError} when there is something that no file may take the place of.
 */
export async function isThere(
  path: string,
  wanted: Wanted | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await stat(path)
    .catch(passIf('ENOENT', 'ENOTDIR'))
    .catch((error: unknown) => {
      throw writeError(path, error)
    })
  if (found === undefined) return false
  if (!found.isFile())
    throw new UsageError(`--out ${path} is ${found.isDirectory() ? 'a folder' : 'no regular file'}`, {
      hint: 'name a file, or write --out - to redirect stdout',
    })
  if (wanted === undefined || found.size !== wanted.size) return false
  const md5 = md5Of(wanted.etag)
  return md5 === undefined || md5 === (await md5OfFile(path, signal))
}

async function md5OfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal })
  return hash.digest('hex')
}
