import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stateFolder } from './durable-file.ts'
import type { Manifest } from './manifest.ts'
import { passIf } from './pass-if.ts'

/** A file of a lake. */
export interface LakeFile {
  /** Relative to the lake's root, with `/`. */
  readonly path: string
  readonly bytes: number
  /** When it was last written, in ms since 1970. */
  readonly atMs: number
}

/** What a raw file is named while it is written beside those that are done: after the run that writes it. */
export const isTempName = (path: string): boolean => /(?:^|\/)\.[^/]+\.\d{17}-[0-9a-f]{8}\.tmp$/.test(path)

/**
 * Files in the folders of a lake's tables that no line of the manifest names, in the order of folders. Readers take them
 * for data, or stop at them. Of a folder that the manifest does not know, which may be anything, only Parquet files and what
 * a run that writes raw files has left.
 */
export async function* unlistedFiles(root: string, manifest: Manifest): AsyncGenerator<LakeFile> {
  const listed = new Set([...manifest.values()].flatMap(({ files }) => files.map(({ path }) => path)))
  const tables = new Set([...listed].filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
  for (const entry of await entriesOf(root)) {
    if (!entry.isDirectory() || entry.name === stateFolder) continue
    const isTable = tables.has(entry.name)
    for await (const path of filesBelow(root, entry.name))
      if (!listed.has(path) && (isTable || path.endsWith('.parquet') || isTempName(path)))
        yield* sized(root, path)
  }
}

/** A file with its size and time, if it is still there. */
export async function* sized(root: string, path: string): AsyncGenerator<LakeFile> {
  const found = await lstat(join(root, path)).catch(passIf('ENOENT'))
  if (found) yield { path, bytes: found.size, atMs: found.mtimeMs }
}

/** Paths of whatever is no folder; links are not followed. */
export async function* filesBelow(root: string, folder: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(join(root, folder))) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(root, path)
    else yield path
  }
}

async function entriesOf(folder: string) {
  // A run that replaces a day takes its folder away.
  const entries = await readdir(folder, { withFileTypes: true }).catch(passIf('ENOENT'))
  return (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}
