import { type Data, makeData } from 'apache-arrow'
import type { Kind } from '../core/schema.ts'
import { typeOf } from './arrow-types.ts'
import { arrays, columnOf } from './column.ts'

/** A column of `rows` nulls. */
export function nullColumn(kind: Kind, rows: number): Data {
  const props = {
    type: typeOf(kind),
    length: rows,
    nullCount: rows,
    nullBitmap: new Uint8Array((rows + 7) >> 3),
  }
  if (kind === 'utf8')
    return make({ ...props, data: new Uint8Array(0), valueOffsets: new Int32Array(rows + 1) })
  if (kind === 'bool') return make({ ...props, data: new Uint8Array((rows + 7) >> 3) })
  return make({ ...props, data: new arrays[kind](rows) })
}

/** The same values under another type of the same width; memory is shared. */
export function retyped({ offset, length, nullCount, nullBitmap, values }: Data, kind: Kind): Data {
  return make({ type: typeOf(kind), offset, length, nullCount, nullBitmap, data: values })
}

/**
 * Nanoseconds as microseconds, rounded down.
 *
 * @returns the column, and the first value that was no whole microsecond, if there is one.
 */
export function toMicroseconds(
  data: Data,
  kind: Kind,
): { readonly data: Data; readonly cut: bigint | undefined } {
  const column = columnOf(data)
  const nanoseconds = column.values as BigInt64Array
  const microseconds = new BigInt64Array(data.length)
  let cut: bigint | undefined
  for (let row = 0; row < data.length; row++) {
    if (!column.isValid(row)) continue
    const value = nanoseconds[row] as bigint
    const quotient = value / 1000n
    const exact = quotient * 1000n === value
    // BigInt division rounds towards zero.
    microseconds[row] = exact || value >= 0n ? quotient : quotient - 1n
    if (!exact) cut ??= value
  }
  return {
    data: make({ ...validityOf(data), type: typeOf(kind), length: data.length, data: microseconds }),
    cut,
  }
}

/** The column with its zeros null, or what else stands for none, and how many there were. */
export function zeroToNull(data: Data, zero = 0n): { readonly data: Data; readonly zeros: number } {
  const { type, length, offset } = data
  const column = columnOf(data)
  const values = column.values as BigInt64Array | Int32Array | Float64Array
  // Compared with 0, each of them would be allocated as a bigint; arithmetic as that of `toMicroseconds` is spared it.
  const halves =
    values instanceof BigInt64Array
      ? new Int32Array(values.buffer, values.byteOffset, values.length * 2)
      : undefined
  const low = Number(BigInt.asIntN(32, zero))
  const high = Number(BigInt.asIntN(32, zero >> 32n))
  const nullBitmap =
    data.nullCount > 0
      ? new Uint8Array(data.nullBitmap as Uint8Array)
      : new Uint8Array((offset + length + 7) >> 3).fill(0xff)
  let zeros = 0
  for (let row = 0; row < length; row++) {
    const isZero = halves
      ? halves[2 * row] === low && halves[2 * row + 1] === high
      : values[row] === Number(zero)
    if (!isZero || !column.isValid(row)) continue
    zeros++
    const bit = offset + row
    nullBitmap[bit >> 3] = (nullBitmap[bit >> 3] as number) & ~(1 << (bit & 7))
  }
  const nullCount = data.nullCount + zeros
  return { data: make({ type, offset, length, nullCount, nullBitmap, data: values }), zeros }
}

const validityOf = ({ nullCount, nullBitmap, offset }: Data) =>
  nullCount > 0 ? { nullCount, nullBitmap, offset } : { nullCount: 0 }

/** Arrow's own types for this call want the kind of column known to the compiler. */
const make = (props: object): Data => makeData(props as Parameters<typeof makeData>[0])
