import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { type Durability, syncFile, syncFolder, syncFolders } from './durability.ts'
import { WriteError } from './errors.ts'
import { refuseLinks } from './links.ts'
import type { Output } from './output.ts'
import { passIf } from './pass-if.ts'
import type { Run } from './run.ts'
import type { Bytes, Slot } from './stage.ts'
import { swapFolder } from './swap-folder.ts'

/** Where a lake keeps what is no data. */
export const stateFolder = '_millrace'
const tempRoot = join(stateFolder, 'tmp')

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space and run again, what is done stays done',
  EDQUOT: 'the disk quota is used up: free some space and run again, what is done stays done',
  EACCES: 'give yourself the right to write there, or choose another --out',
  EPERM: 'give yourself the right to write there, or choose another --out',
  EROFS: 'the file system is read-only: choose another --out',
  ENOTDIR: 'a part of the path is a file: choose another --out',
  EISDIR: 'a folder has this name: choose another --out',
  EEXIST: 'something else is in the way: choose another --out',
  EMFILE: 'too many open files: use fewer --workers',
}

/** Any failure of the file system, told as exit 7 with the path it was about. */
export function writeError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error
  return new WriteError(`${path}: cannot be written (${(error as Error).message})`, {
    cause: error,
    hint: advice[code],
  })
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw writeError(path, error)
  }
}

/** What a file holds. */
export interface Written {
  readonly bytes: number
  /** As 64 hexadecimal digits. */
  readonly sha256: string
}

/**
 * Writes `chunks` to a new file; on return its bytes are on the disk, if the run's durability says so. On any error the
 * file is gone.
 *
 * @throws {WriteError} when the file system refuses; errors of `chunks` come out as they are.
 */
export async function writeTemp(path: string, chunks: AsyncIterable<Bytes>, run: Run): Promise<Written> {
  const file = await writing(path, () => openTemp(path))
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      const written = writing(path, () => writeAll(file, [chunk]))
      // While the system writes.
      hash.update(chunk)
      await written
      bytes += chunk.length
      run.count('bytesOut', chunk.length)
    }
    await writing(path, () => syncFile(file, 'bytes', run.durability))
    await writing(path, () => file.close())
    return { bytes, sha256: hash.digest('hex') }
  } catch (error) {
    await file.close().catch(() => {})
    await discard({ temp: path })
    throw error
  }
}

async function openTemp(path: string): Promise<FileHandle> {
  const folder = dirname(path)
  for (;;) {
    // Of ten thousand partitions each has its own folder, and only the first finds nothing above it.
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return makeFolders(folder)
      if (error.code !== 'EEXIST') throw error
      return undefined
    })
    // An attempt before this one may be sweeping its empty folders away.
    const file = await open(path, 'w').catch(passIf('ENOENT'))
    if (file) return file
  }
}

async function makeFolders(folder: string): Promise<void> {
  const root = rootOf(join(folder, 'file'))
  if (root !== undefined) await makeStateFolder(root)
  await mkdir(folder, { recursive: true })
}

/** The lake that unfinished output lies in, if it lies in one. */
function rootOf(temp: string): string | undefined {
  const path = resolve(temp)
  const at = path.lastIndexOf(join(sep, stateFolder, sep))
  return at < 0 ? undefined : path.slice(0, at)
}

/** Writes all of some chunks, where the system may write a part of them. @returns how many bytes. */
export async function writeAll(file: FileHandle, chunks: readonly Bytes[]): Promise<number> {
  let { bytesWritten } = await file.writev(chunks)
  let end = 0
  for (const chunk of chunks) {
    const begin = end
    end += chunk.length
    while (bytesWritten < end) bytesWritten += (await file.write(chunk, bytesWritten - begin)).bytesWritten
  }
  return end
}

/**
 * Gives finished output its final name by one rename, in place of what was there. A reader sees the old or the new, never
 * a mixture; only where a folder of several files is replaced, for an instant, nothing.
 *
 * @throws {WriteError} when the file system refuses, or the folder holds something that is not ours; what was there is
 * then still there.
 */
export async function publish(output: Output, durability: Durability): Promise<void> {
  const { temp, path, files } = output
  const isFile = files[0]?.path === path
  await writing(path, async () => {
    const root = rootOf(temp)
    if (root !== undefined) {
      await refuseLinks(root, isFile ? dirname(path) : path)
      await refuseLinks(root, dirname(temp))
    }
    const made = await mkdir(dirname(path), { recursive: true })
    if (isFile) await rename(temp, path)
    else await publishFolder(output, durability)
    await syncFolders(dirname(path), made, durability)
    await rm(temp, { recursive: true, force: true })
    await sweep(temp)
  })
}

async function publishFolder({ temp, path, files }: Output, durability: Durability): Promise<void> {
  const names = files.map((file) => relative(path, file.path))
  const there = await namesIn(path)
  const kinds = new Set(names.map(kindOf))
  const foreign = there.find((name) => !kinds.has(kindOf(name)))
  if (foreign !== undefined)
    throw new WriteError(`${join(path, foreign)} is in the way: millrace did not write it`, {
      hint: 'move it away, or choose another --name',
    })
  const [only] = names
  if (names.length > 1 || only !== basename(only ?? '') || there.some((name) => name !== only))
    return swapFolder(temp, path, durability)
  // One file over one file: nothing has to be moved away, and nothing with a final name ever lies elsewhere.
  await mkdir(path, { recursive: true })
  await rename(join(temp, `${only}.tmp`), join(path, only))
  await syncFolder(path, durability)
}

/** What lies below a folder, seen from there, but for the folders of partitions themselves. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(passIf('ENOENT'))
  return (entries ?? [])
    .filter((entry) => !(entry.isDirectory() && entry.name.includes('=')))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
}

/** `part-12.parquet` and `part-0.parquet` are of one kind, and so they are in any folders of partitions. */
const kindOf = (name: string): string =>
  name.replace(/^(?:[^/\\]+=[^/\\]*[/\\])+/, '').replaceAll(/\d+/g, '#')

/**
 * Removes temporary output that will not be committed. What cannot be removed stays: it lies where no reader looks, and
 * must not hide the error for which it is discarded.
 */
export async function discard({ temp }: Pick<Output, 'temp'>): Promise<void> {
  await rm(temp, { recursive: true, force: true }).catch(() => {})
  await sweep(temp)
}

/** Makes the folder for a lake's state, which is its owner's alone, and the lake, which is as other folders are. */
export async function makeStateFolder(root: string): Promise<string> {
  const path = join(root, stateFolder)
  await writing(root, () => mkdir(root, { recursive: true }))
  await refuseLinks(root, path)
  await writing(path, () => mkdir(path, { recursive: true, mode: 0o700 }))
  return path
}

/**
 * A folder for unfinished output of one unit, not made yet: below the lake's root, so that one rename commits it, and
 * never where readers look for data.
 */
export const tempFolder = ({ root, table, unit }: Slot, epoch: string): string =>
  join(root, tempRoot, epoch, [table, unit].map(encodeURIComponent).join('@'))

/** Removes the folders that `temp` has left empty, up to `_millrace/tmp`. */
async function sweep(temp: string): Promise<void> {
  const folder = dirname(temp)
  if (!dirname(folder).includes(tempRoot)) return
  // Not empty: another unit is at work there.
  const gone = await rmdir(folder).then(
    () => true,
    () => false,
  )
  if (gone) await sweep(folder)
}
