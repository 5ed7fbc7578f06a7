import { rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { batchToStream } from '../columnar/ipc.ts'
import { publish } from '../core/durable-file.ts'
import type { MergedSlot, WaitingTable, WaitingUnit } from '../core/gather.ts'
import { inOrder } from '../core/in-order.ts'
import { type ManifestLine, readManifest } from '../core/manifest.ts'
import { mergeLake } from '../core/merge-lake.ts'
import { type MergedUnit, readMergedUnits, shapeHash } from '../core/merged-units.ts'
import { type LakeOptions, type OpenLake, openLake } from '../core/open-lake.ts'
import type { OutputFile } from '../core/output.ts'
import { isPending } from '../core/pending.ts'
import { noCounts, type Run } from '../core/run.ts'
import type { Shape } from '../core/stage.ts'
import { filesBelow } from '../core/unlisted-files.ts'
import { mergePending } from './merge-pending.ts'
import type { MergeRule } from './merge-rule.ts'
import { readParquet } from './parquet-reader.ts'

/** What a table of a file a company has come to. */
export interface Compacted {
  /** Those that there were, and were removed. */
  readonly before: number
  /** Those that there are now. */
  readonly files: number
  readonly rows: number
}

/** How a table lies whose units share files; nothing for another, or none. */
export async function sharedShape(root: string, table: string): Promise<Shape | undefined> {
  for (const line of (await readManifest(root)).values())
    if (line.table === table && line.shape['merge']) return line.shape
  return undefined
}

const byMonth = (shape: Shape): Shape => ({
  ...shape,
  merge: { ...(shape['merge'] as MergeRule), layout: 'month' },
})

/** Files that get their names, or go, at a time. */
const together = 8

/**
 * Turns a table of a file a company and month into one of a file a month. Whoever goes by the manifest sees the one or the
 * other, whenever it is ended: all files are there before the manifest is replaced by one rename, and the old ones go after
 * that. Who reads all files of the folder sees rows twice from the first to the last of these steps. Done again it goes on;
 * a table that is in that form already stays as it is.
 *
 * @throws {WriteError} when another run writes to the lake, or the disk refuses; {DataError} when a file is not what was
 * written.
 */
export async function compactTickers(
  root: string,
  table: string,
  run: Run,
  options: LakeOptions,
): Promise<Compacted> {
  const lake = await openLake(root, run, options)
  try {
    if (await isPending(root))
      await mergeLake({ about: {}, merge: mergePending }, { root, lake, tool: options.tool }, run)
    const lines = [...(await readManifest(root)).values()].filter((line) => line.table === table)
    const [first] = lines
    if (!first) return { before: 0, files: 0, rows: 0 }
    const isOld = (first.shape['merge'] as MergeRule).layout === 'ticker'
    const now = isOld ? await replaced(lines, { root, lake, run, tool: options.tool }) : lines
    await renameUnits(root, first.shape, { table, lake })
    const before = await removeOld(root, table, now)
    const files = now.flatMap((line) => line.files)
    return { before, files: files.length, rows: files.reduce((sum, { rows = 0 }) => sum + rows, 0) }
  } finally {
    await lake.close()
  }
}

interface Place {
  readonly root: string
  readonly lake: OpenLake
  readonly run: Run
  readonly tool: string
}

/** Makes the new files, and then the lines that name them in the place of all others of the table. */
async function replaced(
  lines: readonly ManifestLine[],
  { root, lake, run, tool }: Place,
): Promise<readonly ManifestLine[]> {
  const [{ table, shape: old }] = lines as [ManifestLine]
  const shape = byMonth(old)
  const units = lines.flatMap((line) => line.files.map((file) => unitOf(root, line, file, run)))
  const waiting: WaitingTable = { root, table, shape, units, slots: new Map() }
  const slots = await mergePending(waiting, run)
  await inOrder(
    slots.flatMap(({ outputs }) => outputs),
    together,
    (output) => publish(output, run.durability),
  )
  const at = new Date(run.clock.wallMs()).toISOString()
  const made = slots.map(({ unit, counts, files }: MergedSlot): ManifestLine => {
    return { v: 1, table, unit, shape, counts, files, tool, epoch: run.epoch, at }
  })
  await lake.replaceTable(table, made)
  return made
}

/** A file as a unit that brings its rows. */
function unitOf(root: string, line: ManifestLine, file: OutputFile, run: Run): WaitingUnit {
  const { table, shape, epoch, at } = line
  const counts = { ...noCounts(), rowsOut: file.rows ?? 0 }
  return {
    head: { v: 1, table, unit: file.path, shape, about: {}, counts, epoch, at },
    async *read() {
      for await (const batch of readParquet({ ...file, path: join(root, file.path) }, run))
        yield batchToStream(batch)
    },
  }
}

/** Units that were done in the former form are done in this one. */
async function renameUnits(
  root: string,
  shape: Shape,
  { table, lake }: { readonly table: string; readonly lake: OpenLake },
): Promise<void> {
  const month = byMonth(shape)
  const ticker = { ...month, merge: { ...(month['merge'] as MergeRule), layout: 'ticker' } }
  const [old, now] = [shapeHash(ticker), shapeHash(month)]
  const units = [...(await readMergedUnits(root)).values()]
    .filter((unit) => unit.table === table && unit.shape === old)
    .map((unit): MergedUnit => ({ ...unit, shape: now }))
  if (units.length > 0) await lake.merged([], units)
}

/** Removes the files of a company that no line names any more, also those that an earlier time has left. */
async function removeOld(root: string, table: string, lines: readonly ManifestLine[]): Promise<number> {
  const named = new Set(lines.flatMap(({ files }) => files.map(({ path }) => path)))
  const old: string[] = []
  for await (const path of filesBelow(root, table))
    if (/\/ticker=[^/]+\.parquet$/.test(path) && !named.has(path)) old.push(path)
  await inOrder(old, together, (path) => rm(join(root, path), { force: true }))
  for (const folder of new Set(old.map((path) => dirname(path))))
    await rmdir(join(root, folder)).catch(() => {})
  return old.length
}
