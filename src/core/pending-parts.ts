import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { DataError } from './errors.ts'
import { passIf } from './pass-if.ts'
import { statePath } from './state-file.ts'

const lengthBytes = 4

/** Where a unit may put rows that are too many for a record, and how: each part behind its length in bytes. */
export const besidePath = (root: string, name: string): string => statePath(root, 'pending', name)
export const besideName = (table: string, unit: string): string =>
  `${[table, unit].map(encodeURIComponent).join('@')}.parts`

export async function* framedParts(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    const length = Buffer.alloc(lengthBytes)
    length.writeUInt32LE(part.length)
    yield length
    yield part
  }
}

/** Reads them back. @throws what `changed` makes when they are not what was written. */
export async function* fileParts(
  path: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
  changed: () => DataError,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r').catch(passIf('ENOENT'))
  if (!file) throw changed()
  const hash = createHash('sha256')
  const take = async (length: number, at: number): Promise<Buffer> => {
    const part = Buffer.alloc(length)
    const { bytesRead } = await file.read(part, 0, length, at)
    if (bytesRead < length) throw changed()
    hash.update(part)
    return part
  }
  try {
    for (let at = 0; at < bytes; ) {
      const length = (await take(lengthBytes, at)).readUInt32LE()
      if (length > bytes - at) throw changed()
      yield await take(length, at + lengthBytes)
      at += lengthBytes + length
    }
    if (hash.digest('hex') !== sha256) throw changed()
  } finally {
    await file.close()
  }
}
