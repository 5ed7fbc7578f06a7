import type { RecordBatch } from 'apache-arrow'
import type { Batch } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { imageOf, rowsOf, schemaOf } from './batches.ts'

/** Good input of a stage, and the ways of cutting it into chunks that must make no difference. */
export interface Cuts<T> {
  /** Bytes, or rows, of the longest piece. */
  readonly length: number
  readonly whole: readonly T[]
  /** Pieces of `size` bytes or rows. */
  by(size: number): T[]
  /** Pieces of these sizes, then the rest; 0 makes an empty piece. */
  into(sizes: readonly number[]): T[]
  /** The input again and again, in chunks of 64 KiB or one batch. */
  flood(): Iterable<T>
}

function cutsOf<T>(
  whole: readonly T[],
  lengthOf: (part: T) => number,
  slice: (part: T, start: number, end: number) => T,
  flooding: readonly T[],
): Cuts<T> {
  const into = (part: T, sizes: Iterable<number>): T[] => {
    const pieces: T[] = []
    let at = 0
    for (const size of sizes) {
      const end = Math.min(at + size, lengthOf(part))
      pieces.push(slice(part, at, end))
      at = end
    }
    return at < lengthOf(part) ? [...pieces, slice(part, at, lengthOf(part))] : pieces
  }
  return {
    length: Math.max(...whole.map(lengthOf)),
    whole,
    by: (size) =>
      whole.flatMap((part) => into(part, Array(Math.ceil(lengthOf(part) / size)).fill(size) as number[])),
    into: (sizes) => whole.flatMap((part) => into(part, sizes)),
    *flood() {
      for (;;) yield* flooding
    },
  }
}

export function cutsOfBytes(input: Bytes): Cuts<Bytes> {
  const times = Math.ceil(65_536 / input.length)
  const chunk = new Uint8Array(Buffer.concat(Array(times).fill(input) as Bytes[]))
  return cutsOf(
    [input],
    (bytes) => bytes.length,
    (bytes, start, end) => bytes.subarray(start, end),
    [chunk],
  )
}

export const cutsOfBatches = <B extends Batch>(input: readonly B[]): Cuts<B> =>
  cutsOf<B>(
    input,
    (batch) => batch.numRows,
    (batch, start, end) => batch.slice(start, end) as RecordBatch as B,
    input,
  )

/** What chunks hold, whatever their cut: all bytes in one, or the rows under their schema. */
export function contentOf(chunks: readonly unknown[]): unknown {
  if (chunks.every((chunk) => chunk instanceof Uint8Array)) return Buffer.concat(chunks).toString('latin1')
  const batches = chunks as readonly RecordBatch[]
  const rows = batches.flatMap(rowsOf)
  return { schema: rows.length > 0 && batches[0] ? schemaOf(batches[0]) : [], rows }
}

/** A copy of the memory behind a chunk. */
export const memoryOf = (chunk: unknown): Uint8Array[] =>
  chunk instanceof Uint8Array ? [chunk.slice()] : imageOf(chunk as RecordBatch)
