import type * as ParquetWasm from 'parquet-wasm'
import { columnsOf } from '../columnar/arrow-types.ts'
import type { Batch, Columns, Kind } from '../core/schema.ts'
import type { Bytes } from '../core/stage.ts'
import { createFeed } from './parquet-feed.ts'
import { footerRows } from './parquet-footer.ts'

export const compressions = ['zstd', 'snappy', 'gzip', 'lz4', 'none'] as const
export type Compression = (typeof compressions)[number]

export interface ParquetOptions {
  readonly compression: Compression
  /** Rows in a row group; the encoder holds one in memory. */
  readonly rowGroupRows: number
}

export const parquetDefaults: ParquetOptions = { compression: 'zstd', rowGroupRows: 250_000 }

/**
 * Encodes batches of one schema as one Parquet file: batches in, bytes of the file out. Memory is bounded by one row
 * group. What comes out is a whole file or an error: parquet-wasm answers an error of its input, a changed schema and
 * too many row groups with a file that is valid and short, or with silence, so all of these are kept from it, and the
 * rows its footer counts are compared with the rows it was fed.
 *
 * @throws the error of `batches` as it is; {DataError} when a batch has other columns than the first, or there are too
 * many row groups for one file.
 */
export async function* encodeParquet(
  batches: AsyncIterable<Batch>,
  options: ParquetOptions,
): AsyncGenerator<Bytes, void, undefined> {
  const parquet = await import('parquet-wasm')
  const feed = createFeed(batches, parquet.Table, options)
  const columns = columnsOf(await feed.first())
  const output = await parquet.transformParquetStream(
    feed.stream,
    writerProperties(parquet, columns, options),
  )
  const reader: ReadableStreamDefaultReader<Uint8Array> = output.getReader()
  const tail: Uint8Array[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      feed.check()
      if (done) break
      tail.push(value)
      if (tail.length > 2) tail.shift()
      yield value
    }
    const rows = footerRows(Buffer.concat(tail))
    if (rows !== feed.rows)
      throw new Error(`the Parquet footer counts ${rows} rows of the ${feed.rows} it was fed`)
  } finally {
    // Cancelling makes parquet-wasm read its input to the end: `close` has it end at once.
    feed.close()
    await reader.cancel()
  }
}

const compressionNames = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  lz4: 'LZ4_RAW',
  none: 'UNCOMPRESSED',
} as const

/**
 * Text repeats, so a dictionary; whole numbers grow in steps, so differences. Doubles as they are: under zstd that is as
 * small as a dictionary for trades, smaller for bars, and the fastest to write.
 */
const encodings: Readonly<Record<Kind, 'dictionary' | keyof typeof ParquetWasm.Encoding>> = {
  utf8: 'dictionary',
  bool: 'PLAIN',
  int32: 'DELTA_BINARY_PACKED',
  int64: 'DELTA_BINARY_PACKED',
  float64: 'PLAIN',
  date: 'DELTA_BINARY_PACKED',
  timestamp_ns: 'DELTA_BINARY_PACKED',
  timestamp_us: 'DELTA_BINARY_PACKED',
  timestamp_ns_utc: 'DELTA_BINARY_PACKED',
  timestamp_us_utc: 'DELTA_BINARY_PACKED',
}

function writerProperties(
  { WriterPropertiesBuilder, Compression, Encoding, EnabledStatistics }: typeof ParquetWasm,
  columns: Columns,
  { compression, rowGroupRows }: ParquetOptions,
): ParquetWasm.WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCreatedBy('millrace')
    .setCompression(Compression[compressionNames[compression]])
    .setMaxRowGroupSize(rowGroupRows)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setWriteBatchSize(8192)
  for (const [name, kind] of Object.entries(columns)) {
    const encoding = encodings[kind]
    builder = builder.setColumnDictionaryEnabled(name, encoding === 'dictionary')
    if (encoding !== 'dictionary') builder = builder.setColumnEncoding(name, Encoding[encoding])
  }
  return builder.build()
}
