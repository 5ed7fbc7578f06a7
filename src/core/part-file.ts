import { createHash } from 'node:crypto'
import { fstatSync, rmSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFile } from './durability.ts'
import { writeAll, writeError } from './durable-file.ts'
import { isMillraceError, WriteError } from './errors.ts'
import { passIf } from './pass-if.ts'
import type { Run } from './run.ts'
import type { Bytes } from './stage.ts'

/** The beginning of one version of something large, kept on disk from run to run until all of it is there. */
export interface PartFile {
  readonly path: string
  /** Bytes that are there already. */
  readonly bytes: number
  /** Those bytes, from the first on. */
  kept(): AsyncGenerator<Buffer>
  /** Adds bytes to the end. They are borrowed until the promise settles; the next are added after that. */
  append(...chunks: Bytes[]): Promise<void>
  /** Brings it to the disk, if the run's durability says so. */
  close(): Promise<void>
}

/**
 * After a power cut the end of a file may be anything. So each step is brought to the disk while the next one comes, and
 * none begins before that is done of the one before the last: all but the last whole step, and what follows it, is there.
 */
const stepBytes = 1 << 22
const wholeSteps = (bytes: number): number => Math.floor(bytes / stepBytes)

/**
 * Where the part of a version of something lies in a folder: `name` for people, and a hash of all that tells this version
 * from any other.
 */
export function partPath(folder: string, name: string, version: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(version)).digest('hex').slice(0, 16)
  return join(folder, `${name.replaceAll(/[^\w.-]+/g, '__').slice(-150)}@${hash}.part`)
}

/**
 * Opens a part file to go on with it, or a new one. Parts of other versions of the same are removed: they are of no use
 * any more. At most 8 MiB of what was kept are given up.
 *
 * @throws {WriteError} when the file system refuses.
 */
export async function openPart(path: string, run: Run): Promise<PartFile> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await removeOthers(path)
    const file = await open(path, 'a+')
    const { size } = await file.stat()
    const bytes = Math.max(wholeSteps(size) - 1, 0) * stepBytes
    await file.truncate(bytes)
    return opened(file, { path, bytes }, run)
  } catch (error) {
    throw writeError(path, error)
  }
}

function opened(
  file: FileHandle,
  { path, bytes }: Pick<PartFile, 'path' | 'bytes'>,
  { durability, signal }: Run,
): PartFile {
  let end = bytes
  let synced = Promise.resolve()
  // What was wrong with it once would be wrong with it for ever.
  const dropDamaged = (): void => {
    if (isMillraceError(signal.reason) && signal.reason.reason === 'data') rmSync(path, { force: true })
  }
  const writing = async (action: () => Promise<void>): Promise<void> => {
    await action().catch((error: unknown) => {
      throw writeError(path, error)
    })
  }
  return {
    path,
    bytes,
    async *kept() {
      if (bytes === 0) return
      yield* file.createReadStream({ start: 0, end: bytes - 1, autoClose: false, highWaterMark: 1 << 20 })
    },
    append: (...chunks) =>
      writing(async () => {
        // Sooner done than said to another thread.
        if (fstatSync(file.fd).size !== end)
          throw new WriteError(`${path}: another program writes to it as well`, {
            hint: 'end it, or give this run a folder of its own',
          })
        const after = chunks.reduce((bytes, chunk) => bytes + chunk.length, end)
        const endsStep = wholeSteps(after) > wholeSteps(end)
        if (endsStep) await synced
        await writeAll(file, chunks)
        end = after
        if (!endsStep) return
        synced = syncFile(file, 'bytes', durability)
        // Thrown when it is waited for.
        synced.catch(() => {})
      }),
    close: () =>
      writing(async () => {
        try {
          await synced
          await syncFile(file, 'bytes', durability)
        } finally {
          await file.close()
        }
        // The last of the bytes may still be looked at.
        if (signal.aborted) dropDamaged()
        else signal.addEventListener('abort', dropDamaged, { once: true })
      }),
  }
}

async function removeOthers(path: string): Promise<void> {
  const [name] = basename(path).split('@')
  const names = await readdir(dirname(path)).catch(passIf('ENOENT'))
  for (const other of names ?? [])
    if (other.startsWith(`${name}@`) && other.endsWith('.part') && other !== basename(path))
      await rm(join(dirname(path), other), { force: true })
}
