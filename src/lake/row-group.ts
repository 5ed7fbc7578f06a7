import { Type } from 'apache-arrow'
import { fieldsOf } from '../columnar/arrow-types.ts'
import { openColumn } from '../columnar/column-encoder.ts'
import { UsageError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { type ColumnChunk, createColumnChunk } from './column-chunk.ts'
import { type Codec, uncompressed } from './parquet-codec.ts'
import { packedKinds } from './parquet-options.ts'
import { physicalType } from './parquet-schema.ts'
import { thriftBytes } from './thrift.ts'

/** A page holds fewer rows the more columns there are: the values of all that are being filled stay within 8 MB. */
const pageValues = 1 << 20
const mostPageRows = 1 << 16
const leastPageRows = 1 << 10
/** A page of fewer rows takes no longer than what others may want to do between two steps. */
const rowsWorthStep = 1 << 12
/** Bytes of text in a column after which a page ends. */
const pageTextBytes = 1 << 20
/** Bytes of text that are added to a page at once, if there is more than one: longer texts make shorter pages. */
const mostTextBytes = 4 << 20

export interface RowGroupOptions {
  readonly codec: Codec
  readonly rowGroupRows: number
  /** Columns whose values are numbers in a dictionary, unless that grows too large. */
  readonly dictionaries: ReadonlySet<string>
  /** At most so many rows in a page; by default as many as fit. */
  readonly rowsPerPage?: number
}

/** The pages of a row group that is full, or the last. */
export interface EndedRowGroup {
  readonly pieces: readonly Uint8Array[]
  readonly rows: number
  /** What the footer says of it, as it is written there. */
  readonly metadata: Uint8Array
}

/** One row group after the other, of the columns of the first batch. */
export interface RowGroups {
  /** Rows of the one that is being filled. */
  readonly rows: number
  /** Copies rows of a batch from row `from` on, as many as find room in a page. @returns how many. */
  add(batch: Batch, from: number): number
  /** Makes the pages of all columns, if they are full, one at each step; many small ones at once. */
  endFullPages(): Generator<undefined>
  /** Ends the one that is being filled, step by step: it will begin at byte `at` of the file, and has so many before it. */
  end(at: number, before: number): Generator<undefined, EndedRowGroup>
  /** Frees what they hold. */
  close(): void
}

export function createRowGroups(first: Batch, options: RowGroupOptions): RowGroups {
  const { rowGroupRows } = options
  if (!(Number.isSafeInteger(rowGroupRows) && rowGroupRows > 0))
    throw new UsageError(`a row group cannot have ${rowGroupRows} rows`, {
      hint: 'give a whole number from 1 on',
    })
  const { rowsPerPage = pageRows(first.numCols, rowGroupRows) } = options
  const columns = openColumns(first, { ...options, rowsPerPage })
  let rows = 0
  let rowsInPage = 0
  function* endPages(): Generator<undefined> {
    if (rowsInPage > 0)
      for (const { chunk } of columns) {
        chunk.addPage(rowsInPage)
        if (rowsInPage >= rowsWorthStep) yield
      }
    rowsInPage = 0
  }
  return {
    get rows() {
      return rows
    },
    add(batch, from) {
      const room = Math.min(batch.numRows - from, rowsPerPage - rowsInPage, rowGroupRows - rows)
      const some = rowsWithin(batch, from, room)
      for (const [i, data] of batch.data.children.entries()) columns[i]?.encoder.add(data, from, from + some)
      rows += some
      rowsInPage += some
      return some
    },
    *endFullPages() {
      const isFull = ({ encoder }: (typeof columns)[number]) => encoder.textBytes() >= pageTextBytes
      if (rowsInPage === rowsPerPage || columns.some(isFull)) yield* endPages()
    },
    *end(at, before) {
      yield* endPages()
      const group = endChunks(columns, { at, before, rows })
      rows = 0
      return group
    },
    close() {
      for (const { encoder } of columns) encoder.close()
    },
  }
}

function openColumns(first: Batch, { codec, dictionaries, rowsPerPage }: Required<RowGroupOptions>) {
  return fieldsOf(first).map(([name, kind]) => {
    const hasDictionary = dictionaries.has(name)
    const encoder = openColumn(kind, { hasDictionary, rowsPerPage })
    const isPacked = packedKinds.has(kind) && !hasDictionary
    const type = { name, physical: physicalType(kind) }
    return { encoder, chunk: createColumnChunk(type, encoder, isPacked ? uncompressed : codec) }
  })
}

function endChunks(
  columns: readonly { readonly chunk: ColumnChunk }[],
  { at: start, before, rows }: { readonly at: number; readonly before: number; readonly rows: number },
): EndedRowGroup {
  let at = start
  const chunks = columns.map(({ chunk }) => {
    const ended = chunk.end()
    const placed = { ...ended, at }
    at += ended.bytes
    return placed
  })
  const metadata = thriftBytes((to) => {
    to.structs(1, chunks, (chunk) => {
      to.i64(2, 0)
      to.struct(3, () => chunk.writeMetadata(to, chunk.at))
    })
    to.i64(
      2,
      chunks.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0),
    )
    to.i64(3, rows)
    to.i64(5, start)
    to.i64(6, at - start)
    to.i16(7, before)
  })
  return { pieces: chunks.flatMap(({ pieces }) => pieces), rows, metadata }
}

/** Of so many rows from `from` on as many as have not too much text, but one at least. */
function rowsWithin(batch: Batch, from: number, rows: number): number {
  let some = rows
  for (const { valueOffsets, type } of batch.data.children) {
    if (type.typeId !== Type.Utf8) continue
    const most = (valueOffsets[from] as number) + mostTextBytes
    while (some > 1 && (valueOffsets[from + some] as number) > most) some >>= 1
  }
  return some
}

/** Pages of a row group are about equal, and bitmaps begin at whole bytes. */
function pageRows(columns: number, rowGroupRows: number): number {
  const most = Math.max(leastPageRows, Math.min(mostPageRows, Math.floor(pageValues / columns)))
  const pages = Math.ceil(rowGroupRows / most)
  return Math.min(most, (Math.ceil(rowGroupRows / pages) + 7) & ~7)
}
