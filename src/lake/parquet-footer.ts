import { open } from 'node:fs/promises'
import type { ColumnMetaData, FileMetaData, SchemaElement } from 'hyparquet'
import { parquetMetadata } from './hyparquet.ts'

/**
 * How many rows a Parquet file says it holds, from its last bytes.
 *
 * @throws when they do not hold the whole footer.
 */
export function footerRows(tail: Uint8Array): number {
  const missing = missingBytes(tail)
  if (missing > 0)
    throw new Error(
      `the Parquet footer of ${tail.length + missing - endBytes} bytes did not come in one piece`,
    )
  return Number(parquetMetadata(copyOf(tail)).num_rows)
}

/** The smallest and largest value of a column of 64-bit numbers, in all of a file. */
export interface ValueRange {
  readonly min: bigint
  readonly max: bigint
}

/** What the footer of a Parquet file tells. */
export interface Footer {
  readonly rows: number
  /** Types by the names of columns, as `INT64 TIMESTAMP NANOS`. */
  readonly columns: Readonly<Record<string, string>>
  /** Absent for other columns, for those of nulls alone, and where the file has no statistics. */
  range(column: string): ValueRange | undefined
  /** The same of a column of days, as `2024-03-01`. */
  days(column: string): { readonly first: string; readonly last: string } | undefined
  /** All that it tells, as hyparquet has it. */
  readonly metadata: FileMetaData
}

/** Footers are smaller, but for files of many row groups. */
const likelyBytes = 1 << 16
/** The length of the footer and the mark, which come after it. */
const endBytes = 8

/**
 * Reads the footer of a file, and nothing else of it.
 *
 * @throws {Error} when there is none, or it does not agree with itself; errors of the system as they are.
 */
export async function readFooter(path: string): Promise<Footer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const read = async (bytes: number): Promise<Buffer> => {
      const tail = Buffer.alloc(Math.min(bytes, size))
      await file.read(tail, 0, tail.length, size - tail.length)
      return tail
    }
    const tail = await read(likelyBytes)
    const missing = missingBytes(tail)
    if (tail.length + missing > size) throw new Error('the file is shorter than its footer')
    return footerOf(
      parquetMetadata(copyOf(missing > 0 ? await read(tail.length + missing) : tail), exact),
      size,
    )
  } finally {
    await file.close()
  }
}

/** How many bytes before these belong to the footer. */
function missingBytes(tail: Uint8Array): number {
  if (tail.length < endBytes || Buffer.from(tail.subarray(-4)).toString('latin1') !== 'PAR1')
    throw new Error('the file does not end as Parquet does')
  const footerBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(tail.length - endBytes, true)
  return Math.max(0, footerBytes + endBytes - tail.length)
}

/** What Buffer calls a slice would bring the rest of its pool along. */
const copyOf = (tail: Uint8Array): ArrayBuffer => new Uint8Array(tail).buffer

/** Numbers as they are stored: a Date has no nanoseconds. */
const asStored = (value: bigint): bigint => value
const exact = {
  geoparquet: false,
  parsers: {
    timestampFromMilliseconds: asStored,
    timestampFromMicroseconds: asStored,
    timestampFromNanoseconds: asStored,
  },
}

function footerOf(metadata: FileMetaData, size: number): Footer {
  const { num_rows, row_groups, schema } = metadata
  const rows = row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (rows !== Number(num_rows))
    throw new Error(`its row groups hold ${rows} rows, and its footer counts ${num_rows}`)
  const chunks = row_groups.flatMap(({ columns }) => columns.flatMap(({ meta_data }) => meta_data ?? []))
  const end = Math.max(0, ...chunks.map(endOf))
  if (end > size) throw new Error(`its pages end at byte ${end}, and it has ${size}`)
  return {
    rows,
    columns: Object.fromEntries(schema.filter(({ type }) => type).map((one) => [one.name, typeText(one)])),
    range: (column) => rangeOf(chunks.filter(({ path_in_schema }) => path_in_schema[0] === column)),
    days: (column) => daysOf(chunks.filter(({ path_in_schema }) => path_in_schema[0] === column)),
    metadata,
  }
}

const endOf = ({ data_page_offset, dictionary_page_offset, total_compressed_size }: ColumnMetaData): number =>
  Number((dictionary_page_offset ?? data_page_offset) + total_compressed_size)

function rangeOf(chunks: readonly ColumnMetaData[]): ValueRange | undefined {
  const values = chunks.flatMap(({ statistics }) => {
    const { min_value: min, max_value: max } = statistics ?? {}
    return typeof min === 'bigint' && typeof max === 'bigint' ? [{ min, max }] : []
  })
  return mergedRange(values)
}

function daysOf(chunks: readonly ColumnMetaData[]) {
  const days = chunks
    .flatMap(({ statistics }) => [statistics?.min_value, statistics?.max_value])
    .flatMap((value) => (value instanceof Date ? [value.toISOString().slice(0, 10)] : []))
    .sort()
  const [first, last] = [days[0], days.at(-1)]
  return first === undefined || last === undefined ? undefined : { first, last }
}

/** Math.min takes no bigint. */
const isBelow = (one: bigint, other: bigint): boolean => one < other

/** The range of all of them. */
export const mergedRange = (ranges: readonly ValueRange[]): ValueRange | undefined =>
  ranges.length === 0
    ? undefined
    : ranges.reduce((one, other) => ({
        min: isBelow(other.min, one.min) ? other.min : one.min,
        max: isBelow(one.max, other.max) ? other.max : one.max,
      }))

function typeText({ type, logical_type }: SchemaElement): string {
  const unit = logical_type && 'unit' in logical_type ? logical_type.unit : undefined
  return [type, logical_type?.type, unit].filter((part) => part !== undefined).join(' ')
}
