import { type Data, makeData } from 'apache-arrow'
import type { Kind } from '../core/schema.ts'
import { typeOf } from './arrow-types.ts'
import { arrays } from './column.ts'
import { countBits } from './column-builder.ts'
import { dateAt, doubleAt, instantReader, wholeAt, wholeReader } from './json-numbers.ts'
import { char, eachElement, skipValue, textAt } from './json-scan.ts'

/** Gathers the values of one column out of JSON. Rows are filled in order; a row that is not set is null. */
export interface JsonStore {
  /** `false` when what is written there is no value of this kind. */
  set(row: number, bytes: Buffer, start: number, end: number): boolean
  /** Makes a row null again. */
  clear(row: number): void
  /** Room for so many rows, all together. */
  reserve(rows: number): void
  /** The first `rows` values; the store is empty afterwards and never touches them again. */
  take(rows: number): Data
}

type Values = InstanceType<(typeof arrays)[keyof typeof arrays]>
type FixedKind = keyof typeof arrays

const microseconds = instantReader(6)
const nanoseconds = instantReader(9)

/** How values of fixed width are read. */
const readers: {
  readonly [K in FixedKind]: (bytes: Buffer, start: number, end: number) => number | bigint | undefined
} = {
  int8: wholeReader(8),
  int16: wholeReader(16),
  int32: wholeReader(32),
  int64: wholeAt,
  float64: doubleAt,
  date: dateAt,
  timestamp_ns: nanoseconds,
  timestamp_us: microseconds,
  timestamp_ns_utc: nanoseconds,
  timestamp_us_utc: microseconds,
}

/** A store that grows with its rows. */
export function jsonStore(kind: Kind): JsonStore {
  if (kind === 'utf8') return textStore()
  if (kind === 'bool') return boolStore()
  return fixedStore(kind)
}

/** Arrow's own types for this call want the kind of column known to the compiler. */
const dataOf = (kind: Kind, rows: number, props: object): Data =>
  makeData({ type: typeOf(kind), length: rows, ...props } as Parameters<typeof makeData>[0])

/** One bit a row: whether it has a value. */
function presence() {
  let bits = new Uint8Array(0)
  return {
    set(row: number): void {
      bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
    },
    has: (row: number): boolean => ((bits[row >> 3] as number) >> (row & 7)) % 2 === 1,
    clear(row: number): void {
      bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7))
    },
    reserve(rows: number): void {
      bits = larger(bits, (rows + 7) >> 3)
    },
    take(rows: number): { nullCount: number; nullBitmap?: Uint8Array } {
      const nullBitmap = bits.slice(0, (rows + 7) >> 3)
      bits.fill(0)
      const nullCount = rows - countBits(nullBitmap, rows)
      return nullCount > 0 ? { nullCount, nullBitmap } : { nullCount }
    },
  }
}

function larger(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= least) return bytes
  const grown = new Uint8Array(Math.max(least, bytes.length * 2))
  grown.set(bytes)
  return grown
}

function fixedStore(kind: FixedKind): JsonStore {
  const Store: new (length: number) => Values = arrays[kind]
  const read = readers[kind]
  const present = presence()
  let values: Values = new Store(0)
  return {
    set(row, bytes, start, end) {
      const value = read(bytes, start, end)
      if (value === undefined) return false
      values[row] = value
      present.set(row)
      return true
    },
    clear: present.clear,
    reserve(rows) {
      present.reserve(rows)
      if (values.length >= rows) return
      const grown = new Store(rows)
      // Both are of one kind.
      grown.set(values as never)
      values = grown
    },
    take: (rows) => dataOf(kind, rows, { data: values.slice(0, rows), ...present.take(rows) }),
  }
}

function boolStore(): JsonStore {
  const present = presence()
  const isTrue = presence()
  return {
    set(row, bytes, start, end) {
      const text =
        bytes[start] === char.quote ? textAt(bytes, start, end) : bytes.toString('latin1', start, end)
      if (text !== 'true' && text !== 'false') return false
      isTrue[text === 'true' ? 'set' : 'clear'](row)
      present.set(row)
      return true
    },
    clear(row) {
      present.clear(row)
      isTrue.clear(row)
    },
    reserve(rows) {
      present.reserve(rows)
      isTrue.reserve(rows)
    },
    take(rows) {
      const { nullBitmap: data = new Uint8Array((rows + 7) >> 3 || 0).fill(0xff) } = isTrue.take(rows)
      return dataOf('bool', rows, { data, ...present.take(rows) })
    },
  }
}

const encoder = new TextEncoder()
/** Longer ones are copied by the system. */
const shortText = 32

function textStore(): JsonStore {
  const present = presence()
  let offsets = new Int32Array(1)
  let text = new Uint8Array(0)
  /** First row whose beginning is not known yet: those before it without a value end where they begin. */
  let begun = 0
  const begin = (row: number): number => {
    for (; begun < row; begun++) if (!present.has(begun)) offsets[begun + 1] = offsets[begun] as number
    return offsets[row] as number
  }
  return {
    set(row, bytes, start, end) {
      const at = begin(row)
      if (bytes[start] === char.openObject || bytes[start] === char.t || bytes[start] === char.f) return false
      // A text takes no more bytes than its JSON does: escapes are longer than what they stand for.
      text = larger(text, at + end - start)
      const stop =
        bytes[start] === char.openList
          ? copyList(bytes, start, text, at)
          : copyPlain(bytes, start, end, text, at)
      if (stop < 0) return false
      offsets[row + 1] = stop
      // An empty list names nothing.
      if (bytes[start] !== char.openList || stop > at) present.set(row)
      return true
    },
    clear: present.clear,
    reserve(rows) {
      present.reserve(rows)
      if (offsets.length > rows) return
      const grown = new Int32Array(rows + 1)
      grown.set(offsets)
      offsets = grown
    },
    take(rows) {
      const data = text.slice(0, begin(rows))
      const valueOffsets = offsets.slice(0, rows + 1)
      begun = 0
      return dataOf('utf8', rows, { data, valueOffsets, ...present.take(rows) })
    },
  }
}

/** Copies a string, or the digits of a number, and answers where the copy ends. */
function copyPlain(bytes: Buffer, start: number, end: number, to: Uint8Array, at: number): number {
  const isString = bytes[start] === char.quote
  const from = isString ? start + 1 : start
  const length = isString ? end - start - 2 : end - start
  if (length > shortText) {
    if (!isString || !bytes.subarray(from, from + length).includes(char.backslash)) {
      to.set(bytes.subarray(from, from + length), at)
      return at + length
    }
    return at + encoder.encodeInto(textAt(bytes, start, end), to.subarray(at)).written
  }
  for (let i = 0; i < length; i++) {
    const c = bytes[from + i] as number
    if (c === char.backslash)
      return at + encoder.encodeInto(textAt(bytes, start, end), to.subarray(at)).written
    to[at + i] = c
  }
  return at + length
}

/** Copies a list of texts or numbers with commas between them; -1 when it is none, or when a text has a comma itself. */
function copyList(bytes: Buffer, start: number, to: Uint8Array, at: number): number {
  let stop = at
  let isGood = true
  eachElement(bytes, start, (from) => {
    const end = skipValue(bytes, from)
    const c = bytes[from] as number
    isGood &&= c === char.quote || c === char.minus || (c >= char.zero && c <= char.nine)
    if (!isGood) return end
    if (stop > at) to[stop++] = char.comma
    const copied = copyPlain(bytes, from, end, to, stop)
    isGood = !to.subarray(stop, copied).includes(char.comma)
    stop = copied
    return end
  })
  return isGood ? stop : -1
}
