import { type Data, DataType } from 'apache-arrow'
import type { Batch, Columns, Kind } from '../core/schema.ts'
import { kindOf } from './arrow-types.ts'

/** Where the values of each kind lie. Values of null rows mean nothing. */
interface Storage {
  utf8: Uint8Array
  bool: Uint8Array
  int8: Int8Array
  int16: Int16Array
  int32: Int32Array
  int64: BigInt64Array
  float64: Float64Array
  /** Days since 1970-01-01. */
  date: Int32Array
  timestamp_ns: BigInt64Array
  timestamp_us: BigInt64Array
  timestamp_ns_utc: BigInt64Array
  timestamp_us_utc: BigInt64Array
}

/** The array that holds the values of each kind that has one value a row. */
export const arrays = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float64: Float64Array,
  date: Int32Array,
  timestamp_ns: BigInt64Array,
  timestamp_us: BigInt64Array,
  timestamp_ns_utc: BigInt64Array,
  timestamp_us_utc: BigInt64Array,
} as const satisfies { readonly [K in Exclude<Kind, 'utf8' | 'bool'>]: new (data: ArrayBuffer) => Storage[K] }

/** One column of a batch, read without Arrow's row accessors: those round nanoseconds and turn nulls into 0. */
export interface Column<K extends Kind = Kind> {
  readonly kind: K
  readonly length: number
  readonly nullCount: number
  /**
   * One value a row, or, for `utf8`, the bytes of all texts and, for `bool`, one bit a row.
   * A view of the batch's own memory: read it, never write.
   */
  readonly values: Storage[K]
  /** For `utf8`: row `i` is `values` from `offsets[i]` to `offsets[i + 1]`. */
  readonly offsets: Int32Array
  isValid(row: number): boolean
}

/**
 * A column by name.
 *
 * @throws {TypeError} when the batch has no such column, which the compiler would have told.
 */
export function column<C extends Columns, const N extends keyof C & string>(
  batch: Batch<C>,
  name: N,
): Column<C[N]> {
  const at = batch.schema.fields.findIndex((field) => field.name === name)
  const data = batch.data.children[at]
  if (data === undefined)
    throw new TypeError(
      `no column ${name} among ${batch.schema.fields.map((field) => field.name).join(', ')}`,
    )
  return columnOf(data) as Column<C[N]>
}

/** Any column's data, as a view. */
export function columnOf(data: Data): Column {
  const { length, nullCount, nullBitmap, offset } = data
  const validity = nullCount > 0 ? (nullBitmap as Uint8Array) : undefined
  return {
    kind: kindOf(data.type),
    length,
    nullCount,
    values: DataType.isBool(data.type) ? bitsFrom(data.values, offset, length) : data.values,
    offsets: data.valueOffsets,
    // Arrow slices the values of a sliced column, but not the bits.
    isValid: validity ? (row) => bitAt(validity, row + offset) : () => true,
  }
}

/** A bitmap that begins with bit `from` of another one; that one itself where nothing has to move. */
function bitsFrom(bits: Uint8Array, from: number, length: number): Uint8Array {
  if (from === 0) return bits
  const moved = new Uint8Array((length + 7) >> 3)
  for (let i = 0; i < length; i++)
    if (bitAt(bits, from + i)) moved[i >> 3] = (moved[i >> 3] as number) | (1 << (i & 7))
  return moved
}

/** Bit `at` of a bitmap, least significant first. */
export const bitAt = (bits: Uint8Array, at: number): boolean =>
  ((bits[at >> 3] as number) >> (at & 7)) % 2 === 1

/** The bytes of any array of numbers, as a view. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
