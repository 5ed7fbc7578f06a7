import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Durability, syncFile, syncFolder } from './durability.ts'
import { makeStateFolder, writeError } from './durable-file.ts'
import { DataError } from './errors.ts'
import { parseObject } from './json.ts'
import { passIf } from './pass-if.ts'
import { fileParts } from './pending-parts.ts'
import type { Identity } from './recipe.ts'
import type { Counts } from './run.ts'
import type { Shape } from './stage.ts'
import { statePath, unreadable } from './state-file.ts'

/** A unit whose rows wait to be merged into the files of a table: with it, the unit is done. */
export interface PendingHead {
  readonly v: 1
  readonly table: string
  readonly unit: string
  readonly identity?: Identity
  readonly shape: Shape
  /** What the merge has to know of the unit. */
  readonly about: Readonly<Record<string, unknown>>
  readonly counts: Counts
  /** It is all of its table, as `Gathering` has it. */
  readonly whole?: true
  /** Where its rows are, when they are too many for a record: a file beside, as `fileParts` reads it. */
  readonly beside?: { readonly name: string; readonly bytes: number; readonly sha256: string }
  readonly epoch: string
  /** As ISO 8601 in UTC. */
  readonly at: string
}

/** What one unit brought: the head, and the bytes of its rows as its sink made them. */
export interface PendingRows {
  readonly head: PendingHead
  readonly parts: readonly Uint8Array[]
}

/** A unit as it waits in a file. */
export interface Pending {
  readonly head: PendingHead
  /** Its rows, as its sink brought them: all at once, or part by part. @throws {DataError} when they are not what was written. */
  read(): AsyncIterable<Uint8Array>
}

interface Framed extends PendingHead {
  readonly bytes: number
  readonly crc: number
}

const folder = 'pending'
/** What `recordBegun` writes. It goes last: until then it tells which files are in place. */
const begun = 'begun.json'
const mode = 0o600
const pathOf = (root: string, epoch: string): string => statePath(root, folder, `${epoch}.rows`)

/** The file of a run, which is made when the first unit is done, and is open from then on. */
export interface PendingFile {
  /** Adds what units brought. When it resolves, that is on the disk, if the durability says so. @throws {WriteError} */
  add(group: readonly PendingRows[]): Promise<void>
  close(): Promise<void>
}

/**
 * Where a run keeps what its units brought. A file is one record after the other: a line of JSON, as many bytes as it says,
 * and a line end. A record that is cut off was never done, and ends the file.
 */
export function pendingFile(
  root: string,
  { epoch, durability }: { readonly epoch: string; readonly durability: Durability },
): PendingFile {
  const path = pathOf(root, epoch)
  let opening: Promise<FileHandle> | undefined
  const begin = async (): Promise<FileHandle> => {
    await makeStateFolder(root)
    await mkdir(statePath(root, folder), { recursive: true, mode: 0o700 })
    const file = await open(path, 'a', mode)
    await syncFolder(statePath(root, folder), durability)
    return file
  }
  return {
    async add(group) {
      try {
        opening ??= begin()
        const file = await opening
        await file.appendFile(Buffer.concat(group.flatMap(framed)))
        await syncFile(file, 'state', durability)
      } catch (error) {
        throw writeError(path, error)
      }
    },
    async close() {
      const file = await opening?.catch(() => {})
      await file?.close()
    },
  }
}

function framed({ head, parts }: PendingRows): Uint8Array[] {
  let [bytes, crc] = [0, 0]
  for (const part of parts) {
    bytes += part.length
    crc = crc32(part, crc)
  }
  const frame: Framed = { ...head, bytes, crc }
  return [Buffer.from(`${JSON.stringify(frame)}\n`), ...parts, Buffer.from('\n')]
}

/** The units that wait in a lake. Their rows can be read until it is closed. */
export interface PendingUnits {
  /** In the order in which they were done; of a unit that was done twice, both. */
  readonly units: readonly Pending[]
  close(): Promise<void>
}

/** @throws {DataError} when a file holds something else, {WriteError} when it may not be read. */
export async function openPending(root: string): Promise<PendingUnits> {
  const files: FileHandle[] = []
  const units: Pending[] = []
  const close = async (): Promise<void> => {
    await Promise.all(files.map((file) => file.close()))
  }
  try {
    for (const name of await filesOf(root)) {
      const path = statePath(root, folder, name)
      const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
        throw unreadable(path, error)
      })
      files.push(file)
      for await (const { at, frame } of framesOf(file, path)) units.push(pendingOf({ file, path, at }, frame))
    }
    return { units, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What they are, and not their rows. @throws what `openPending` throws. */
export async function pendingHeads(root: string): Promise<readonly PendingHead[]> {
  const { units, close } = await openPending(root)
  await close()
  return units.map(({ head }) => head)
}

/** Whether any unit waits to be merged. */
export const isPending = async (root: string): Promise<boolean> => (await filesOf(root)).length > 0

/** Forgets all that waits: it has been merged, and the books say so. @throws {WriteError} */
export async function dropPending(root: string, durability: Durability): Promise<void> {
  const path = statePath(root, folder)
  try {
    // The records first: what they name is of no use without them.
    for (const name of [...(await filesOf(root)), ...(await filesOf(root, '.parts')), begun])
      await rm(statePath(root, folder, name), { force: true })
    await syncFolder(path, durability).catch(passIf('ENOENT'))
  } catch (error) {
    throw writeError(path, error)
  }
}

/** By the time at which their runs began. */
async function filesOf(root: string, ending = '.rows'): Promise<string[]> {
  const names = (await readdir(statePath(root, folder)).catch(passIf('ENOENT', 'ENOTDIR'))) ?? []
  return names.filter((name) => name.endsWith(ending)).sort()
}

/** Most heads are some hundred bytes long, and there may be 80 000. */
const [likelyHead, longestHead] = [1 << 12, 1 << 16]

/** The records of a file, and where the bytes of each begin. */
async function* framesOf(file: FileHandle, path: string) {
  const { size } = await file.stat()
  const room = Buffer.alloc(longestHead)
  for (let from = 0; from < size; ) {
    let { bytesRead } = await file.read(room, 0, likelyHead, from)
    let end = room.subarray(0, bytesRead).indexOf('\n')
    if (end < 0) {
      bytesRead = (await file.read(room, 0, longestHead, from)).bytesRead
      end = room.subarray(0, bytesRead).indexOf('\n')
    }
    // The last one, cut off.
    if (end < 0 && from + bytesRead === size) return
    const frame = parseObject<Framed>(room.toString('utf8', 0, Math.max(end, 0)))
    if (frame?.v !== 1 || typeof frame.bytes !== 'number' || typeof frame.table !== 'string')
      throw new DataError(`${path}: no rows of millrace begin at byte ${from}`, {
        hint: 'remove the file: what it holds is fetched again by the next run',
      })
    const at = from + end + 1
    from = at + frame.bytes + 1
    if (from > size) return
    yield { at, frame: frame as Framed }
  }
}

interface Stand {
  readonly file: FileHandle
  readonly path: string
  /** Where its bytes begin. */
  readonly at: number
}

const pendingOf = ({ file, path, at }: Stand, { bytes, crc, ...head }: Framed): Pending => {
  const changed = (): DataError =>
    new DataError(`${path}: the rows of ${head.table} ${head.unit} are not those that were written`, {
      hint: 'remove the file: what it holds is fetched again by the next run',
    })
  return {
    head,
    async *read() {
      if (head.beside) {
        yield* fileParts(join(dirname(path), head.beside.name), head.beside, changed)
        return
      }
      // Not from Buffer's pool: columns become views of it, each aligned to its values.
      const rows = Buffer.alloc(bytes)
      await file.read(rows, 0, bytes, at)
      if (crc32(rows) !== crc) throw changed()
      if (bytes > 0) yield rows
    },
  }
}
