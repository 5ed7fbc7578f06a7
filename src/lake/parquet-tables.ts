import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkLake } from '../core/find-lake.ts'
import { type ManifestLine, readManifest } from '../core/manifest.ts'
import { isOfTable } from './layout.ts'
import { readFooter } from './parquet-footer.ts'

/** A table of Parquet files, as one of them shows it. */
export interface LakeTable {
  readonly name: string
  /** Names of the levels of folders, from the top. */
  readonly levels: readonly string[]
  /** Names of the columns in its files. */
  readonly columns: readonly string[]
}

/**
 * What the manifest of a lake says is done.
 *
 * @throws {UsageError} when the folder is no lake; what `readManifest` throws.
 */
export async function linesOfLake(root: string): Promise<readonly ManifestLine[]> {
  await checkLake(root)
  return [...(await readManifest(root)).values()]
}

/** The tables of a lake that hold Parquet files, by name. Those whose files were all removed are left out. */
export async function tablesOf(root: string): Promise<LakeTable[]> {
  const paths = new Map<string, string[]>()
  for (const { table, files } of await linesOfLake(root)) {
    const first = files.find(({ path }) => isOfTable(path, table))
    if (!first) continue
    const known = paths.get(table) ?? []
    paths.set(table, known)
    known.push(first.path)
  }
  const tables: LakeTable[] = []
  for (const [name, all] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = await lastThere(root, all)
    if (path !== undefined) tables.push(await tableAt(root, name, path))
  }
  return tables
}

/** A table as one of its files shows it; the path is relative to the lake, with `/`. */
export async function tableAt(root: string, name: string, path: string): Promise<LakeTable> {
  const folders = path.split('/').slice(1, -1)
  const levels = folders.map((folder) => folder.slice(0, folder.indexOf('=')))
  return { name, levels, columns: Object.keys((await readFooter(join(root, path))).columns) }
}

/** Which of some files was written last, of those that are there. */
async function lastThere(root: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths.toReversed()) if (await isThere(join(root, path))) return path
  return undefined
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
