import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Durability } from './durability.ts'
import { passIf } from './pass-if.ts'
import { statePath } from './state-file.ts'
import { repairSwaps } from './swap-folder.ts'

/**
 * Shuts a run out of a lake, one that may only be asleep: its folder for unfinished output is renamed, and a file takes
 * its name. Whatever that run does with the folder from then on fails, so nothing of it can appear later.
 */
export async function shutOut(root: string, epoch: string): Promise<void> {
  const path = statePath(root, 'tmp', epoch)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  while (!(await isShut(path))) {
    await rename(path, `${path}.${crypto.randomUUID().slice(0, 8)}`).catch(passIf('ENOENT'))
  }
}

/** Puts the file there, if nothing has the name; that run may be about to make the folder anew. */
async function isShut(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close()
    return true
  } catch (error) {
    passIf('EEXIST')(error as NodeJS.ErrnoException)
    const found = await stat(path).catch(passIf('ENOENT'))
    return found?.isFile() ?? false
  }
}

/** Epochs that were shut out of a lake. Their names stay, for as long as they may sleep. */
export const shutOuts = async (root: string): Promise<string[]> =>
  (await entriesOf(root)).filter((entry) => entry.isFile()).map(({ name }) => name)

/**
 * Removes unfinished output of runs that are over, and ends what they left half done. Who holds the lock knows that no
 * other run is at work.
 */
export async function sweepOrphans(root: string, durability: Durability): Promise<void> {
  for (const entry of await entriesOf(root))
    if (entry.isDirectory()) await sweepRun(root, entry.name, durability)
}

/** As `sweepOrphans`, of one run. */
export async function sweepRun(root: string, epoch: string, durability: Durability): Promise<void> {
  const folder = join(statePath(root, 'tmp'), epoch)
  await repairSwaps(folder, root, durability)
  // One that is about to ask for the lock may still be writing there.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 })
}

const entriesOf = async (root: string) =>
  (await readdir(statePath(root, 'tmp'), { withFileTypes: true }).catch(passIf('ENOENT'))) ?? []
