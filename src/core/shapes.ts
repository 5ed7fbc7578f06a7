import { UsageError } from './errors.ts'
import { hasFiles, type Manifest, same, slotKey } from './manifest.ts'
import type { PendingHead } from './pending.ts'
import type { Shape, Slot } from './stage.ts'

interface Shaped {
  readonly slot: Slot | undefined
  readonly shape: Shape
}

interface Lake {
  readonly root: string
  readonly manifest: Manifest
  /** Units whose rows wait to be merged. */
  readonly waiting?: readonly PendingHead[]
  /** Another shape is taken when every unit of the folder is converted anew. */
  readonly replace: boolean
}

/**
 * One folder, one shape: a mixture would silently give a part of the market for the whole.
 *
 * @throws {UsageError} naming both shapes.
 */
export async function checkShapes(
  units: readonly Shaped[],
  { root, manifest, waiting = [], replace }: Lake,
): Promise<void> {
  const ours = units.flatMap(({ slot, shape }) => (slot?.root === root ? [{ slot, shape }] : []))
  const shapes = shapesOf(ours, root)
  checkWaiting(shapes, waiting, root)
  const asked = new Set(ours.map(({ slot }) => slotKey(slot)))
  for (const line of manifest.values()) {
    const shape = shapes.get(line.table)
    if (!shape || same(shape, line.shape)) continue
    if ((replace && asked.has(slotKey(line))) || !(await hasFiles(line, root))) continue
    throw clash(
      line.table,
      root,
      `${textOf(line.shape, shape)} (${line.unit}); this run would write ${textOf(shape, line.shape)}`,
      replace
        ? `--replace takes every unit of the folder, and ${line.unit} is not among those asked for`
        : 'give it a folder of its own with --name, or convert every unit of this one anew with --replace',
    )
  }
}

/** Rows of two shapes cannot be merged into one table. */
function checkWaiting(
  shapes: ReadonlyMap<string, Shape>,
  waiting: readonly PendingHead[],
  root: string,
): void {
  for (const { table, unit, shape } of waiting) {
    const asked = shapes.get(table)
    if (asked && !same(asked, shape))
      throw clash(
        table,
        root,
        `rows that wait to be merged, with ${textOf(shape, asked)} (${unit}); this run would write ${textOf(asked, shape)}`,
        'finish that run first: the same command goes on with it',
      )
  }
}

/** The one shape of each table. */
function shapesOf(units: readonly { slot: Slot; shape: Shape }[], root: string): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const { slot, shape } of units) {
    const first = shapes.get(slot.table) ?? shape
    if (!same(first, shape))
      throw clash(
        slot.table,
        root,
        `${textOf(first, shape)} and ${textOf(shape, first)}`,
        'give each its own table',
      )
    shapes.set(slot.table, first)
  }
  return shapes
}

const clash = (table: string, root: string, what: string, hint: string): UsageError =>
  new UsageError(`${table} in ${root} holds ${what}`, { hint })

/** What of a shape another one has not. */
function textOf(shape: Shape, other: Shape): string {
  const keys = [...new Set([...Object.keys(shape), ...Object.keys(other)])]
  return keys
    .filter((key) => !same(shape[key], other[key]))
    .map((key) => `${key} ${JSON.stringify(shape[key] ?? 'all')}`)
    .join(', ')
}
