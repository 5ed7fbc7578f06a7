import { makeBatch } from '../columnar/arrow-types.ts'
import { type Column, column } from '../columnar/column.ts'
import { gather } from '../columnar/gather.ts'
import type { Batch } from '../core/schema.ts'
import { joinRanges, wholeOf } from './join-rows.ts'
import { keptVintages } from './kept-vintages.ts'
import type { MergeRule } from './merge-rule.ts'
import type { Replacements } from './replacements.ts'
import { type Comparer, rowComparer } from './row-comparer.ts'
import { unitColumn, withoutPlace } from './waiting-rows.ts'

/** What a file holds, and what is to come into it. */
export interface Combined {
  readonly held: Batch | undefined
  /** With the number of the unit of each row. */
  readonly incoming: Batch | undefined
}

/**
 * The rows that a file is to hold: those that it holds and that were not replaced, and those that come, each once and in
 * order. The same for the same rows, however they came.
 *
 * @returns nothing when it holds them already.
 */
export function combineRows(
  { held, incoming }: Combined,
  rule: Pick<MergeRule, 'order' | 'vintage' | 'company' | 'keeps'>,
  replacements: Replacements,
): Batch | undefined {
  const heldRows = held?.numRows ?? 0
  const parts = [...(held ? [held] : []), ...(incoming ? [withoutPlace(incoming)] : [])]
  const [only] = parts
  const all = only && parts.length === 1 ? only : joinRanges(parts.map(wholeOf))
  const kept = [
    ...(held ? keptRows(held, () => -1, replacements, 0) : []),
    ...(incoming ? keptRows(incoming, unitReader(incoming), replacements, heldRows) : []),
  ]
  const compare = comparerOf(all, rule)
  const rows = rowsOf(all, kept, compare, rule)
  // What is held is in order, too.
  if (held && rows.length === heldRows && rows.every((row, i) => compare.whole(row, i) === 0))
    return undefined
  if (rows.length === all.numRows && rows.every((row, i) => row === i)) return all
  const columns = all.schema.fields.map(({ name }, i) => ({
    name,
    data: gather(all.data.children[i] as Parameters<typeof gather>[0], rows),
  }))
  return makeBatch(columns, rows.length)
}

function unitReader(incoming: Batch): (row: number) => number {
  const { values } = column(incoming, unitColumn) as Column<'int32'>
  return (row) => values[row] as number
}

/** Rows that no later unit has replaced, counted from `from`. */
function* keptRows(
  batch: Batch,
  unitOf: (row: number) => number,
  replacements: Replacements,
  from: number,
): Generator<number> {
  const isReplaced = replacements.reader(batch)
  for (let row = 0; row < batch.numRows; row++) if (!isReplaced(row, unitOf(row))) yield from + row
}

interface RowOrder {
  /** All columns but that of the vintage. */
  readonly said: Comparer
  /** That one, too. */
  readonly whole: Comparer
}

function comparerOf(all: Batch, { order, vintage }: Pick<MergeRule, 'order' | 'vintage'>): RowOrder {
  const names = all.schema.fields.map(({ name }) => name)
  const others = names.filter((name) => !order.includes(name) && name !== vintage)
  const first = rowComparer(all, order)
  // Most rows differ in what they are sorted by, and most files are small: it takes longer to look at all columns.
  let rest: Comparer | undefined
  const said: Comparer = (a, b) => {
    const difference = first(a, b)
    if (difference !== 0) return difference
    rest ??= rowComparer(all, others)
    return rest(a, b)
  }
  const seen = rowComparer(all, vintage === undefined ? [] : [vintage])
  return { said, whole: (a, b) => said(a, b) || seen(a, b) }
}

/** Rows in order, each once, and of vintages those alone that say something new. */
function rowsOf(
  all: Batch,
  rows: readonly number[],
  { said, whole }: RowOrder,
  rule: Pick<MergeRule, 'order' | 'vintage' | 'company' | 'keeps'>,
): Uint32Array {
  const sorted = inOrder(Uint32Array.from(rows), whole)
  const once = sorted.filter((row, i) => i === 0 || whole(sorted[i - 1] as number, row) !== 0)
  const { vintage } = rule
  if (vintage === undefined) return once
  const kept = keptVintages(all, once, { said, rule: { ...rule, vintage } })
  return kept.length === once.length ? once : inOrder(kept, whole)
}

const inOrder = (rows: Uint32Array, compare: Comparer): Uint32Array =>
  rows.sort((a, b) => compare(a, b) || a - b)
