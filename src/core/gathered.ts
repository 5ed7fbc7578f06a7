import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest, same, slotKey } from './manifest.ts'
import { begunMerge } from './merge-begun.ts'
import { type MergedUnit, mergedUnit, readMergedUnits, shapeHash } from './merged-units.ts'
import type { OutputFile } from './output.ts'
import { type PendingHead, pendingHeads } from './pending.ts'
import type { Identity } from './recipe.ts'
import type { Shape, Slot } from './stage.ts'

/** A unit that was done, and whether its rows are in the files of its table already. */
export interface GatheredUnit extends Pick<MergedUnit, 'unit' | 'identity' | 'rows' | 'at'> {
  readonly waits: boolean
}

/** The units of a lake whose rows share files with those of others. */
export interface Gathered {
  /** The units that wait to be merged. */
  readonly waiting: readonly PendingHead[]
  /**
   * Whether a unit was done, from this source and in this shape, and what it brought is still there: it waits to be
   * merged, or it was, and every file of the table is as the last merge left it. Of a file that is not, nobody knows whose
   * rows it held.
   */
  isDone(
    slot: Slot,
    now: { readonly identity?: Identity | undefined; readonly shape: Shape; readonly since?: string },
  ): Promise<boolean>
  /** Whether every file of a table is as the last merge left it. */
  isWhole(table: string): Promise<boolean>
  /** The units of a table that were done, by their names. */
  unitsOf(table: string): readonly GatheredUnit[]
  /** When it was done the last time, as ISO 8601 in UTC. */
  doneAt(slot: Slot): string | undefined
}

/** @throws what `readManifest` and `pendingHeads` throw. */
export async function readGathered(root: string): Promise<Gathered> {
  const merged = await readMergedUnits(root)
  const heads = await pendingHeads(root)
  const waiting = new Map(heads.map((head) => [slotKey(head), mergedUnit(head)]))
  const manifest = await readManifest(root)
  const begun = await begunMerge(root)
  const files = new Map<string, OutputFile[]>()
  for (const line of manifest.values()) {
    const known = files.get(line.table) ?? []
    files.set(line.table, known)
    known.push(...line.files)
  }
  const whole = new Map<string, Promise<boolean>>()
  const isWhole = (table: string): Promise<boolean> => {
    const known = whole.get(table) ?? allThere(root, files.get(table) ?? [], begun)
    whole.set(table, known)
    return known
  }
  const hashes = new Map<Shape, string>()
  const hashOf = (shape: Shape): string => {
    const known = hashes.get(shape) ?? shapeHash(shape)
    hashes.set(shape, known)
    return known
  }
  const unitAt = (slot: Slot) => waiting.get(slotKey(slot)) ?? merged.get(slotKey(slot))
  return {
    waiting: heads,
    isWhole,
    unitsOf: (table) => unitsIn(table, merged, waiting),
    async isDone(slot, { identity, shape, since }) {
      const unit = unitAt(slot)
      if (since !== undefined && unit && unit.at < since) return false
      if (!unit || !identity || !same(identity, unit.identity) || hashOf(shape) !== unit.shape) return false
      return waiting.has(slotKey(slot)) || (await isWhole(slot.table))
    },
    doneAt: (slot) => unitAt(slot)?.at,
  }
}

/** The units of all tables, and those that wait; nothing is kept of what the manifest says. @throws as `readGathered`. */
export async function gatheredUnits(root: string) {
  const merged = await readMergedUnits(root)
  const heads = await pendingHeads(root)
  const waiting = new Map(heads.map((head) => [slotKey(head), mergedUnit(head)]))
  return {
    waiting: heads,
    unitsOf: (table: string) => unitsIn(table, merged, waiting),
    doneAt: (slot: Pick<Slot, 'table' | 'unit'>): string | undefined =>
      (waiting.get(slotKey(slot)) ?? merged.get(slotKey(slot)))?.at,
  }
}

/** A unit that waits, and was merged before, is told as both. */
function unitsIn(
  table: string,
  merged: ReadonlyMap<string, MergedUnit>,
  waiting: ReadonlyMap<string, MergedUnit>,
): readonly GatheredUnit[] {
  const told = (units: ReadonlyMap<string, MergedUnit>, waits: boolean): GatheredUnit[] =>
    [...units.values()].flatMap((one) => (one.table === table ? [{ ...one, waits }] : []))
  return [...told(merged, false), ...told(waiting, true)]
}

async function allThere(
  root: string,
  files: readonly OutputFile[],
  begun: ReadonlyMap<string, OutputFile>,
): Promise<boolean> {
  for (const { path, bytes } of files) {
    const found = await stat(join(root, path)).catch(() => undefined)
    if (!found || (found.size !== bytes && found.size !== begun.get(path)?.bytes)) return false
  }
  return true
}
