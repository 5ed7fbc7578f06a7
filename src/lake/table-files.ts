import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MissingError } from '../core/errors.ts'
import { checkLake } from '../core/find-lake.ts'
import { eachManifestLine, type ManifestLine } from '../core/manifest.ts'
import { nearest } from '../core/nearest.ts'
import type { Span } from '../core/output.ts'
import { passIf } from '../core/pass-if.ts'
import { isOfTable, type Level, levelOf } from './layout.ts'

/** A Parquet file of a table, and what the manifest and its path say of it. */
export interface TableFile {
  readonly path: string
  readonly bytes: number
  /** Of its folders, from the top. */
  readonly levels: readonly Level[]
  /** Told by the name of the file, as `ticker=AAPL.parquet`: it is a column in the file, too. */
  readonly named: Level | undefined
  /** Of all files of its unit. */
  readonly span: Span | undefined
  /** The recipe of its rows. */
  readonly dataset: string | undefined
}

/** The Parquet files of a table. */
export interface TableFiles {
  /** By folder, then part. */
  readonly files: readonly TableFile[]
  /** The one written last, of those that are there: its columns are those of the table. */
  readonly last: TableFile
}

/**
 * The tables of a lake of which a file is there, by name. No lock is taken.
 *
 * @throws {UsageError} when the folder is no lake; what `readManifest` throws.
 */
export async function tableNames(root: string): Promise<string[]> {
  const tables = await filesOfLake(root, () => true)
  const there = await Promise.all([...tables].map(async ([name, files]) => (await lastOf(files)) && name))
  return there.filter((name) => name !== undefined).sort()
}

/** The files of a table. @throws {MissingError} when there is none, naming the tables that there are. */
export async function filesOfTable(root: string, table: string): Promise<TableFiles> {
  const files = (await filesOfLake(root, (name) => name === table)).get(table) ?? []
  const last = await lastOf(files)
  if (last) return { files: files.toSorted(byPath), last }
  const known = await tableNames(root)
  const meant = nearest(table, known)
  throw new MissingError(`${root} has no table ${table}`, {
    hint:
      known.length === 0
        ? 'this lake has none'
        : `this lake has ${known.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  })
}

/** The files of some tables, in the order in which they were written. Memory grows with their number alone. */
async function filesOfLake(
  root: string,
  isAsked: (table: string) => boolean,
): Promise<Map<string, TableFile[]>> {
  await checkLake(root)
  const slots = new Map<string, Map<string, readonly TableFile[]>>()
  for await (const line of eachManifestLine(root)) {
    if (!isAsked(line.table)) continue
    const units = slots.get(line.table) ?? new Map<string, readonly TableFile[]>()
    slots.set(line.table, units)
    // Behind all others: units of one table may name the same path, and what was said last holds.
    units.delete(line.unit)
    units.set(line.unit, filesOf(root, line))
  }
  return new Map([...slots].map(([table, units]) => [table, eachOnce([...units.values()].flat())]))
}

function eachOnce(files: readonly TableFile[]): TableFile[] {
  const byPath = new Map<string, TableFile>()
  for (const file of files) {
    byPath.delete(file.path)
    byPath.set(file.path, file)
  }
  return [...byPath.values()]
}

function filesOf(root: string, { table, files, span, shape }: ManifestLine): TableFile[] {
  const { dataset } = shape
  return files.flatMap(({ path, bytes }) => {
    if (!isOfTable(path, table)) return []
    const [name = '', ...folders] = path.split('/').slice(1).toReversed()
    const levels = folders.toReversed().map(levelOf)
    return [
      {
        path: join(root, path),
        bytes,
        levels: levels.filter((level) => level !== undefined),
        named: levelOf(name.slice(0, -'.parquet'.length)),
        span,
        dataset: typeof dataset === 'string' ? dataset : undefined,
      },
    ]
  })
}

async function lastOf(files: readonly TableFile[]): Promise<TableFile | undefined> {
  for (const file of files.toReversed())
    if (await stat(file.path).catch(passIf('ENOENT', 'ENOTDIR'))) return file
  return undefined
}

/** `part-2` before `part-10`, as they were written. */
function byPath({ path: one }: TableFile, { path: other }: TableFile): number {
  const [a, b] = [one, other].map((path) =>
    path.replace(/part-(\d+)\.parquet$/, (_, part: string) => `part-${part.padStart(9, '0')}`),
  ) as [string, string]
  return a < b ? -1 : a > b ? 1 : 0
}
