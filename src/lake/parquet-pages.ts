import { type FileHandle, open } from 'node:fs/promises'
import type { DecodedArray } from 'hyparquet'
import { pageCompressors, parquetRead } from './hyparquet.ts'
import type { Footer } from './parquet-footer.ts'

/** One column of one row group, as its pages hold it: texts, numbers and bigints, nulls as null or undefined. */
export interface ColumnValues {
  readonly column: string
  /** Counted from 0. */
  readonly rowGroup: number
  readonly length: number
  /** Absent unless they were asked for. */
  readonly values?: readonly unknown[]
}

/**
 * Reads all pages of a Parquet file: of each row group each column, one after the other, with the values of those in
 * `wanted`. Memory holds the wanted columns of one row group, and one other. The reader is not the one that wrote the file,
 * and an error of the file is an error here; parquet-wasm answers many with a trap nobody can catch.
 *
 * @throws {Error} when a page cannot be read.
 */
export async function* readPages(
  path: string,
  { metadata, columns }: Footer,
  wanted: readonly string[],
): AsyncGenerator<ColumnValues, void, undefined> {
  const compressors = await pageCompressors()
  const handle = await open(path, 'r')
  try {
    const file = await bufferOf(handle)
    let rowStart = 0
    for (const [rowGroup, { num_rows }] of metadata.row_groups.entries()) {
      const rowEnd = rowStart + Number(num_rows)
      for (const column of Object.keys(columns)) {
        const pages: DecodedArray[] = []
        let length = 0
        const onPage = ({ columnData }: { readonly columnData: DecodedArray }): void => {
          length += columnData.length
          if (wanted.includes(column)) pages.push(columnData)
        }
        await parquetRead({
          file,
          metadata,
          columns: [column],
          rowStart,
          rowEnd,
          compressors,
          onPage,
          ...asStored,
        })
        yield {
          column,
          rowGroup,
          length,
          ...(pages.length > 0 && { values: pages.flatMap((page) => [...page]) }),
        }
      }
      rowStart = rowEnd
    }
  } finally {
    await handle.close()
  }
}

const keep = <T>(value: T): T => value
/** Dates and Dates' kin would take time, and nanoseconds away. */
const asStored = {
  geoparquet: false,
  parsers: {
    timestampFromMilliseconds: keep,
    timestampFromMicroseconds: keep,
    timestampFromNanoseconds: keep,
    dateFromDays: keep,
  },
}

async function bufferOf(file: FileHandle) {
  const { size } = await file.stat()
  return {
    byteLength: size,
    async slice(start: number, end = size): Promise<ArrayBuffer> {
      const bytes = new Uint8Array(end - start)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
      if (bytesRead < bytes.length) throw new Error(`it ends ${bytes.length - bytesRead} bytes early`)
      return bytes.buffer
    },
  }
}
