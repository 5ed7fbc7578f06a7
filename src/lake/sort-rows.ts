import { makeBatch } from '../columnar/arrow-types.ts'
import { gather } from '../columnar/gather.ts'
import { bytesOf, joinColumn, rowsOf, wholeOf } from './join-rows.ts'
import { fullBatch, inPieces, joined, merge, packed, type Stretch, spillBatch } from './merge-rows.ts'
import type { Numbered } from './partition-rows.ts'
import type { Spill, SpillFile } from './spill.ts'

/** What sorting may hold at once. */
export interface SortLimits {
  /** Of rows that wait to be sorted; sorting takes the same again. */
  readonly blockBytes: number
  /** Files that are read together. */
  readonly files: number
}

/**
 * Sorts rows by the number of their partition; those of one stay in the order in which they came. What is more than one
 * block goes to disk in sorted files, and is merged from there. The rows are all read before the first one comes out.
 */
export async function* sortRows(
  rows: AsyncIterable<Numbered>,
  spill: Spill,
  { blockBytes, files }: SortLimits,
): AsyncGenerator<Stretch> {
  const sorted = openFiles(spill, files)
  let block: Numbered[] = []
  let bytes = 0
  for await (const one of rows) {
    if (one.batch.numRows === 0) continue
    block.push(one)
    bytes += heldBytes(one)
    if (bytes < blockBytes) continue
    await sorted.add(inPieces(sortBlock(block), spillBatch))
    block = []
    bytes = 0
  }
  const last = block.length > 0 ? [inPieces(sortBlock(block), fullBatch)] : []
  block = []
  yield* joined(merge([...sorted.inOrder(), ...last]))
}

/** What a batch takes, also one of a single row, which takes little for its values. */
export const heldBytes = ({ batch, numbers }: Numbered): number =>
  bytesOf(wholeOf(batch)) + numbers.byteLength + 512 * (batch.numCols + 1)

function sortBlock(block: readonly Numbered[]): Numbered {
  const ranges = block.map(({ batch }) => wholeOf(batch))
  const [{ batch: first }] = block as [Numbered]
  const numbers = joinNumbers(block, rowsOf(ranges))
  const order = orderOf(numbers)
  // Column by column, so that there is never more than one that is joined and not yet sorted.
  const columns = first.schema.fields.map(({ name }, i) => ({
    name,
    data: gather(joinColumn(ranges, i), order),
  }))
  return { batch: makeBatch(columns, order.length), numbers: order.map((row) => numbers[row] as number) }
}

function joinNumbers(block: readonly Numbered[], rows: number): Uint32Array {
  const joined = new Uint32Array(rows)
  let at = 0
  for (const { numbers } of block) {
    joined.set(numbers, at)
    at += numbers.length
  }
  return joined
}

/** Which row comes first, second and so on: by number, and then by row. */
function orderOf(numbers: Uint32Array): Uint32Array {
  const next = new Uint32Array(numbers.reduce((most, number) => Math.max(most, number), 0) + 2)
  for (const number of numbers) next[number + 1] = (next[number + 1] as number) + 1
  for (let number = 1; number < next.length; number++)
    next[number] = (next[number] as number) + (next[number - 1] as number)
  const order = new Uint32Array(numbers.length)
  numbers.forEach((number, row) => {
    order[next[number] as number] = row
    next[number] = (next[number] as number) + 1
  })
  return order
}

/**
 * Sorted files, merged where they become too many: `most` of those that came of blocks make one, `most` of these again,
 * so that each row is written anew a few times at most, and a few times `most` files are there in the end.
 */
function openFiles(spill: Spill, most: number) {
  const levels: SpillFile[][] = []
  const addAt = async (level: number, rows: AsyncIterable<Numbered>): Promise<void> => {
    levels[level] ??= []
    const files = levels[level]
    files.push(await spill.write(rows))
    if (files.length < most) return
    levels[level] = []
    await addAt(level + 1, packed(merge(files.map((file) => file.read()))))
  }
  return {
    add: (rows: AsyncIterable<Numbered>) => addAt(0, rows),
    /** Those with the rows that came first are the first. */
    inOrder: () => levels.toReversed().flatMap((files) => files.map((file) => file.read())),
  }
}
