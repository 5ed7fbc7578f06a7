import type { Data } from 'apache-arrow'
import type { Kind } from '../core/schema.ts'
import { kindOf } from './arrow-types.ts'
import { bytesOf } from './column.ts'
import { encoderBytes } from './encoder-bytes.ts'
import { compileWasm, startWasm, type WasmMemory } from './web-assembly.ts'

interface Global {
  readonly value: number
}

/** What `wasm/encoder.ts` exports. Addresses and sizes are in bytes; a column is the address of one. */
interface EncoderExports {
  readonly memory: WasmMemory
  openColumn(kind: number, hasDictionary: number, rowsPerPage: number): number
  scratch(bytes: number): number
  place(column: number, textBytes: number): number
  addPacked(column: number, rows: number): void
  addNumbers(column: number, from: number, bits: number, firstBit: number, rows: number): void
  addBools(
    column: number,
    from: number,
    firstValue: number,
    bits: number,
    firstBit: number,
    rows: number,
  ): void
  addTexts(column: number, offsets: number, bits: number, firstBit: number, rows: number): void
  heapUsed(column: number): number
  page(column: number): number
  readonly pageAt: Global
  readonly encoding: Global
  readonly nulls: Global
  dictionaryAt(column: number): number
  dictionaryBytes(column: number): number
  dictionaryCount(column: number): number
  hasRange(column: number): number
  leastAt(column: number): number
  leastBytes(column: number): number
  mostAt(column: number): number
  mostBytes(column: number): number
  endChunk(column: number): void
  closeColumn(column: number): void
}

/** The contents of a Parquet data page, uncompressed. */
export interface EncodedPage {
  /** Lent until any encoder is called again. */
  readonly bytes: Uint8Array
  /** The number that the format gives to how the values are written. */
  readonly encoding: number
  readonly nulls: number
}

/** What is said of a column chunk after its last page. All bytes are lent until any encoder is called again. */
export interface ChunkEnd {
  /** The contents of its dictionary page, and how many values that has. */
  readonly dictionary?: { readonly bytes: Uint8Array; readonly values: number }
  /** Its smallest and largest value as statistics have them; absent where all is null, or a text too long to be told. */
  readonly range?: { readonly least: Uint8Array; readonly most: Uint8Array }
}

/** Makes column chunks of one column, page by page. */
export interface ColumnEncoder {
  /** Copies rows `from` to `to` of a column of its kind; a page must have room for them. */
  add(data: Data, from: number, to: number): void
  /** Bytes of text that were added since the last page. */
  textBytes(): number
  /** A page of all rows that were added since the last one. */
  page(): EncodedPage
  /** Ends the chunk: the next page belongs to another. */
  end(): ChunkEnd
  /** Frees its memory; nothing may be called after that. */
  close(): void
}

export interface ColumnOptions {
  /** Until it grows too large. Bools, which are one bit each, never have one. */
  readonly hasDictionary: boolean
  readonly rowsPerPage: number
}

/** The encoder's numbers for what values are. */
const [INT32, INT64, FLOAT64, TEXT, BOOL] = [0, 1, 2, 3, 4] as const

const codes: Readonly<Record<Kind, number>> = {
  utf8: TEXT,
  bool: BOOL,
  int8: INT32,
  int16: INT32,
  int32: INT32,
  int64: INT64,
  float64: FLOAT64,
  date: INT32,
  timestamp_ns: INT64,
  timestamp_us: INT64,
  timestamp_ns_utc: INT64,
  timestamp_us_utc: INT64,
}

type NumberArray = Int8Array | Int16Array | Int32Array | BigInt64Array | Float64Array

/**
 * One instance for all columns of a thread, whose memory is used again once they are closed: an instance of its own would
 * reserve gigabytes of addresses for each file. The module is ours, and this is what it exports.
 */
const exports = startWasm(compileWasm(encoderBytes)) as EncoderExports
const { memory } = exports

/** Addresses from 2 GiB on come as negative numbers. */
const lend = (at: number, bytes: number): Uint8Array => new Uint8Array(memory.buffer, at >>> 0, bytes)

/**
 * Encodes a column as Parquet has it: dictionaries, packed differences, texts behind their lengths. It holds the rows of
 * one page, and the dictionary of one chunk.
 */
export function openColumn(kind: Kind, { hasDictionary, rowsPerPage }: ColumnOptions): ColumnEncoder {
  const column = exports.openColumn(codes[kind], Number(hasDictionary && kind !== 'bool'), rowsPerPage)
  return {
    add: (data, from, to) => add(column, data, from, to),
    textBytes: () => exports.heapUsed(column),
    page() {
      const bytes = exports.page(column)
      const { pageAt, encoding, nulls } = exports
      return { bytes: lend(pageAt.value, bytes), encoding: encoding.value, nulls: nulls.value }
    },
    end() {
      const at = exports.dictionaryAt(column)
      const values = exports.dictionaryCount(column)
      const dictionary = { bytes: lend(at, exports.dictionaryBytes(column)), values }
      const least = lend(exports.leastAt(column), exports.leastBytes(column))
      const most = lend(exports.mostAt(column), exports.mostBytes(column))
      const hasRange = exports.hasRange(column) !== 0
      exports.endChunk(column)
      return { ...(values > 0 && { dictionary }), ...(hasRange && { range: { least, most } }) }
    },
    close: () => exports.closeColumn(column),
  }
}

/** What is handed in: values, and where they have nulls the bits that say so. Arrow slices the values, but not the bits. */
interface Handed {
  readonly rows: number
  readonly validity: Uint8Array | undefined
  /** The bit of the first row, of these bits and of a bool's own. */
  readonly firstBit: number
}

function add(column: number, data: Data, from: number, to: number): void {
  if (from === to) return
  const code = codes[kindOf(data.type)]
  const [first, end] = [data.offset + from, data.offset + to]
  const bitsOf = (bitmap: Uint8Array): Uint8Array => bitmap.subarray(first >> 3, (end + 7) >> 3)
  const validity = data.nullCount > 0 ? bitsOf(data.nullBitmap as Uint8Array) : undefined
  const handed = { rows: to - from, validity, firstBit: first & 7 }
  if (code === TEXT) addTexts(column, data.valueOffsets.subarray(from, to + 1), data.values, handed)
  else if (code === BOOL) addBools(column, bitsOf(data.values), handed)
  else addNumbers(column, data.values.subarray(from, to), handed)
}

function addNumbers(column: number, values: NumberArray, { rows, validity, firstBit }: Handed): void {
  // Parquet has none shorter than 4 bytes.
  const isShort = values instanceof Int8Array || values instanceof Int16Array
  const numbers = isShort ? Int32Array.from(values) : values
  if (validity) {
    const [at, bits] = handIn(numbers, validity)
    exports.addNumbers(column, at, bits, firstBit, rows)
  } else {
    lend(exports.place(column, 0), numbers.byteLength).set(bytesOf(numbers))
    exports.addPacked(column, rows)
  }
}

function addBools(column: number, values: Uint8Array, { rows, validity, firstBit }: Handed): void {
  const [at, bits] = handIn(values, validity)
  exports.addBools(column, at, firstBit, bits, firstBit, rows)
}

function addTexts(column: number, offsets: Int32Array, heap: Uint8Array, handed: Handed): void {
  const { rows, validity, firstBit } = handed
  const texts = heap.subarray(offsets[0], offsets[rows])
  const to = exports.place(column, texts.length)
  const [at, bits] = handIn(offsets, validity)
  lend(to, texts.length).set(texts)
  exports.addTexts(column, at, bits, firstBit, rows)
}

/** Puts contents into the scratch, and the bits behind them. @returns where both are; 0 says that there are no bits. */
function handIn(contents: ArrayBufferView, bits: Uint8Array | undefined): readonly [number, number] {
  const { byteLength } = contents
  const end = (byteLength + 7) & ~7
  const at = exports.scratch(end + (bits?.length ?? 0))
  lend(at, byteLength).set(bytesOf(contents))
  if (!bits) return [at, 0]
  lend(at + end, bits.length).set(bits)
  return [at, at + end]
}
