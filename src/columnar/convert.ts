import { type Data, makeData } from 'apache-arrow'
import type { Kind } from '../core/schema.ts'
import { typeOf } from './arrow-types.ts'
import { columnOf } from './column.ts'

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
  const wide =
    kind === 'float64' ? Float64Array : kind === 'int32' || kind === 'date' ? Int32Array : BigInt64Array
  return make({ ...props, data: new wide(rows) })
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

/** The column with its zeros null, and how many there were. */
export function zeroToNull(data: Data): { readonly data: Data; readonly zeros: number } {
  const column = columnOf(data)
  const values = column.values as BigInt64Array | Int32Array | Float64Array
  const nullBitmap = new Uint8Array((data.length + 7) >> 3)
  let zeros = 0
  let nulls = 0
  for (let row = 0; row < data.length; row++) {
    // Loose on purpose: the columns are of numbers or of bigints.
    // biome-ignore lint/suspicious/noDoubleEquals: 0 == 0n
    const isZero = values[row] == 0
    const valid = column.isValid(row)
    if (valid && isZero) zeros++
    if (valid && !isZero) nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7))
    else nulls++
  }
  return {
    data: make({ type: data.type, length: data.length, nullCount: nulls, nullBitmap, data: values }),
    zeros,
  }
}

const validityOf = ({ nullCount, nullBitmap, offset }: Data) =>
  nullCount > 0 ? { nullCount, nullBitmap, offset } : { nullCount: 0 }

/** Arrow's own types for this call want the kind of column known to the compiler. */
const make = (props: object): Data => makeData(props as Parameters<typeof makeData>[0])
