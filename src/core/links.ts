import { lstat, readlink } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { WriteError } from './errors.ts'
import { passIf } from './pass-if.ts'

/**
 * Makes sure that a folder lies below `root`, which may itself be a link, and is not reached by a link on the way: that
 * may lead anywhere, and what is there is not ours to replace. What is not there yet is no link.
 *
 * @throws {WriteError} naming the link and where it leads.
 */
export async function refuseLinks(root: string, folder: string): Promise<void> {
  const names = relative(resolve(root), resolve(folder)).split(sep).filter(Boolean)
  if (names[0] === '..')
    throw new WriteError(`${folder} is not inside ${root}`, { hint: 'nothing was written there' })
  for (let depth = 1; depth <= names.length; depth++) {
    const path = join(root, ...names.slice(0, depth))
    const found = await lstat(path).catch(passIf('ENOENT', 'ENOTDIR'))
    if (found === undefined) return
    if (found.isSymbolicLink())
      throw new WriteError(
        `${path} is a link to ${await readlink(path)}, and nothing is written through it`,
        {
          hint: 'put a folder in its place, or name the place it leads to with --out',
        },
      )
  }
}
