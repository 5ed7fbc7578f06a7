import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { stateFolder } from './durable-file.ts'
import { UsageError } from './errors.ts'
import { passIf } from './pass-if.ts'

/**
 * Makes sure that a folder is a lake.
 *
 * @throws {UsageError} when it is not.
 */
export async function checkLake(root: string): Promise<void> {
  const isFolder = async (path: string): Promise<boolean> =>
    (await stat(path).catch(passIf('ENOENT', 'ENOTDIR')))?.isDirectory() ?? false
  if (await isFolder(join(root, stateFolder))) return
  const what = (await isFolder(root)) ? `is no lake: it has no ${stateFolder}` : 'is no folder'
  throw new UsageError(`${root} ${what}`, { hint: 'name what --out of a run names' })
}
