import type { ChunkEnd, ColumnEncoder } from '../columnar/column-encoder.ts'
import { type Codec, uncompressed } from './parquet-codec.ts'
import { type ThriftWriter, thriftBytes } from './thrift.ts'

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
  /** Writes the fields of the chunk's metadata, when it begins at byte `at` of the file. */
  writeMetadata(to: ThriftWriter, at: number): void
}

/** A chunk of fewer bytes is not compressed: that would take longer than all the rest, and gain little. */
const tinyBytes = 256

interface Page {
  readonly contents: Uint8Array
  readonly type: number
  readonly writeAbout: (to: ThriftWriter) => void
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
      const page = { contents: bytes, type: DATA_PAGE, writeAbout: aboutData(rows, encoding) }
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
        const writeAbout = aboutDictionary(dictionary.values)
        lay({ contents: dictionary.bytes, type: DICTIONARY_PAGE, writeAbout }, chosen, head)
        encodings.add(PLAIN)
      }
      for (const page of waiting) lay(page, chosen, pages)
      const bytes = head.bytes + pages.bytes
      const uncompressedBytes = head.uncompressedBytes + pages.uncompressedBytes
      // Lent: another column's end would take them back.
      const told = range && { least: range.least.slice(), most: range.most.slice() }
      return {
        pieces: [...head.pieces, ...pages.pieces],
        bytes,
        uncompressedBytes,
        writeMetadata(to, at) {
          to.i32(1, physical)
          to.i32s(2, [...encodings])
          to.texts(3, [name])
          to.i32(4, chosen.number)
          to.i64(5, rows)
          to.i64(6, uncompressedBytes)
          to.i64(7, bytes)
          to.i64(9, at + head.bytes)
          if (dictionary) to.i64(11, at)
          to.struct(12, () => writeStatistics(to, nulls, told))
        },
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

function lay({ contents, type, writeAbout }: Page, codec: Codec, to: Laid): void {
  const compressed = codec.compress(contents)
  const header = thriftBytes((page) => {
    page.i32(1, type)
    page.i32(2, contents.length)
    page.i32(3, compressed.length)
    writeAbout(page)
  })
  to.pieces.push(header, compressed)
  to.bytes += header.length + compressed.length
  to.uncompressedBytes += header.length + contents.length
}

const aboutData = (rows: number, encoding: number) => (to: ThriftWriter) =>
  to.struct(5, () => {
    to.i32(1, rows)
    to.i32(2, encoding)
    to.i32(3, RLE)
    to.i32(4, RLE)
  })

const aboutDictionary = (values: number) => (to: ThriftWriter) =>
  to.struct(7, () => {
    to.i32(1, values)
    to.i32(2, PLAIN)
  })

function writeStatistics(to: ThriftWriter, nulls: number, range: ChunkEnd['range']): void {
  to.i64(3, nulls)
  if (!range) return
  to.binary(5, range.most)
  to.binary(6, range.least)
  to.bool(7, true)
  to.bool(8, true)
}
