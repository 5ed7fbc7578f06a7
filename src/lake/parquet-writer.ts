import { fieldsOf } from '../columnar/arrow-types.ts'
import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { writeSchema } from './parquet-schema.ts'
import { createRowGroups, type RowGroupOptions } from './row-group.ts'
import { thriftBytes } from './thrift.ts'

/** One Parquet file as it grows. What it answers are the next bytes of the file, in order, or that some work is done. */
export interface ParquetWriter {
  /** A batch with the columns of the first one; it is copied. */
  add(batch: Batch): Generator<Uint8Array | undefined>
  end(): Generator<Uint8Array | undefined>
  /** Frees what it holds, at the end or before. */
  close(): void
}

const mark = Buffer.from('PAR1')

/**
 * Writes one Parquet file with the columns of its first batch, which must be added, too. Memory is bounded by the rows of
 * a page and the compressed pages of a row group.
 *
 * @throws {DataError} when two columns have one name, which neither Arrow nor most readers can tell apart.
 */
export function createParquetWriter(first: Batch, options: RowGroupOptions): ParquetWriter {
  const columns = fieldsOf(first)
  checkNames(columns.map(([name]) => name))
  const group = createRowGroups(first, options)
  const groups: Uint8Array[] = []
  let at = 0
  let rows = 0

  function* placed(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
    for (const piece of pieces) {
      at += piece.length
      yield piece
    }
  }
  function* endGroup(): Generator<Uint8Array | undefined> {
    const ended = yield* group.end(at, groups.length)
    groups.push(ended.metadata)
    rows += ended.rows
    yield* placed(ended.pieces)
  }
  return {
    *add(batch) {
      if (at === 0) yield* placed([mark])
      for (let from = 0; from < batch.numRows; ) {
        from += group.add(batch, from)
        yield* group.endFullPages()
        if (group.rows === options.rowGroupRows) yield* endGroup()
      }
    },
    *end() {
      if (group.rows > 0) yield* endGroup()
      const footer = footerBytes(columns, rows, groups)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(footer.length)
      yield* placed([footer, length, mark])
    },
    close: () => group.close(),
  }
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>()
  const twice = names.find((name) => seen.size === seen.add(name).size)
  if (twice !== undefined) throw new DataError(`two columns have the name ${twice}`)
}

const footerBytes = (
  columns: ReturnType<typeof fieldsOf>,
  rows: number,
  groups: readonly Uint8Array[],
): Uint8Array =>
  thriftBytes((to) => {
    to.i32(1, 1)
    writeSchema(to, 2, columns)
    to.i64(3, rows)
    to.written(4, groups)
    to.text(6, 'millrace')
    // Smallest and largest are meant as the types have it.
    to.structs(7, columns, () => to.struct(1, () => {}))
  })
