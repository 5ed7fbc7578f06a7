import type { ChunkEnd, ColumnEncoder } from '../columnar/column-encoder.ts'
import { type Codec, uncompressed } from './parquet-codec.ts'
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

/** A chunk of fewer bytes is not compressed: that would take longer than all the rest, and gain little. */
const tinyBytes = 256

interface Page {
  readonly contents: Uint8Array
  readonly type: number
  readonly about: Readonly<Record<number, ThriftValue>>
}

/** Pages as they lie in the file. */
interface Laid {
  readonly pieces: Uint8Array[]
  bytes: number
  uncompressedBytes: number
}

/** Column chunks of one column, one after the other. */
export function createColumnChunk(
  { name, physical }: { readonly name: string; readonly physical: number },
  encoder: ColumnEncoder,
  codec: Codec,
): ColumnChunk {
  let open = emptyChunk()
  return {
    addPage(rows) {
      const { bytes, encoding, nulls } = encoder.page()
      open.encodings.add(encoding)
      open.rows += rows
      open.nulls += nulls
      const about = { 5: struct({ 1: i32(rows), 2: i32(encoding), 3: i32(RLE), 4: i32(RLE) }) }
      const page = { contents: bytes, type: DATA_PAGE, about }
      open.waitingBytes += bytes.length
      if (open.waitingBytes <= tinyBytes) open.waiting.push({ ...page, contents: bytes.slice() })
      else {
        for (const before of open.waiting.splice(0)) lay(before, codec, open.pages)
        lay(page, codec, open.pages)
      }
    },
    end() {
      const { dictionary, range } = encoder.end()
      const { pages, waiting, waitingBytes, rows, nulls, encodings } = open
      open = emptyChunk()
      const isTiny = waitingBytes + (dictionary?.bytes.length ?? 0) <= tinyBytes
      const chosen = isTiny ? uncompressed : codec
      const head = noPages()
      if (dictionary) {
        const about = { 7: struct({ 1: i32(dictionary.values), 2: i32(PLAIN) }) }
        lay({ contents: dictionary.bytes, type: DICTIONARY_PAGE, about }, chosen, head)
        encodings.add(PLAIN)
      }
      for (const page of waiting) lay(page, chosen, pages)
      const bytes = head.bytes + pages.bytes
      const uncompressedBytes = head.uncompressedBytes + pages.uncompressedBytes
      const statistics = statisticsOf(nulls, range)
      return {
        pieces: [...head.pieces, ...pages.pieces],
        bytes,
        uncompressedBytes,
        metadata: (at) =>
          struct({
            1: i32(physical),
            2: list([...encodings].map(i32)),
            3: list([text(name)]),
            4: i32(chosen.number),
            5: i64(rows),
            6: i64(uncompressedBytes),
            7: i64(bytes),
            9: i64(at + head.bytes),
            11: dictionary && i64(at),
            12: statistics,
          }),
      }
    },
  }
}

const noPages = (): Laid => ({ pieces: [], bytes: 0, uncompressedBytes: 0 })

const emptyChunk = () => ({
  pages: noPages(),
  /** Pages that are not laid out before it is known whether there will be more than a few bytes. */
  waiting: [] as Page[],
  waitingBytes: 0,
  rows: 0,
  nulls: 0,
  encodings: new Set<number>([RLE]),
})

function lay({ contents, type, about }: Page, codec: Codec, to: Laid): void {
  const compressed = codec.compress(contents)
  const header = thriftBytes(
    struct({ 1: i32(type), 2: i32(contents.length), 3: i32(compressed.length), ...about }),
  )
  to.pieces.push(header, compressed)
  to.bytes += header.length + compressed.length
  to.uncompressedBytes += header.length + contents.length
}

const statisticsOf = (nulls: number, range: ChunkEnd['range']): ThriftValue =>
  struct({
    3: i64(nulls),
    5: range && binary(range.most.slice()),
    6: range && binary(range.least.slice()),
    7: range && bool(true),
    8: range && bool(true),
  })
