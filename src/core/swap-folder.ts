import type { Dirent } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { type Durability, syncFile, syncFolder } from './durability.ts'
import { DataError } from './errors.ts'
import { parseObject } from './json.ts'
import { passIf } from './pass-if.ts'

/** What is about to be replaced: the line that a swap leaves beside its folder until it is over. */
interface Intent {
  readonly v: 1
  /** The folder that is replaced, seen from the one that the intent lies in: a lake may be moved. */
  readonly path: string
}

const endings = { intent: '.intent', replaced: '.replaced' } as const

/**
 * Puts the folder `temp` in place of the folder `path`, which may be missing. Files in `temp` lose their `.tmp` on the
 * way. Between two renames a reader sees nothing at `path`, never a mixture; a crash there is repaired by `repairSwaps`.
 * When the new folder cannot be put there, the old one is back in its place.
 */
export async function swapFolder(temp: string, path: string, durability: Durability): Promise<void> {
  await dropTempNames(temp, durability)
  if (!(await exists(path))) return rename(temp, path)
  const [intent, replaced] = [temp + endings.intent, temp + endings.replaced]
  await writeIntent(intent, path, durability)
  await rename(path, replaced)
  try {
    await rename(temp, path)
  } catch (error) {
    await rename(replaced, path)
    await rm(intent)
    throw error
  }
  // The old output goes when the new name is sure to stay.
  await syncFolder(dirname(path), durability)
  await rm(replaced, { recursive: true, force: true })
  await rm(intent)
}

async function dropTempNames(folder: string, durability: Durability): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  const drop = async (entry: Dirent): Promise<void> => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await dropTempNames(path, durability)
    else if (path.endsWith('.tmp')) await rename(path, path.slice(0, -'.tmp'.length))
  }
  // Of ten thousand partitions a few at a time: a disk takes long to say that it has one.
  for (let i = 0; i < entries.length; i += 16) await Promise.all(entries.slice(i, i + 16).map(drop))
  await syncFolder(folder, durability)
}

async function writeIntent(intent: string, path: string, durability: Durability): Promise<void> {
  const told: Intent = {
    v: 1,
    path: relative(dirname(resolve(intent)), resolve(path))
      .split(sep)
      .join('/'),
  }
  const file = await open(intent, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(told)}\n`)
    await syncFile(file, 'state', durability)
  } finally {
    await file.close()
  }
  await syncFolder(dirname(intent), durability)
}

/**
 * Ends the swaps that a crash left half done below `folder`: what was renamed away and has no successor goes back to
 * where it was, and what has one is removed. Nothing is touched outside `root`.
 *
 * @throws {DataError} when an old folder lies there and nothing tells where it belongs.
 */
export async function repairSwaps(folder: string, root: string, durability: Durability): Promise<void> {
  const names = (await readdir(folder).catch(passIf('ENOENT'))) ?? []
  for (const name of names.filter((one) => one.endsWith(endings.intent))) {
    const intent = join(folder, name)
    const replaced = intent.slice(0, -endings.intent.length) + endings.replaced
    if (names.includes(basename(replaced))) {
      const path = await readIntent(intent, replaced, root)
      if (await exists(path)) await rm(replaced, { recursive: true })
      else await putBack(replaced, path, durability)
    }
    await rm(intent)
  }
}

async function readIntent(intent: string, replaced: string, root: string): Promise<string> {
  const text = await readFile(intent, 'utf8')
  const told = parseObject<Intent>(text)
  const path = resolve(dirname(intent), told?.path ?? '')
  if (told?.v === 1 && path.startsWith(resolve(root) + sep)) return path
  throw new DataError(`${intent}: does not tell where ${replaced} belongs: ${text.slice(0, 80)}`, {
    hint: `move that folder back to where it was, or remove it, and then ${intent}`,
  })
}

async function putBack(replaced: string, path: string, durability: Durability): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await rename(replaced, path)
  await syncFolder(dirname(path), durability)
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(passIf('ENOENT'))) !== undefined
