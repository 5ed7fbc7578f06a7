import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Failure, readFailures } from './failures.ts'
import { checkLake } from './find-lake.ts'
import { eachManifestLine, type ManifestLine, slotKey } from './manifest.ts'
import type { OutputFile } from './output.ts'
import type { Identity } from './recipe.ts'

/** What a summary keeps of a unit that is done. */
export interface UnitFacts {
  /** Absent where rows mean nothing, as for raw files. */
  readonly rows: number | undefined
  readonly bytes: number
  readonly identity: Identity | undefined
  /** The first of its files, if it has one: where that is not what it was, the others are not asked for. */
  readonly file: OutputFile | undefined
}

/** A table of a lake, by the last line of each of its units. */
export interface TableFacts {
  readonly table: string
  readonly units: ReadonlyMap<string, UnitFacts>
  /** The units whose last attempt failed, also those of which an earlier version is there. */
  readonly failures: ReadonlyMap<string, Failure>
}

/**
 * The tables of a lake, by name, without its lock: a run may be writing to it. Memory grows with the number of units, not
 * with what the manifest says of each.
 *
 * @throws {UsageError} when the folder is no lake; what `readManifest` throws.
 */
export async function readTables(root: string): Promise<TableFacts[]> {
  await checkLake(root)
  const tables = new Map<string, { units: Map<string, UnitFacts>; failures: Map<string, Failure> }>()
  const tableOf = (name: string) => {
    const found = tables.get(name) ?? { units: new Map(), failures: new Map() }
    tables.set(name, found)
    return found
  }
  const doneAt = new Map<string, string>()
  const failures = await readFailures(root)
  for await (const line of eachManifestLine(root)) {
    tableOf(line.table).units.set(line.unit, factsOf(line))
    const key = slotKey(line)
    if (failures.has(key)) doneAt.set(key, line.at)
  }
  for (const [key, failure] of failures)
    if (failure.at >= (doneAt.get(key) ?? '')) tableOf(failure.table).failures.set(failure.unit, failure)
  return [...tables]
    .map(([table, facts]) => ({ table, ...facts }))
    .sort((a, b) => (a.table < b.table ? -1 : 1))
}

function factsOf({ files, identity }: ManifestLine): UnitFacts {
  const [file] = files
  return {
    rows: sumKnown(files.map(({ rows }) => rows)),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    identity,
    file: file && { path: file.path, bytes: file.bytes },
  }
}

/** Adds up what is known; nothing, when nothing is. */
export const sumKnown = (numbers: Iterable<number | undefined>): number | undefined => {
  let sum: number | undefined
  for (const n of numbers) if (n !== undefined) sum = (sum ?? 0) + n
  return sum
}

/** How many files are looked at together. */
const together = 32

/** The units of a table whose first file is gone, or has another size than when it was made. */
export async function lostUnits(root: string, { units }: Pick<TableFacts, 'units'>): Promise<Set<string>> {
  const lost = new Set<string>()
  const turns = units.entries()
  const look = async (): Promise<void> => {
    for (const [unit, { file }] of turns) {
      if (!file) continue
      const found = await stat(join(root, file.path)).catch(() => undefined)
      if (found?.size !== file.bytes) lost.add(unit)
    }
  }
  await Promise.all(Array.from({ length: together }, look))
  return lost
}
