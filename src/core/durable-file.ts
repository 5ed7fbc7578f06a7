import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { WriteError } from './errors.ts'
import type { Output } from './output.ts'
import type { Run } from './run.ts'
import type { Bytes, Slot } from './stage.ts'

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

/**
 * Writes `chunks` to a new file and makes it last: on return the bytes are on the disk. On any error the file is gone.
 *
 * @returns how many bytes were written.
 * @throws {WriteError} when the file system refuses; errors of `chunks` come out as they are.
 */
export async function writeTemp(path: string, chunks: AsyncIterable<Bytes>, run: Run): Promise<number> {
  await writing(path, () => mkdir(dirname(path), { recursive: true }))
  const file = await writing(path, () => open(path, 'w'))
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      await writing(path, () => writeAll(file, chunk))
      bytes += chunk.length
      run.count('bytesOut', chunk.length)
    }
    await writing(path, () => file.sync())
    await writing(path, () => file.close())
    return bytes
  } catch (error) {
    await file.close().catch(() => {})
    await discard({ temp: path })
    throw error
  }
}

async function writeAll(file: FileHandle, chunk: Bytes): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

/**
 * Gives finished output its final name by one rename, in place of what was there. A reader sees the old or the new, never
 * a mixture; only where a folder of several files is replaced, for an instant, nothing.
 *
 * @throws {WriteError} when the file system refuses, or the folder holds something that is not ours; what was there is
 * then still there.
 */
export async function publish(output: Output): Promise<void> {
  const { temp, path, files } = output
  await writing(path, async () => {
    const made = await mkdir(dirname(path), { recursive: true })
    if (files[0]?.path !== path) await publishFolder(output)
    else await rename(temp, path)
    await syncFolders(dirname(path), made)
    await rm(temp, { recursive: true, force: true })
    await sweep(temp)
  })
}

async function publishFolder({ temp, path, files }: Output): Promise<void> {
  const names = files.map((file) => basename(file.path))
  const there = await readdir(path).catch(noneIfMissing)
  const foreign = there.find((name) => !names.some((ours) => numberless(ours) === numberless(name)))
  if (foreign !== undefined)
    throw new WriteError(`${join(path, foreign)} is in the way: millrace did not write it`, {
      hint: 'move it away, or choose another --name',
    })
  const [only] = names
  if (names.length > 1 || only === undefined || there.some((name) => name !== only))
    return swapFolder(temp, path)
  // One file over one file: nothing has to be moved away, and nothing with a final name ever lies elsewhere.
  await mkdir(path, { recursive: true })
  await rename(join(temp, `${only}.tmp`), join(path, only))
  await syncFolder(path)
}

/** `part-12.parquet` and `part-0.parquet` are of one kind. */
const numberless = (name: string): string => name.replaceAll(/\d+/g, '#')

async function swapFolder(temp: string, path: string): Promise<void> {
  const replaced = `${temp}.replaced`
  await dropTempNames(temp)
  const had = await rename(path, replaced).then(() => true, falseIfMissing)
  try {
    await rename(temp, path)
  } catch (error) {
    if (had) await rename(replaced, path)
    throw error
  }
  await rm(replaced, { recursive: true, force: true })
}

/**
 * Removes temporary output that will not be committed. What cannot be removed stays: it lies where no reader looks, and
 * must not hide the error for which it is discarded.
 */
export async function discard({ temp }: Pick<Output, 'temp'>): Promise<void> {
  await rm(temp, { recursive: true, force: true }).catch(() => {})
  await sweep(temp)
}

const tempRoot = join('_millrace', 'tmp')

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

async function dropTempNames(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.tmp')) await rename(join(folder, name), join(folder, name.slice(0, -'.tmp'.length)))
  }
  await syncFolder(folder)
}

/** Makes a name last in its folder, and the folders that had to be made for it in theirs. */
async function syncFolders(folder: string, made: string | undefined): Promise<void> {
  await syncFolder(folder)
  if (made !== undefined && folder.length >= made.length) await syncFolders(dirname(folder), made)
}

/** Makes the names in a folder last. Windows cannot open folders, and needs it not. */
export async function syncFolder(path: string): Promise<void> {
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

const isMissing = (error: NodeJS.ErrnoException): boolean => error.code === 'ENOENT'

function falseIfMissing(error: NodeJS.ErrnoException): false {
  if (isMissing(error)) return false
  throw error
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (isMissing(error)) return []
  throw error
}
