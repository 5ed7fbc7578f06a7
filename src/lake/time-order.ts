import type { Data } from 'apache-arrow'
import { columnsOf, makeBatch } from '../columnar/arrow-types.ts'
import { type Column, column } from '../columnar/column.ts'
import { gather } from '../columnar/gather.ts'
import { isBelow, isWide, type Wide } from '../columnar/span.ts'
import type { Batch } from '../core/schema.ts'
import { joinRanges, wholeOf } from './join-rows.ts'
import type { Stretch } from './merge-rows.ts'

/**
 * Orders the rows of each number by a time; equal ones, and those that have none, which come last, stay in the order in
 * which they came. The rows of one number are in memory together, and are copied only where they are out of order.
 */
export async function* orderedByTime(
  stretches: AsyncIterable<Stretch>,
  time: string,
): AsyncGenerator<Stretch> {
  let group: Stretch[] = []
  for await (const stretch of stretches) {
    if (group.length > 0 && group[0]?.number !== stretch.number) {
      yield* ordered(group, time)
      group = []
    }
    group.push(stretch)
  }
  if (group.length > 0) yield* ordered(group, time)
}

function* ordered(group: readonly Stretch[], time: string): Generator<Stretch> {
  const batch = joinRanges(group)
  const times = timesOf(batch, time)
  if (isAscending(times)) yield* group
  else yield { number: (group[0] as Stretch).number, ...wholeOf(inOrderOf(batch, times)) }
}

interface Times {
  readonly column: Column<Wide>
  /** Of its values. */
  readonly halves: Int32Array
}

function timesOf(batch: Batch, time: string): Times {
  const kind = columnsOf(batch)[time]
  if (kind === undefined || !isWide(kind)) throw new TypeError(`${time} is no time to order rows by`)
  const times = column(batch, time) as Column<Wide>
  const { buffer, byteOffset } = times.values
  return { column: times, halves: new Int32Array(buffer, byteOffset, times.length * 2) }
}

function isAscending(times: Times): boolean {
  for (let row = 1; row < times.column.length; row++) if (compare(times, row, row - 1) < 0) return false
  return true
}

function compare({ column: { isValid }, halves }: Times, a: number, b: number): number {
  const [hasA, hasB] = [isValid(a), isValid(b)]
  if (!(hasA && hasB)) return Number(hasB) - Number(hasA)
  return isBelow(halves, a, b) ? -1 : isBelow(halves, b, a) ? 1 : 0
}

function inOrderOf(batch: Batch, times: Times): Batch {
  const rows = Uint32Array.from({ length: batch.numRows }, (_, row) => row)
  rows.sort((a, b) => compare(times, a, b) || a - b)
  const columns = batch.schema.fields.map(({ name }, i) => ({
    name,
    data: gather(batch.data.children[i] as Data, rows),
  }))
  return makeBatch(columns, rows.length)
}
