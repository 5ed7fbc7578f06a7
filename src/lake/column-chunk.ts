import type { ColumnEncoder } from '../columnar/column-encoder.ts'
import type { Codec } from './parquet-codec.ts'
import { binary, bool, i32, i64, list, struct, type ThriftValue, text, thriftBytes } from './thrift.ts'

/** Numbers of the format. */
const [DATA_PAGE, DICTIONARY_PAGE] = [0, 2] as const
const [PLAIN, RLE] = [0, 3] as const

/** The pages of one column in one row group, as they come. */
export interface ColumnChunk {
  /** Makes a page of the rows that the column's encoder holds. */
  addPage(rows: number): void
  /** All pages in their order, and what the footer says of them, given where they will stand. The next chunk begins. */
  end(): EndedChunk
}

export interface EndedChunk {
  readonly pieces: readonly Uint8Array[]
  readonly bytes: number
  readonly uncompressedBytes: number
  /** The chunk's metadata, when it begins at byte `at` of the file. */
  metadata(at: number): ThriftValue
}

interface Pages {
  pieces: Uint8Array[]
  bytes: number
  uncompressedBytes: number
  rows: number
  nulls: number
  encodings: Set<number>
}

const noPages = (): Pages => ({
  pieces: [],
  bytes: 0,
  uncompressedBytes: 0,
  rows: 0,
  nulls: 0,
  encodings: new Set([RLE]),
})

/** Column chunks of one column, one after the other. */
export function createColumnChunk(
  { name, physical }: { readonly name: string; readonly physical: number },
  encoder: ColumnEncoder,
  codec: Codec,
): ColumnChunk {
  let pages = noPages()
  const pieceOf = (contents: Uint8Array, about: Readonly<Record<number, ThriftValue>>, type: number) => {
    const compressed = codec.compress(contents)
    const header = thriftBytes(
      struct({ 1: i32(type), 2: i32(contents.length), 3: i32(compressed.length), ...about }),
    )
    pages.bytes += header.length + compressed.length
    pages.uncompressedBytes += header.length + contents.length
    return [header, compressed]
  }
  return {
    addPage(rows) {
      const { bytes, encoding, nulls } = encoder.page()
      pages.encodings.add(encoding)
      pages.rows += rows
      pages.nulls += nulls
      const about = { 5: struct({ 1: i32(rows), 2: i32(encoding), 3: i32(RLE), 4: i32(RLE) }) }
      pages.pieces.push(...pieceOf(bytes, about, DATA_PAGE))
    },
    end() {
      const { dictionary, range } = encoder.end()
      const head: Uint8Array[] = []
      const statistics = struct({
        3: i64(pages.nulls),
        5: range && binary(range.most.slice()),
        6: range && binary(range.least.slice()),
        7: range && bool(true),
        8: range && bool(true),
      })
      if (dictionary) {
        const about = { 7: struct({ 1: i32(dictionary.values), 2: i32(PLAIN) }) }
        head.push(...pieceOf(dictionary.bytes, about, DICTIONARY_PAGE))
        pages.encodings.add(PLAIN)
      }
      const ended = pages
      pages = noPages()
      const headBytes = head.reduce((sum, { length }) => sum + length, 0)
      return {
        pieces: [...head, ...ended.pieces],
        bytes: ended.bytes,
        uncompressedBytes: ended.uncompressedBytes,
        metadata: (at) =>
          struct({
            1: i32(physical),
            2: list([...ended.encodings].map(i32)),
            3: list([text(name)]),
            4: i32(codec.number),
            5: i64(ended.rows),
            6: i64(ended.uncompressedBytes),
            7: i64(ended.bytes),
            9: i64(at + headBytes),
            11: dictionary && i64(at),
            12: statistics,
          }),
      }
    },
  }
}
