import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Durability, syncFolders } from './durability.ts'
import { writeError } from './durable-file.ts'
import { inOrder } from './in-order.ts'
import { refuseLinks } from './links.ts'
import type { Output } from './output.ts'

/** Renames at a time. */
const together = 8

/**
 * Gives finished files of a lake their final names, each by one rename, as `publish` does; but what is the same for all files
 * of a folder is done once: there may be ten thousand of them.
 *
 * @throws {WriteError} when the file system refuses; some files then have their names.
 */
export async function publishFiles(
  root: string,
  outputs: readonly Output[],
  durability: Durability,
): Promise<void> {
  const folders = new Map<string, Output[]>()
  for (const output of outputs) {
    const known = folders.get(dirname(output.path)) ?? []
    folders.set(dirname(output.path), known)
    known.push(output)
  }
  for (const [folder, files] of folders)
    try {
      await refuseLinks(root, folder)
      const made = await mkdir(folder, { recursive: true })
      await inOrder(files, together, ({ temp, path }) => rename(temp, path))
      await syncFolders(folder, made, durability)
    } catch (error) {
      throw writeError(folder, error)
    }
}
