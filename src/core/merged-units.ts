import { createHash } from 'node:crypto'
import type { Durability } from './durability.ts'
import { canonical } from './manifest.ts'
import type { PendingHead } from './pending.ts'
import type { Identity } from './recipe.ts'
import type { Shape, Slot } from './stage.ts'
import { appendLines, readRecords, replaceWhole, statePath } from './state-file.ts'

/** A unit that was merged: what it brought is in files that it shares with others. */
export interface MergedUnit {
  readonly v: 1
  readonly table: string
  readonly unit: string
  readonly identity?: Identity
  /** Of the shape, which the lines of the files have in full. */
  readonly shape: string
  /** How many rows it brought; 0 is an answer, too. */
  readonly rows: number
  readonly epoch: string
  /** When it was done, as ISO 8601 in UTC. */
  readonly at: string
}

const name = 'units.ndjson'

/** Equal for equal shapes. */
export const shapeHash = (shape: Shape): string =>
  createHash('sha256').update(canonical(shape)).digest('hex').slice(0, 16)

/** What is kept of a unit once its rows are in the files of its table. */
export const mergedUnit = ({ table, unit, identity, shape, counts, epoch, at }: PendingHead): MergedUnit => ({
  v: 1,
  table,
  unit,
  ...(identity && { identity }),
  shape: shapeHash(shape),
  rows: counts.rowsOut,
  epoch,
  at,
})

export const appendMergedUnits = (
  root: string,
  units: readonly MergedUnit[],
  durability: Durability,
): Promise<void> => appendLines(root, name, units, durability)

const keyOf = ({ table, unit }: Pick<Slot, 'table' | 'unit'>): string => `${table}\n${unit}`

/** The units that were merged, the last time of each, by table and unit. @throws what `readManifest` throws. */
export async function readMergedUnits(root: string): Promise<ReadonlyMap<string, MergedUnit>> {
  const { lines } = await readRecords<MergedUnit>(root, name, isOurs)
  const units = new Map<string, MergedUnit>()
  for (const { value } of lines)
    if (value.unit !== '') units.set(keyOf(value), value)
    // All that came before it into this table is not known to be there any more.
    else for (const [key, { table }] of units) if (table === value.table) units.delete(key)
  return units
}

/** So few are read in a few milliseconds. */
const fewLines = 1000

/**
 * Rewrites the list when most of its lines do not hold any more, as after a year of a sync each week. Only who holds the
 * lake's lock may; `temp` is in the folder of that epoch, and goes with it.
 *
 * @returns whether there was a reason to.
 */
export async function compactMergedUnits(root: string, temp: string): Promise<boolean> {
  const { lines, torn } = await readRecords<MergedUnit>(root, name, isOurs)
  const texts = new Map<string, { readonly text: string; readonly table: string }>()
  for (const { text, value } of lines)
    if (value.unit !== '') texts.set(keyOf(value), { text, table: value.table })
    else for (const [key, { table }] of texts) if (table === value.table) texts.delete(key)
  if (lines.length + torn - texts.size < Math.max(fewLines, texts.size)) return false
  const whole = [...texts.values()].map(({ text }) => `${text}\n`).join('')
  // Whatever the durability: what is lost here is asked for again, all of it.
  await replaceWhole(statePath(root, name), whole, { temp, durability: 'fsync' })
  return true
}

const isOurs = ({ table, unit, shape }: Partial<MergedUnit>): boolean =>
  [table, unit, shape].every((text) => typeof text === 'string')
