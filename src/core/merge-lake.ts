import { rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeError } from './durable-file.ts'
import { DataError } from './errors.ts'
import type { Gathering, MergedSlot, WaitingTable } from './gather.ts'
import { inOrder } from './in-order.ts'
import type { Merged } from './ledger.ts'
import { type ManifestLine, readManifest, same } from './manifest.ts'
import { begunMerge, isAsBegun, recordBegun } from './merge-begun.ts'
import { type MergedUnit, mergedUnit } from './merged-units.ts'
import type { OpenLake } from './open-lake.ts'
import type { OutputFile } from './output.ts'
import { passIf } from './pass-if.ts'
import { openPending, type Pending } from './pending.ts'
import { publishFiles } from './publish-files.ts'
import { noCounts, type Run } from './run.ts'

interface Target {
  readonly root: string
  readonly lake: OpenLake
  /** Name and version of the program. */
  readonly tool: string
  /** Is told how many units wait. */
  begins?(units: number): void
}

/** Files that are looked at together. */
const together = 8

/**
 * Merges all that waits in a lake into the files of its tables, and writes it into the books. A crash on the way loses
 * nothing: what waits goes on waiting until the books say that it is in, and to merge it once more changes nothing.
 *
 * @throws {DataError} when what waits, or a file of a table, is not what was written; {WriteError} when the disk refuses:
 * then all still waits.
 */
export async function mergeLake(gathers: Gathering, target: Target, run: Run): Promise<Merged> {
  const { units, close } = await openPending(target.root)
  try {
    target.begins?.(units.length)
    return await mergeUnits(units, gathers, target, run)
  } finally {
    await close()
  }
}

async function mergeUnits(
  pending: readonly Pending[],
  { merge }: Gathering,
  target: Target,
  run: Run,
): Promise<Merged> {
  const { root, lake } = target
  const lines: ManifestLine[] = []
  const outputs: MergedSlot['outputs'][number][] = []
  const forgotten: MergedUnit[] = []
  const former: string[] = []
  for (const { lost, givingWay, ...waiting } of await tablesOf(root, pending)) {
    run.signal.throwIfAborted()
    lake.lost.throwIfAborted()
    const slots = await merge(waiting, run)
    if (lost.length > 0) forgotten.push(forget(waiting, run))
    lines.push(...withLost(slots, lost, waiting).map((slot) => lineOf(slot, target, waiting, run)))
    outputs.push(...slots.flatMap((slot) => slot.outputs))
    former.push(...givingWay)
  }
  await recordBegun(
    root,
    lines.flatMap(({ files }) => files),
    run,
  )
  await publishFiles(root, outputs, run.durability)
  // What waits still waits: ended here, the next run makes the same of it.
  await removeFiles(root, former, outputs)
  await lake.merged(lines, [...forgotten, ...pending.map(({ head }) => mergedUnit(head))])
  const written = outputs.flatMap(({ files }) => files)
  const sum = (of: (file: OutputFile) => number): number => written.reduce((all, file) => all + of(file), 0)
  return { files: written.length, rows: sum(({ rows = 0 }) => rows), bytes: sum(({ bytes }) => bytes) }
}

interface Table extends WaitingTable {
  /** Its slots that hold less from now on than the books say. */
  readonly lost: readonly string[]
  /** Files of another shape, in whose place others come. */
  readonly givingWay: readonly string[]
}

async function tablesOf(root: string, pending: readonly Pending[]): Promise<Table[]> {
  const lines = [...(await readManifest(root)).values()]
  const begun = await begunMerge(root)
  const tables = new Map<string, Map<string, Pending>>()
  for (const one of pending) {
    const units = tables.get(one.head.table) ?? new Map<string, Pending>()
    tables.set(one.head.table, units)
    // Behind those that came meanwhile: what was asked for last holds.
    units.delete(one.head.unit)
    units.set(one.head.unit, one)
  }
  return inOrder([...tables], 1, ([table, units]) => {
    const own = lines.filter((line) => line.table === table)
    return tableOf({ root, table, units: [...units.values()] }, own, begun)
  })
}

async function tableOf(
  { root, table, units }: Pick<WaitingTable, 'root' | 'table'> & { readonly units: readonly Pending[] },
  lines: readonly ManifestLine[],
  begun: ReadonlyMap<string, OutputFile>,
): Promise<Table> {
  const [first] = units as [Pending, ...Pending[]]
  const { shape } = first.head
  if (!units.every(({ head }) => same(head.shape, shape)))
    throw new DataError(`${table} in ${root}: rows of two shapes wait to be merged`, {
      hint: `finish the run that began with ${first.head.unit}, or remove ${root}/_millrace/pending`,
    })
  const slots = new Map<string, readonly OutputFile[]>()
  const lost: string[] = []
  const waiting = { root, table, shape, units, slots, lost, givingWay: [] }
  const isOther = (line: ManifestLine): boolean => line.files.length > 0 && !same(line.shape, shape)
  if (units.some(({ head }) => head.whole) && lines.some(isOther)) {
    const givingWay = lines.flatMap(({ files }) => files.map(({ path }) => path))
    return { ...waiting, lost: lines.map(({ unit }) => unit), givingWay }
  }
  for (const line of lines) {
    const there = await inOrder(line.files, together, (file) => asItIs(root, file, begun))
    if (there.includes(undefined)) lost.push(line.unit)
    slots.set(
      line.unit,
      there.filter((file) => file !== undefined),
    )
  }
  return waiting
}

/** Removes files in whose place none came, and the folders that they leave empty. */
async function removeFiles(
  root: string,
  paths: readonly string[],
  outputs: MergedSlot['outputs'],
): Promise<void> {
  const made = new Set(outputs.flatMap(({ files }) => files.map(({ path }) => path)))
  const old = paths.map((path) => join(root, path)).filter((path) => !made.has(path))
  await inOrder(old, together, (path) =>
    rm(path, { force: true }).catch((error: unknown) => {
      throw writeError(path, error)
    }),
  )
  for (const folder of new Set(old.map((path) => dirname(path)))) await rmdir(folder).catch(() => {})
}

/** A file as it lies there: as the books say, or as a merge left it that did not come to its end. Nothing when it is gone. */
async function asItIs(
  root: string,
  file: OutputFile,
  begun: ReadonlyMap<string, OutputFile>,
): Promise<OutputFile | undefined> {
  const path = join(root, file.path)
  const made = begun.get(file.path)
  if (made && (await isAsBegun(path, made))) return made
  const found = await stat(path).catch(passIf('ENOENT', 'ENOTDIR'))
  if (!found) return undefined
  if (found.size === file.bytes) return file
  throw new DataError(`${path}: has ${found.size} bytes, and was written with ${file.bytes}`, {
    hint: 'remove it and run again: what it held is fetched anew',
  })
}

/** Slots whose files are gone hold the others from now on, if nothing came into them. */
function withLost(
  slots: readonly MergedSlot[],
  lost: readonly string[],
  { slots: held }: WaitingTable,
): readonly MergedSlot[] {
  const made = new Set(slots.map(({ unit }) => unit))
  const others = lost.filter((unit) => !made.has(unit))
  return [...slots, ...others.map((unit) => slotOf(unit, held.get(unit) ?? [], []))]
}

/** Of a file that is gone nobody knows whose rows it held: all units of its table are fetched again. */
const forget = ({ table }: WaitingTable, { epoch, clock }: Run): MergedUnit => ({
  v: 1,
  table,
  unit: '',
  shape: '',
  rows: 0,
  epoch,
  at: new Date(clock.wallMs()).toISOString(),
})

/** What a slot comes to that holds these files. */
export function slotOf(
  unit: string,
  files: readonly OutputFile[],
  outputs: MergedSlot['outputs'],
): MergedSlot {
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0)
  const bytesOut = files.reduce((sum, { bytes }) => sum + bytes, 0)
  return { unit, files, outputs, counts: { ...noCounts(), rowsIn: rows, rowsOut: rows, bytesOut } }
}

const lineOf = (
  { unit, counts, files }: MergedSlot,
  { tool }: Target,
  { table, shape }: WaitingTable,
  { epoch, clock }: Run,
): ManifestLine => ({
  v: 1,
  table,
  unit,
  shape,
  counts,
  files,
  tool,
  epoch,
  at: new Date(clock.wallMs()).toISOString(),
})
