import { createHash } from 'node:crypto'
import { DataError } from './errors.ts'
import type { Bytes } from './stage.ts'

/** The MD5 of an object, as 32 hexadecimal digits, where its ETag is one: of an object that came in parts it is not. */
export function md5Of(etag: string | undefined): string | undefined {
  return /^"?([0-9a-f]{32})"?$/i.exec(etag ?? '')?.[1]?.toLowerCase()
}

/** The MD5 of a text that comes in pieces. What it returns is to be awaited before it is called again. */
export interface Md5 {
  /** Bytes are borrowed until it is done. */
  update(bytes: Bytes): Promise<void> | undefined
  /** Of all that came, as 32 hexadecimal digits. Asked once. */
  hex(): Promise<string> | string
  /** Lets go of what it holds. */
  close(): Promise<void> | undefined
}

/** One text by itself. */
export function nodeMd5(): Md5 {
  const hash = createHash('md5')
  return {
    update(bytes) {
      hash.update(bytes)
      return undefined
    },
    hex: () => hash.digest('hex'),
    close: () => undefined,
  }
}

/**
 * Passes bytes on.
 *
 * @param where begins the message. @param open what makes the MD5.
 * @throws {DataError} after the last of them, when their MD5 is another than `md5`.
 */
export async function* withMd5(
  chunks: AsyncIterable<Bytes>,
  md5: string,
  where: string,
  open: () => Md5 = nodeMd5,
): AsyncGenerator<Bytes> {
  const hash = open()
  let found: string
  try {
    for await (const chunk of chunks) {
      await hash.update(chunk)
      yield chunk
    }
    found = await hash.hex()
  } finally {
    await hash.close()
  }
  if (found !== md5)
    throw new DataError(`${where}: what came has the MD5 ${found}, its ETag says ${md5}`, {
      hint: 'fetch it again; if it stays so, the object is damaged in the bucket, or its ETag is no MD5',
      again: 'few',
    })
}
