import { type Data, makeData } from 'apache-arrow'
import type { Batch, Columns } from '../core/schema.ts'
import { makeBatch, typeOf } from './arrow-types.ts'
import { arrays } from './column.ts'
import { kindRead, type Reading } from './csv-header.ts'
import type { Kernel } from './kernel.ts'

/** One column that the kernel is to read. */
export interface KernelColumn {
  readonly name: string
  readonly reading: Reading
  /** Which field of a row, counted from 0. */
  readonly field: number
}

/** The kernel's numbers for ways of reading, and bytes of a value; texts lie in a heap of their own. */
const codes: Readonly<Record<Reading, readonly [code: number, width: number]>> = {
  utf8: [0, 0],
  bool: [1, 1 / 8],
  int8: [2, 1],
  int16: [3, 2],
  int32: [4, 4],
  int64: [5, 8],
  float64: [6, 8],
  date: [7, 4],
  timestamp_ns: [5, 8],
  timestamp_us: [5, 8],
  timestamp_ns_utc: [5, 8],
  timestamp_us_utc: [5, 8],
  time: [8, 8],
}

const arrayOf = { ...arrays, bool: Uint8Array, time: BigInt64Array }

/** Words of the kernel's `Column`. */
const columnWords = 8
const [heapUsedWord, nullsWord] = [6, 7]

/** Columns in the kernel's memory, which it fills and from which batches are copied. */
export interface KernelColumns {
  /** Where the kernel finds what they are. */
  readonly address: number
  readonly length: number
  /** The first `rows` rows as a batch of their own memory; the kernel begins anew. */
  take(rows: number): Batch
}

/** Makes room for `rows` rows, and for `textBytes` bytes in each column of texts. */
export function kernelColumns(
  kernel: Kernel,
  columns: readonly KernelColumn[],
  { rows: capacity, textBytes }: { readonly rows: number; readonly textBytes: number },
): KernelColumns {
  const address = kernel.take(columns.length * columnWords * 4)
  const places = columns.map(({ reading, field }) => {
    const [code, width] = codes[reading]
    const values = kernel.take(capacity * width)
    // The bits of 64 rows are changed at once, wherever the first of them lies.
    const validity = kernel.take(((capacity + 7) >> 3) + 9)
    const isText = reading === 'utf8'
    // Texts are copied 16 bytes at a time, also the last one.
    const [offsets, heap] = isText ? [kernel.take((capacity + 1) * 4), kernel.take(textBytes + 16)] : [0, 0]
    return { words: [field, code, values, validity, offsets, heap, 0, 0], width }
  })
  const words = new Uint32Array(kernel.exports.memory.buffer, address, columns.length * columnWords)
  places.forEach((place, i) => {
    words.set(place.words, i * columnWords)
  })
  const memory = kernel.exports.memory.buffer
  const begin = (): void => {
    places.forEach(({ words: [, , , validity] }, i) => {
      new Uint8Array(memory, validity, (capacity + 7) >> 3).fill(0xff)
      words.fill(0, i * columnWords + heapUsedWord, i * columnWords + nullsWord + 1)
    })
  }
  begin()
  const dataOf = ({ reading }: KernelColumn, i: number, rows: number): Data => {
    const [, , values = 0, validity = 0, offsets = 0, heap = 0, heapUsed = 0, nullCount = 0] = words.subarray(
      i * columnWords,
      (i + 1) * columnWords,
    )
    const copy = (from: number, bytes: number): ArrayBuffer => memory.slice(from, from + Math.ceil(bytes))
    const props = {
      type: typeOf(kindRead(reading)),
      length: rows,
      nullCount,
      ...(nullCount > 0 && { nullBitmap: new Uint8Array(copy(validity, rows / 8)) }),
    }
    const contents =
      reading === 'utf8'
        ? {
            data: new Uint8Array(copy(heap, heapUsed)),
            valueOffsets: new Int32Array(copy(offsets, (rows + 1) * 4)),
          }
        : { data: new arrayOf[reading](copy(values, rows * codes[reading][1])) }
    // Arrow's types for this call want the kind of column known to the compiler.
    return makeData({ ...props, ...contents } as Parameters<typeof makeData>[0])
  }
  return {
    address,
    length: columns.length,
    take(rows) {
      const batch = makeBatch<Columns>(
        columns.map((column, i) => ({ name: column.name, data: dataOf(column, i, rows) })),
        rows,
      )
      begin()
      return batch
    },
  }
}
