import { createHash } from 'node:crypto'
import { DataError } from './errors.ts'
import type { Bytes } from './stage.ts'

/** The MD5 of an object, as 32 hexadecimal digits, where its ETag is one: of an object that came in parts it is not. */
export function md5Of(etag: string | undefined): string | undefined {
  return /^"?([0-9a-f]{32})"?$/i.exec(etag ?? '')?.[1]?.toLowerCase()
}

/**
 * Passes bytes on.
 *
 * @param where begins the message.
 * @throws {DataError} after the last of them, when their MD5 is another than `md5`.
 */
export async function* withMd5(
  chunks: AsyncIterable<Bytes>,
  md5: string,
  where: string,
): AsyncGenerator<Bytes> {
  const hash = createHash('md5')
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  const found = hash.digest('hex')
  if (found !== md5)
    throw new DataError(`${where}: what came has the MD5 ${found}, its ETag says ${md5}`, {
      hint: 'fetch it again; if it stays so, the object is damaged in the bucket, or its ETag is no MD5',
      again: 'few',
    })
}
