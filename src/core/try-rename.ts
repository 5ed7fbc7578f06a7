import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeError } from './durable-file.ts'
import { WriteError } from './errors.ts'
import { passIf } from './pass-if.ts'
import { statePath } from './state-file.ts'

/**
 * Tries, where a lake is or is to be, what every commit does: to write a file, bring it to the disk, and rename the folder
 * it lies in. Nothing is left of it.
 *
 * @throws {WriteError} when that cannot be done.
 */
export async function tryRename(root: string): Promise<void> {
  const base = await existing(statePath(root, 'tmp'))
  let folder: string | undefined
  try {
    folder = await mkdtemp(join(base, '.millrace-doctor-'))
    const [temp, final] = [join(folder, 'temp'), join(folder, 'final')]
    await mkdir(temp)
    const file = await open(join(temp, 'file'), 'wx')
    await file.writeFile('millrace')
    await file.sync()
    await file.close()
    await rename(temp, final)
    if ((await readFile(join(final, 'file'), 'utf8')) !== 'millrace')
      throw new WriteError(`${base}: a file is not there any more once its folder is renamed`, {
        hint: 'choose another --out, on a disk of this machine',
      })
  } catch (error) {
    throw writeError(base, error)
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** The folder, or the nearest one above it that is there. */
async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(passIf('ENOENT', 'ENOTDIR'))
  return found || dirname(folder) === folder ? folder : existing(dirname(folder))
}
