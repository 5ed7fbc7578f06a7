import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeError } from './durable-file.ts'
import { WriteError } from './errors.ts'

/** Parquet under zstd is some 0.8 of the .csv.gz it is made from; other settings make more. */
const roomPerByte = 1.2
/** A unit makes a file, its folders, and their temporaries. */
const fewestInodes = 32

/** What something takes on a disk. */
export interface Needs {
  readonly bytes: number
  readonly inodes: number
}

/** What a disk has left. */
export interface Room {
  readonly bytes: number
  /** Absent where their number is not fixed. */
  readonly inodes?: number
  /** Tells one file system from another. */
  readonly device: number
}

/** Some estimate of what a unit whose source has `bytes` bytes needs. */
export const roomFor = (bytes: number): Needs => ({
  bytes: Math.ceil(bytes * roomPerByte),
  inodes: fewestInodes,
})

/**
 * What the file system of a folder has left; the folder need not be there yet.
 *
 * @throws {WriteError} when it cannot be asked.
 */
export async function roomIn(folder: string): Promise<Room> {
  try {
    const [{ bsize, bavail, files, ffree }, { dev }] = await Promise.all([statfs(folder), stat(folder)])
    // What has no inodes of a fixed number says 0.
    return { bytes: bavail * bsize, ...(files > 0 && { inodes: ffree }), device: dev }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' || dirname(folder) === folder) throw writeError(folder, error)
    return roomIn(dirname(folder))
  }
}

/**
 * Whether the file system of a folder has room for what a source of `bytes` bytes will become. Only an estimate: a disk may
 * be full all the same, and then it is the write that fails.
 *
 * @throws {WriteError} when it has not.
 */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const [free, needed] = [await roomIn(folder), roomFor(bytes)]
  if (free.inodes !== undefined && free.inodes < needed.inodes)
    throw new WriteError(`${folder}: the disk has only ${free.inodes} inodes left`, {
      hint: 'remove files that nobody needs and run again, what is done stays done',
    })
  if (free.bytes < needed.bytes)
    throw new WriteError(
      `${folder}: the disk has ${free.bytes} bytes left, and this file needs some ${needed.bytes}`,
      {
        hint: 'free some space and run again, what is done stays done',
      },
    )
}
