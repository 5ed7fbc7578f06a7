import { stat } from 'node:fs/promises'
import { UsageError } from './errors.ts'
import { passIf } from './pass-if.ts'
import { statePath, unreadable } from './state-file.ts'

/**
 * Makes sure that a folder is a lake.
 *
 * @throws {UsageError} when it is not; {WriteError} when it may not be looked at.
 */
export async function checkLake(root: string): Promise<void> {
  const found = await stat(statePath(root))
    .catch(passIf('ENOENT', 'ENOTDIR'))
    .catch((error: NodeJS.ErrnoException) => {
      throw unreadable(root, error)
    })
  if (found?.isDirectory()) return
  const folder = await stat(root).catch(passIf('ENOENT', 'ENOTDIR'))
  throw new UsageError(
    folder ? `${root} is no lake: there is no _millrace in it` : `${root}: there is no such folder`,
    { hint: 'name the folder that a run was given as --out' },
  )
}
