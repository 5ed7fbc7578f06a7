import type * as ParquetWasm from 'parquet-wasm'
import { columnsOf } from '../columnar/arrow-types.ts'
import { batchToStream } from '../columnar/ipc.ts'
import { inPieces } from '../core/in-pieces.ts'
import type { Batch, Kind } from '../core/schema.ts'
import type { Bytes } from '../core/stage.ts'
import { dictionaryColumns } from './dictionary-columns.ts'
import { createFeed } from './parquet-feed.ts'
import { footerRows } from './parquet-footer.ts'
import { type Compression, type ParquetOptions, packedKinds } from './parquet-options.ts'
import { loadParquetWasm } from './parquet-wasm.ts'

/**
 * `encodeParquet` by parquet-wasm, for the compressions that ours has not. Memory is bounded by one row group. What comes out is a whole file or an error: parquet-wasm answers an error of its input, a changed schema and
 * too many row groups with a file that is valid and short, or with silence, so all of these are kept from it, and the
 * rows its footer counts are compared with the rows it was fed.
 *
 * @throws the error of `batches` as it is; {DataError} when a batch has other columns than the first, or there are too
 * many row groups for one file.
 */
export async function* encodeByParquetWasm(
  batches: AsyncIterable<Batch>,
  options: ParquetOptions,
): AsyncGenerator<Bytes, void, undefined> {
  const parquet = await loadParquetWasm()
  const feed = createFeed(batches, parquet.Table, options)
  const properties = writerProperties(parquet, await feed.first(), options)
  const output = await parquet.transformParquetStream(feed.stream, properties)
  const reader: ReadableStreamDefaultReader<Uint8Array> = output.getReader()
  const tail: Uint8Array[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      feed.check()
      if (done) break
      tail.push(value)
      if (tail.length > 2) tail.shift()
      yield* inPieces(value)
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

/**
 * The same for one batch of not too many rows, all at once: thousands of small files are made in half the time.
 *
 * @returns the bytes of the whole file.
 */
export async function encodeBatchByParquetWasm(batch: Batch, options: ParquetOptions): Promise<Bytes> {
  const parquet = await loadParquetWasm()
  const table = parquet.Table.fromIPCStream(batchToStream(batch))
  const bytes = parquet.writeParquet(table, writerProperties(parquet, batch, options))
  const rows = footerRows(bytes)
  if (rows !== batch.numRows)
    throw new Error(`the Parquet footer counts ${rows} rows of the ${batch.numRows} it was fed`)
  return bytes
}

const compressionNames = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  lz4: 'LZ4_RAW',
  none: 'UNCOMPRESSED',
} as const

/**
 * How the values of a column without a dictionary are written, or of one whose dictionary has grown too large. None that
 * Spark cannot read: BYTE_STREAM_SPLIT would be as small as a dictionary for exchanges, in half of its time.
 */
const encodings: Readonly<Record<Kind, keyof typeof ParquetWasm.Encoding>> = {
  utf8: 'DELTA_LENGTH_BYTE_ARRAY',
  bool: 'PLAIN',
  int8: 'DELTA_BINARY_PACKED',
  int16: 'DELTA_BINARY_PACKED',
  int32: 'DELTA_BINARY_PACKED',
  int64: 'DELTA_BINARY_PACKED',
  float64: 'PLAIN',
  date: 'DELTA_BINARY_PACKED',
  timestamp_ns: 'DELTA_BINARY_PACKED',
  timestamp_us: 'DELTA_BINARY_PACKED',
  timestamp_ns_utc: 'DELTA_BINARY_PACKED',
  timestamp_us_utc: 'DELTA_BINARY_PACKED',
}

/** What `packedKinds` are compressed with instead. */
const lightCompressions: Readonly<Record<Compression, Compression>> = {
  zstd: 'snappy',
  gzip: 'snappy',
  snappy: 'snappy',
  lz4: 'lz4',
  none: 'none',
}

/** Sizes of pages and write batches change neither time nor bytes by more than 1 %: they stay as they are. */
function writerProperties(
  { WriterPropertiesBuilder, Compression, Encoding, EnabledStatistics }: typeof ParquetWasm,
  first: Batch,
  { compression, rowGroupRows }: ParquetOptions,
): ParquetWasm.WriterProperties {
  const light = Compression[compressionNames[lightCompressions[compression]]]
  const dictionaries = dictionaryColumns(first)
  let builder = new WriterPropertiesBuilder()
    .setCreatedBy('millrace')
    .setCompression(Compression[compressionNames[compression]])
    .setMaxRowGroupSize(rowGroupRows)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setWriteBatchSize(8192)
    .setDictionaryEnabled(false)
    .setEncoding(Encoding.PLAIN)
  // Only what differs from that: a file may have hundreds of columns, and each call takes its time.
  for (const [name, kind] of Object.entries(columnsOf(first))) {
    const hasDictionary = dictionaries.has(name)
    if (hasDictionary) builder = builder.setColumnDictionaryEnabled(name, true)
    if (encodings[kind] !== 'PLAIN') builder = builder.setColumnEncoding(name, Encoding[encodings[kind]])
    if (packedKinds.has(kind) && !hasDictionary) builder = builder.setColumnCompression(name, light)
  }
  return builder.build()
}
