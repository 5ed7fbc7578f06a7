import { join } from 'node:path'
import { UsageError } from './errors.ts'
import type { Gathering } from './gather.ts'
import { hasFiles, type Manifest, type ManifestLine, same, slotKey } from './manifest.ts'
import type { PendingHead } from './pending.ts'
import type { Shape, Slot } from './stage.ts'

interface Shaped {
  readonly slot: Slot | undefined
  readonly shape: Shape
  readonly gathers?: Gathering | undefined
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
  const ours = units.flatMap(({ slot, ...one }) => (slot?.root === root ? [{ ...one, slot }] : []))
  const shapes = shapesOf(ours, root)
  const asked = new Set(ours.map(({ slot }) => slotKey(slot)))
  const tablesOf = (some: typeof ours) => new Set(some.map(({ slot }) => slot.table))
  const inParts = tablesOf(ours.filter(({ gathers }) => gathers && !gathers.whole))
  const wholes = tablesOf(ours.filter(({ gathers }) => gathers?.whole))
  const gives = (one: Pick<ManifestLine, 'table' | 'unit'>): boolean =>
    replace && !inParts.has(one.table) && (wholes.has(one.table) || asked.has(slotKey(one)))
  checkWaiting(
    shapes,
    waiting.filter((head) => !(head.whole && gives(head))),
    root,
  )
  for (const line of manifest.values()) {
    const shape = shapes.get(line.table)
    if (!shape || same(shape, line.shape)) continue
    if (gives(line) || !(await hasFiles(line, root))) continue
    throw clash(
      line.table,
      root,
      `${textOf(line.shape, shape)} (${line.unit}); this run would write ${textOf(shape, line.shape)}`,
      hintFor(line, { root, replace, inParts: inParts.has(line.table) }),
    )
  }
}

/** What can be done about another shape. */
function hintFor(
  { table, unit }: Pick<ManifestLine, 'table' | 'unit'>,
  { root, replace, inParts }: Pick<Lake, 'root' | 'replace'> & { readonly inParts: boolean },
): string {
  if (inParts)
    // Ended in the middle, a part of the table would stand for all of it.
    return `${replace ? 'not even --replace helps where units come one by one into the same files: ' : ''}give it a folder of its own with --name, or a lake of its own, or move ${join(root, table)} away, and what is asked for is fetched again`
  if (replace) return `--replace takes every unit of the folder, and ${unit} is not among those asked for`
  return 'give it a folder of its own with --name, or convert every unit of this one anew with --replace'
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

/** What of a shape another one has not, also of its parts, of which nothing is said where they are the usual. */
function textOf(shape: Shape, other: Shape, usual = '"all"'): string {
  const keys = [...new Set([...Object.keys(shape), ...Object.keys(other)])]
  return keys
    .filter((key) => !same(shape[key], other[key]))
    .map((key) => {
      const [one, two] = [shape[key], other[key]]
      return `${key} ${isParts(one) && isParts(two) ? textOf(one, two, 'as usual') : (JSON.stringify(one) ?? usual)}`
    })
    .join(', ')
}

const isParts = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
