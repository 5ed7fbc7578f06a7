import { type Data, makeData } from 'apache-arrow'
import { typeOf } from '../../../src/columnar/arrow-types.ts'
import { parseFloat64, parseInt32, parseInt64 } from '../../../src/columnar/numbers.ts'
import type { Kind } from '../../../src/core/schema.ts'

/** The text being read. A line feed stands at `end`. */
export interface Text {
  readonly bytes: Uint8Array
  end: number
}

/** Reads the fields of one column, row by row. */
export interface FieldReader {
  /** Reads the field that begins at `at` into a row, and answers where it ends. */
  readonly read: (at: number, row: number) => number
  /** Forgets what was read into a row that had not ended. */
  readonly undo: (row: number) => void
  /** The first `rows` values; it begins anew. */
  readonly take: (rows: number) => Data | undefined
}

type Read = FieldReader['read']

const [quote, comma, lineFeed, carriageReturn, point, zero] = [34, 44, 10, 13, 46, 48]
const powers = Float64Array.from({ length: 16 }, (_, i) => 10 ** i)

/** `none` passes over its fields. Kinds that no file of trades has are not read here. */
export function fieldReader(kind: Kind | 'none', text: Text, capacity: number): FieldReader {
  if (kind === 'none') return { read: (at) => fieldEnd(text, at), undo: () => {}, take: () => undefined }
  if (kind === 'utf8') return textReader(text, capacity)
  if (kind === 'int32') return int32Reader(text, capacity)
  if (kind === 'float64') return float64Reader(text, capacity)
  if (kind === 'int64' || kind === 'timestamp_ns') return int64Reader(kind, text, capacity)
  throw new Error(`plain JavaScript reads no ${kind} here`)
}

const endsField = (byte: number | undefined): boolean =>
  byte === comma || byte === lineFeed || byte === carriageReturn

/** Above 9 where there is no digit. */
const digitAt = (bytes: Uint8Array, at: number): number => (bytes[at] as number) ^ zero

/** No loop crosses the line feed at the end of the text, but within quotes it would. */
export function behindQuoted({ bytes, end }: Text, start: number): number {
  let at = start + 1
  while (at < end && bytes[at] !== quote) at++
  return Math.min(at + 1, end)
}

function fieldEnd(text: Text, start: number): number {
  const { bytes } = text
  let at = start
  while (bytes[at] !== comma && bytes[at] !== lineFeed)
    at = bytes[at] === quote ? behindQuoted(text, at) : at + 1
  return beforeBreak(bytes, start, at)
}

/** A carriage return before a line feed is none of the field's. */
const beforeBreak = (bytes: Uint8Array, start: number, at: number): number =>
  at > start && bytes[at] === lineFeed && bytes[at - 1] === carriageReturn ? at - 1 : at

function int32Reader(text: Text, capacity: number): FieldReader {
  const { bytes } = text
  const nulls = validity(capacity)
  let values = new Int32Array(capacity)
  const slow = slowReader(text, nulls, parseInt32, (row, value) => {
    values[row] = value
  })
  const read: Read = (start, row) => {
    let at = start
    let value = 0
    let digit = digitAt(bytes, at)
    for (; digit <= 9; digit = digitAt(bytes, ++at)) value = (value * 10 + digit) | 0
    if (at === start || at > start + 9 || !endsField(bytes[at])) return slow(start, row)
    values[row] = value
    return at
  }
  const take = (rows: number): Data => {
    const data = values.subarray(0, rows)
    values = new Int32Array(capacity)
    return made('int32', { length: rows, data, ...nulls.take(rows) })
  }
  return { read, undo: nulls.undo, take }
}

function float64Reader(text: Text, capacity: number): FieldReader {
  const { bytes } = text
  const nulls = validity(capacity)
  let values = new Float64Array(capacity)
  const slow = slowReader(text, nulls, parseFloat64, (row, value) => {
    values[row] = value
  })
  const read: Read = (start, row) => {
    let at = start
    let mantissa = 0
    let places = 0
    let digit = digitAt(bytes, at)
    for (; digit <= 9; digit = digitAt(bytes, ++at)) mantissa = mantissa * 10 + digit
    if (bytes[at] === point) {
      const from = at + 1
      digit = digitAt(bytes, ++at)
      for (; digit <= 9; digit = digitAt(bytes, ++at)) mantissa = mantissa * 10 + digit
      places = at - from
    }
    // 15 digits and their power of ten are exact doubles, so their quotient is the nearest one.
    if (at === start || at > start + 15 || !endsField(bytes[at])) return slow(start, row)
    values[row] = mantissa / (powers[places] as number)
    return at
  }
  const take = (rows: number): Data => {
    const data = values.subarray(0, rows)
    values = new Float64Array(capacity)
    return made('float64', { length: rows, data, ...nulls.take(rows) })
  }
  return { read, undo: nulls.undo, take }
}

/** Written as two words of 32 bits, the low one first: a bigint a value would take longer than all the rest. */
function int64Reader(kind: 'int64' | 'timestamp_ns', text: Text, capacity: number): FieldReader {
  const { bytes } = text
  const nulls = validity(capacity)
  let words = new Uint32Array(2 * capacity)
  const slow = slowReader(text, nulls, parseInt64, (row, value) => {
    new BigInt64Array(words.buffer)[row] = value
  })
  const read: Read = (start, row) => {
    let at = start
    let high = 0
    let low = 0
    let digit = digitAt(bytes, at)
    for (; digit <= 9 && at < start + 9; digit = digitAt(bytes, ++at)) high = high * 10 + digit
    for (; digit <= 9; digit = digitAt(bytes, ++at)) low = low * 10 + digit
    // Nine digits and up to ten more, for whose product there is room; the rest goes the slow way.
    if (at === start || at > start + 19 || high >= 922_337_203 || !endsField(bytes[at]))
      return slow(start, row)
    putProduct(words, row * 2, high, at > start + 9 ? (powers[at - start - 9] as number) : 1, low)
    return at
  }
  const take = (rows: number): Data => {
    const data = new BigInt64Array(words.buffer, 0, rows)
    words = new Uint32Array(2 * capacity)
    return made(kind, { length: rows, data, ...nulls.take(rows) })
  }
  return { read, undo: nulls.undo, take }
}

/** Puts `a * b + c`, below 2 ** 63, in halves of 16 bits of `a`, so that every step is an exact double. */
function putProduct(words: Uint32Array, at: number, a: number, b: number, c: number): void {
  const low = (a & 0xffff) * b + c
  const carry = Math.floor(low / 65_536)
  const high = (a >>> 16) * b + carry
  const top = Math.floor(high / 65_536)
  words[at] = (high - top * 65_536) * 65_536 + (low - carry * 65_536)
  words[at + 1] = top
}

function textReader(text: Text, capacity: number): FieldReader {
  const { bytes } = text
  const nulls = validity(capacity)
  let heap = new Uint8Array(capacity)
  let offsets = new Int32Array(capacity + 1)
  const readQuoted: Read = (start, row) => {
    const into = heap
    let put = offsets[row] as number
    let at = start + 1
    for (; at < text.end; at++) {
      if (bytes[at] === quote && bytes[++at] !== quote) break
      into[put++] = bytes[at] as number
    }
    offsets[row + 1] = put
    return at
  }
  const read: Read = (start, row) => {
    let put = offsets[row] as number
    // Room for all there is, so that no byte has to be asked about.
    if (put + text.end - start > heap.length) heap = grown(heap, put + text.end - start)
    if (bytes[start] === quote) return readQuoted(start, row)
    const into = heap
    let at = start
    for (let byte = bytes[at]; byte !== comma && byte !== lineFeed; byte = bytes[++at])
      into[put++] = byte as number
    const end = beforeBreak(bytes, start, at)
    offsets[row + 1] = put - (at - end)
    if (end === start) nulls.clear(row)
    return end
  }
  const take = (rows: number): Data => {
    const data = heap.slice(0, offsets[rows])
    const valueOffsets = offsets.subarray(0, rows + 1)
    offsets = new Int32Array(capacity + 1)
    return made('utf8', { length: rows, data, valueOffsets, ...nulls.take(rows) })
  }
  return { read, undo: nulls.undo, take }
}

function grown(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, bytes.length * 2))
  larger.set(bytes)
  return larger
}

/** For a field that is empty, quoted, signed or long: by way of a string. */
function slowReader<T>(
  text: Text,
  nulls: ReturnType<typeof validity>,
  parse: (text: string) => T | undefined,
  put: (row: number, value: T) => void,
): Read {
  return (start, row) => {
    const at = fieldEnd(text, start)
    if (at === start) nulls.clear(row)
    else {
      const field = Buffer.from(text.bytes.subarray(start, at)).toString('latin1')
      const value = parse(field.startsWith('"') ? field.slice(1, -1) : field)
      if (value !== undefined) put(row, value)
      else if (at < text.end) throw new Error(`${field} is no value of its column`)
    }
    return at
  }
}

function validity(capacity: number) {
  const empty = (): Uint8Array => new Uint8Array((capacity + 7) >> 3).fill(0xff)
  let bits = empty()
  let nullCount = 0
  return {
    clear(row: number): void {
      bits[row >> 3] = (bits[row >> 3] as number) & ~(1 << (row & 7))
      nullCount++
    },
    undo(row: number): void {
      const mask = 1 << (row & 7)
      if (((bits[row >> 3] as number) & mask) !== 0) return
      bits[row >> 3] = (bits[row >> 3] as number) | mask
      nullCount--
    },
    take(rows: number) {
      const taken = { nullCount, ...(nullCount > 0 && { nullBitmap: bits.subarray(0, (rows + 7) >> 3) }) }
      bits = empty()
      nullCount = 0
      return taken
    },
  }
}

/** Arrow's types for this call want the kind of column known to the compiler. */
const made = (kind: Kind, props: object): Data =>
  makeData({ type: typeOf(kind), ...props } as Parameters<typeof makeData>[0])
