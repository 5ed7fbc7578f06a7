import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'

export const durabilities = ['fsync', 'rename', 'none'] as const

/**
 * What of a commit is brought to the disk before the unit counts as done. Whichever it is, output appears by one rename,
 * and a program that crashes leaves it whole or not at all; they differ in what a power cut may cost:
 * - `fsync`: nothing that was reported as done. Bytes, then names, then the line of the manifest are on the disk.
 * - `rename`: a file of the last half minute may be short. Names and the manifest are on the disk, the bytes are left to
 *   the system; the next run finds such a file by its size and makes it again.
 * - `none`: the same, and the last lines of the manifest: those units are made again.
 */
export type Durability = (typeof durabilities)[number]

/** What can be brought to the disk: the bytes of output, the names in folders, the files of `_millrace`. */
type Part = 'bytes' | 'names' | 'state'

const synced: Readonly<Record<Durability, readonly Part[]>> = {
  fsync: ['bytes', 'names', 'state'],
  rename: ['names', 'state'],
  none: [],
}

/** Brings what was written to a file to the disk, where that is asked for. */
export async function syncFile(file: FileHandle, part: Part, durability: Durability): Promise<void> {
  if (synced[durability].includes(part)) await file.sync()
}

/** Makes the names in a folder last, where that is asked for. Windows cannot open folders, and needs it not. */
export async function syncFolder(path: string, durability: Durability): Promise<void> {
  if (!synced[durability].includes('names')) return
  const folder = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EISDIR' && error.code !== 'EPERM') throw error
  })
  if (folder === undefined) return
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes a name last in its folder, and the folders that had to be made for it, from `made` on, in theirs. */
export async function syncFolders(
  folder: string,
  made: string | undefined,
  durability: Durability,
): Promise<void> {
  await syncFolder(folder, durability)
  if (made !== undefined && folder.length >= made.length) await syncFolders(dirname(folder), made, durability)
}
