import { readdir } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { refuseLinks } from '../core/links.ts'
import { passIf } from '../core/pass-if.ts'

/**
 * Makes sure, before much is done, that a table's folder or one below it can be written: it is inside the lake, no link
 * leads out of it, and no other table has the same name but for its case, which would be the same folder elsewhere.
 *
 * @throws {WriteError} when it is not inside, {UsageError} when it has such a name.
 */
export async function checkTableFolder(root: string, folder: string): Promise<void> {
  await refuseLinks(root, folder)
  const [table = ''] = relative(resolve(root), resolve(folder)).split(sep)
  const names = (await readdir(root).catch(passIf('ENOENT', 'ENOTDIR'))) ?? []
  const alike = names.find((name) => name !== table && name.toLowerCase() === table.toLowerCase())
  if (alike !== undefined)
    throw new UsageError(`${root} holds ${alike}, which is ${table} where case does not count`, {
      hint: 'choose another --name',
    })
}
