import { type Data, DataType, makeData } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { bitAt } from '../columnar/column.ts'
import type { Batch } from '../core/schema.ts'

/** Rows of a batch from `from` on and before `to`. */
export interface Range {
  readonly batch: Batch
  readonly from: number
  readonly to: number
}

export const wholeOf = (batch: Batch): Range => ({ batch, from: 0, to: batch.numRows })

/** The rows of some ranges, whose batches have the same columns, as one batch; that of a single range shares its memory. */
export function joinRanges(ranges: readonly Range[]): Batch {
  const [first, second] = ranges
  if (first === undefined) throw new RangeError('no rows to join')
  if (second === undefined) return rangeOf(first)
  const rows = rowsOf(ranges)
  const columns = first.batch.schema.fields.map(({ name }, i) => ({ name, data: joinColumn(ranges, i) }))
  return makeBatch(columns, rows)
}

const rangeOf = ({ batch, from, to }: Range): Batch =>
  from === 0 && to === batch.numRows ? batch : (batch.slice(from, to) as Batch)

export const rowsOf = (ranges: readonly Range[]): number =>
  ranges.reduce((rows, { from, to }) => rows + to - from, 0)

/** How much memory the values of a range take. */
export const bytesOf = ({ batch, from, to }: Range): number =>
  batch.data.children.reduce((bytes, data) => bytes + bytesOfColumn(data, from, to), 0)

function bytesOfColumn({ type, values, valueOffsets }: Data, from: number, to: number): number {
  const bits = (to - from + 7) >> 3
  if (valueOffsets !== undefined)
    return bits + 4 * (to - from) + (valueOffsets[to] as number) - (valueOffsets[from] as number)
  return bits + (DataType.isBool(type) ? bits : (to - from) * values.BYTES_PER_ELEMENT)
}

/** A part of one column, and the row of the joined one that it begins at. */
interface Piece {
  readonly data: Data
  readonly from: number
  readonly to: number
  readonly at: number
}

/** Column `i` of all rows, as a copy. */
export function joinColumn(ranges: readonly Range[], i: number): Data {
  let length = 0
  const pieces = ranges.map(({ batch, from, to }): Piece => {
    const at = length
    length += to - from
    return { data: batch.data.children[i] as Data, from, to, at }
  })
  const [{ data: first }] = pieces as [Piece]
  const values =
    first.valueOffsets !== undefined
      ? joinTexts(pieces, length)
      : {
          data: DataType.isBool(first.type) ? joinBits(pieces, length, 'values') : joinValues(pieces, length),
        }
  const validity = pieces.some(({ data }) => data.nullCount > 0)
    ? { nullCount: -1, nullBitmap: joinBits(pieces, length, 'nullBitmap') }
    : { nullCount: 0 }
  return makeData({ type: first.type, length, ...validity, ...values } as Parameters<typeof makeData>[0])
}

function joinTexts(pieces: readonly Piece[], length: number) {
  const valueOffsets = new Int32Array(length + 1)
  let end = 0
  for (const { data, from, to, at } of pieces) {
    const moved = end - (data.valueOffsets[from] as number)
    for (let row = from; row < to; row++)
      valueOffsets[at + row - from + 1] = (data.valueOffsets[row + 1] as number) + moved
    end += (data.valueOffsets[to] as number) - (data.valueOffsets[from] as number)
  }
  const bytes = new Uint8Array(end)
  for (const { data, from, to, at } of pieces)
    bytes.set(data.values.subarray(data.valueOffsets[from], data.valueOffsets[to]), valueOffsets[at])
  return { data: bytes, valueOffsets }
}

function joinValues(pieces: readonly Piece[], length: number): unknown {
  const [{ data: first }] = pieces as [Piece]
  const joined = new first.values.constructor(length)
  for (const { data, from, to, at } of pieces) joined.set(data.values.subarray(from, to), at)
  return joined
}

/** Bits of the values, or of which values there are: all of them where there is no such bitmap. */
function joinBits(pieces: readonly Piece[], length: number, of: 'values' | 'nullBitmap'): Uint8Array {
  const joined = new Uint8Array((length + 7) >> 3)
  for (const { data, from, to, at } of pieces) {
    const bits: Uint8Array | undefined = of === 'values' || data.nullCount > 0 ? data[of] : undefined
    for (let row = from; row < to; row++) {
      const bit = at + row - from
      if (bits === undefined || bitAt(bits, data.offset + row))
        joined[bit >> 3] = (joined[bit >> 3] as number) | (1 << (bit & 7))
    }
  }
  return joined
}
