import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest } from './manifest.ts'
import { passIf } from './pass-if.ts'
import { statePath } from './state-file.ts'
import { filesBelow, isTempName, type LakeFile, sized, unlistedFiles } from './unlisted-files.ts'

/**
 * `unfinished`: output of a run that has ended before its time. `part`: what a run would go on from. `temp`: a raw file that
 * was never finished. `unlisted`: a file that no line of the manifest names; it may be anybody's.
 */
export type LeavingKind = 'unfinished' | 'part' | 'temp' | 'unlisted'

/** Something in a lake that is no data and no part of its books. */
export interface Leaving {
  readonly kind: LeavingKind
  /** A file or a folder, and where it is: relative to the lake, or in the folder of raw files as that was named. */
  readonly path: string
  readonly files: number
  readonly bytes: number
  /** When it was last written, in ms since 1970. */
  readonly atMs: number
}

/** Folders of unfinished output, but for that of the run that is at work. Nothing of a run that was shut out is one. */
export async function unfinished(root: string, atWork: string | undefined): Promise<Leaving[]> {
  const folder = statePath(root, 'tmp')
  const entries = (await readdir(folder, { withFileTypes: true }).catch(passIf('ENOENT'))) ?? []
  const found: Leaving[] = []
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name === atWork) continue
    const path = join('_millrace', 'tmp', entry.name)
    const all: LakeFile[] = []
    for await (const file of filesBelow(root, path)) for await (const one of sized(root, file)) all.push(one)
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0)
    const atMs = Math.max(0, ...all.map((one) => one.atMs))
    found.push({ kind: 'unfinished', path, files: all.length, bytes, atMs })
  }
  return found
}

/** Files that a run has left: parts, temporary raw files, in `keepRaw` too, and what no line of the manifest names. */
export async function* leftFiles(root: string, keepRaw: string | undefined): AsyncGenerator<Leaving> {
  const parts = join('_millrace', 'parts')
  for await (const path of filesBelow(root, parts)) yield* leaving('part', sized(root, path))
  for await (const file of unlistedFiles(root, await readManifest(root)))
    yield one(isTempName(file.path) ? 'temp' : 'unlisted', file)
  if (keepRaw === undefined) return
  for await (const path of filesBelow(keepRaw, '.'))
    if (isTempName(path))
      for await (const file of sized(keepRaw, path)) yield one('temp', { ...file, path: join(keepRaw, path) })
}

async function* leaving(kind: LeavingKind, files: AsyncIterable<LakeFile>): AsyncGenerator<Leaving> {
  for await (const file of files) yield one(kind, file)
}

const one = (kind: LeavingKind, file: LakeFile): Leaving => ({ kind, files: 1, ...file })
