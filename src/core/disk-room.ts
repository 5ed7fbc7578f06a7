import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeError } from './durable-file.ts'
import { WriteError } from './errors.ts'

/** Parquet under zstd is some 0.8 of the .csv.gz it is made from; other settings make more. */
const roomPerByte = 1.2
/** A unit makes a file, its folders, and their temporaries. */
const fewestInodes = 32

/**
 * Whether the file system of a folder has room for what a source of `bytes` bytes will become. Only an estimate: a disk may
 * be full all the same, and then it is the write that fails.
 *
 * @throws {WriteError} when it has not.
 */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bsize, bavail, files, ffree } = await statOf(folder)
  const [free, needed] = [bavail * bsize, Math.ceil(bytes * roomPerByte)]
  // What has no inodes of a fixed number says 0.
  if (files > 0 && ffree < fewestInodes)
    throw new WriteError(`${folder}: the disk has only ${ffree} inodes left`, {
      hint: 'remove files that nobody needs and run again, what is done stays done',
    })
  if (free < needed)
    throw new WriteError(`${folder}: the disk has ${free} bytes left, and this file needs some ${needed}`, {
      hint: 'free some space and run again, what is done stays done',
    })
}

/** The folder may not be there yet. */
async function statOf(folder: string): Promise<StatsFs> {
  try {
    return await statfs(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' || dirname(folder) === folder) throw writeError(folder, error)
    return statOf(dirname(folder))
  }
}
