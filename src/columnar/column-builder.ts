import { type Data, makeData } from 'apache-arrow'
import { typeOf } from './arrow-types.ts'
import { arrays } from './column.ts'
import { kindRead, type Reading } from './csv-header.ts'
import {
  parseDate,
  parseFloat64,
  parseInt8,
  parseInt16,
  parseInt32,
  parseInt64,
  parseTime,
} from './numbers.ts'

/**
 * Gathers the texts of one column as typed values. Rows are set in order, and setting a row again replaces it, so a row
 * that fails half way is simply set anew.
 */
export interface ColumnBuilder {
  /** `false` when the text is no value of this kind. */
  set(row: number, text: string): boolean
  setNull(row: number): void
  /** The first `rows` values; the builder is empty afterwards and never touches them again. */
  take(rows: number): Data
}

type Values = InstanceType<(typeof arrays)[keyof typeof arrays]>

const stores = { ...arrays, time: BigInt64Array } as const

/** How values of fixed width are made from text. */
const parsers = {
  int8: parseInt8,
  int16: parseInt16,
  int32: parseInt32,
  int64: parseInt64,
  float64: parseFloat64,
  date: parseDate,
  timestamp_ns: parseInt64,
  timestamp_us: parseInt64,
  timestamp_ns_utc: parseInt64,
  timestamp_us_utc: parseInt64,
  time: parseTime,
} as const satisfies { readonly [K in keyof typeof stores]: (text: string) => unknown }

/** A builder for at most `capacity` rows at a time. */
export function columnBuilder(reading: Reading, capacity: number): ColumnBuilder {
  if (reading === 'utf8') return textBuilder(capacity)
  if (reading === 'bool') return boolBuilder(capacity)
  return fixedBuilder(reading, capacity)
}

function fixedBuilder(reading: keyof typeof stores, capacity: number): ColumnBuilder {
  const Store: new (length: number) => Values = stores[reading]
  const parse = parsers[reading]
  const type = typeOf(kindRead(reading))
  const validity = validityBuilder(capacity)
  let values: Values = new Store(capacity)
  return {
    set(row, text) {
      const value = parse(text)
      if (value === undefined) return false
      values[row] = value
      validity.set(row)
      return true
    },
    setNull: (row) => validity.clear(row),
    take(rows) {
      // Full, they are given away; otherwise a copy is, of the right size.
      const data = rows === capacity ? values : values.slice(0, rows)
      if (data === values) values = new Store(capacity)
      return makeData({ type, length: rows, data, ...validity.take(rows) } as Parameters<typeof makeData>[0])
    },
  }
}

function boolBuilder(capacity: number): ColumnBuilder {
  const validity = validityBuilder(capacity)
  let bits = new Uint8Array((capacity + 7) >> 3)
  return {
    set(row, text) {
      const value = text.toLowerCase()
      if (value !== 'true' && value !== 'false') return false
      const mask = 1 << (row & 7)
      bits[row >> 3] =
        value === 'true' ? (bits[row >> 3] as number) | mask : (bits[row >> 3] as number) & ~mask
      validity.set(row)
      return true
    },
    setNull: (row) => validity.clear(row),
    take(rows) {
      const data = bits.slice(0, (rows + 7) >> 3)
      bits = new Uint8Array((capacity + 7) >> 3)
      return makeData({ type: typeOf('bool'), length: rows, data, ...validity.take(rows) } as Parameters<
        typeof makeData
      >[0])
    },
  }
}

const encoder = new TextEncoder()

function textBuilder(capacity: number): ColumnBuilder {
  const validity = validityBuilder(capacity)
  let bytes = new Uint8Array(capacity * 8)
  let offsets = new Int32Array(capacity + 1)
  return {
    set(row, text) {
      const start = offsets[row] as number
      // A UTF-16 unit is at most three bytes of UTF-8.
      if (start + text.length * 3 > bytes.length) bytes = grown(bytes, start + text.length * 3)
      offsets[row + 1] = start + writeText(text, bytes, start)
      validity.set(row)
      return true
    },
    setNull(row) {
      offsets[row + 1] = offsets[row] as number
      validity.clear(row)
    },
    take(rows) {
      const valueOffsets = offsets.slice(0, rows + 1)
      const data = bytes.slice(0, offsets[rows])
      offsets = new Int32Array(capacity + 1)
      return makeData({
        type: typeOf('utf8'),
        length: rows,
        data,
        valueOffsets,
        ...validity.take(rows),
      } as Parameters<typeof makeData>[0])
    },
  }
}

/** Short plain ASCII, which nearly all text here is, is faster by hand than through an encoder. */
function writeText(text: string, bytes: Uint8Array, start: number): number {
  if (text.length > 24) return encoder.encodeInto(text, bytes.subarray(start)).written
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return encoder.encodeInto(text, bytes.subarray(start)).written
    bytes[start + i] = code
  }
  return text.length
}

function grown(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, bytes.length * 2))
  larger.set(bytes)
  return larger
}

/** Validity bits; none at all while no row is null. */
function validityBuilder(capacity: number) {
  const empty = (): Uint8Array<ArrayBuffer> => new Uint8Array((capacity + 7) >> 3).fill(0xff)
  let bits: Uint8Array<ArrayBuffer> | undefined
  return {
    set(row: number): void {
      if (bits) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
    },
    clear(row: number): void {
      bits ??= empty()
      bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7))
    },
    take(rows: number): { nullCount: number; nullBitmap?: Uint8Array } {
      const taken = bits?.slice(0, (rows + 7) >> 3)
      bits = undefined
      return taken ? { nullCount: rows - countBits(taken, rows), nullBitmap: taken } : { nullCount: 0 }
    },
  }
}

/** How many of the first `length` bits are set. */
export function countBits(bits: Uint8Array, length: number): number {
  let count = 0
  for (let i = 0; i < length; i++) count += ((bits[i >> 3] as number) >> (i & 7)) & 1
  return count
}
