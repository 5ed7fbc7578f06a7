import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { OutputFile } from '../core/output.ts'
import { passIf } from '../core/pass-if.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dayColumns } from '../datasets/day-window.ts'
import { type Footer, readFooter, type ValueRange } from './parquet-footer.ts'
import { verifyPages } from './verify-pages.ts'
import type { Timed } from './verify-times.ts'

/** How closely to look. */
export interface Scrutiny {
  /** Read all bytes, for their SHA-256 or MD5, whichever the manifest has. */
  readonly hash: boolean
  /** Read all pages, for their rows. */
  readonly deep: boolean
  readonly signal?: AbortSignal | undefined
}

/** What a look at one file told. */
export interface FileVerdict {
  /** What is wrong with it. */
  readonly wrong: readonly string[]
  /** What is worth knowing, and not wrong. */
  readonly notes: readonly string[]
  /** Absent when the file is none of Parquet, or cannot be read. */
  readonly told?: Timed
}

/** Holds a file of a lake against what the manifest says of it. @throws only what ends the whole, as the signal. */
export async function verifyFile(
  root: string,
  file: OutputFile,
  scrutiny: Scrutiny,
  dataset?: Dataset,
): Promise<FileVerdict> {
  const path = join(root, file.path)
  const found = await stat(path).catch(passIf('ENOENT', 'ENOTDIR'))
  if (!found) return wrong('it is missing')
  if (!found.isFile()) return wrong('it is no file')
  if (found.size !== file.bytes)
    return wrong(`it has ${found.size} bytes, and the manifest says ${file.bytes}`)
  try {
    return await verifyBytes(path, { file, dataset }, scrutiny)
  } catch (error) {
    scrutiny.signal?.throwIfAborted()
    return wrong(`it cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

const wrong = (...what: readonly string[]): FileVerdict => ({ wrong: what, notes: [] })
const fine = wrong()

interface Named {
  readonly file: OutputFile
  readonly dataset: Dataset | undefined
}

async function verifyBytes(
  path: string,
  named: Named,
  { hash, deep, signal }: Scrutiny,
): Promise<FileVerdict> {
  const { file } = named
  const changed = hash && (await changedBytes(path, file, signal))
  if (changed) return wrong(changed)
  if (!file.path.endsWith('.parquet')) return fine
  const footer = await readFooter(path)
  if (file.rows !== undefined && footer.rows !== file.rows)
    return wrong(`it has ${footer.rows} rows, and the manifest says ${file.rows}`)
  return { ...(deep ? await verifyPages(path, { ...named, footer }, signal) : fine), told: timedBy(footer) }
}

/** A unit may have many files: of a footer only this is kept. */
function timedBy({ columns, range }: Footer): Timed {
  const ranges = new Map<string, ValueRange>()
  for (const column of dayColumns) {
    const found = range(column)
    if (found) ranges.set(column, found)
  }
  return { columns, ranges }
}

/** What the manifest may know of all bytes of a file. */
const hashes = [
  ['SHA-256', 'sha256'],
  ['MD5', 'md5'],
] as const

async function changedBytes(
  path: string,
  file: OutputFile,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (const [name, kind] of hashes) {
    const known = file[kind]
    const found = known === undefined ? undefined : await hashOf(path, kind, signal)
    if (found !== known)
      return `its ${name} is ${found}, and the manifest says ${known}: its bytes have changed`
  }
  return undefined
}

async function hashOf(path: string, kind: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash(kind)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(chunk)
  return hash.digest('hex')
}
