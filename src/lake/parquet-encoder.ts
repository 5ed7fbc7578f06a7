import { setImmediate as turn } from 'node:timers/promises'
import { inPieces } from '../core/in-pieces.ts'
import type { Batch } from '../core/schema.ts'
import type { Bytes } from '../core/stage.ts'
import { dictionaryColumns } from './dictionary-columns.ts'
import { checkedBatches } from './parquet-batches.ts'
import { type Codec, loadZstd, uncompressed } from './parquet-codec.ts'
import type { Compression, ParquetOptions } from './parquet-options.ts'
import type { ParquetWriter } from './parquet-writer.ts'

/** The compressions that our own encoder has; parquet-wasm has the others. */
const codecs: Readonly<Partial<Record<Compression, () => Promise<Codec> | Codec>>> = {
  zstd: loadZstd,
  none: () => uncompressed,
}

/**
 * Encodes batches of one schema as one Parquet file: batches in, bytes of the file out. Memory is bounded by one row
 * group, compressed. What comes out is a whole file or an error.
 *
 * @throws the error of `batches` as it is; {DataError} when a batch has other columns than the first, or there are too
 * many row groups for one file.
 */
export async function* encodeParquet(
  batches: AsyncIterable<Batch>,
  options: ParquetOptions,
): AsyncGenerator<Bytes, void, undefined> {
  const codec = await codecs[options.compression]?.()
  if (!codec) return yield* (await loadOther()).encodeByParquetWasm(batches, options)
  yield* gathered(encode(batches, codec, options))
}

async function* encode(
  batches: AsyncIterable<Batch>,
  codec: Codec,
  { rowGroupRows }: ParquetOptions,
): AsyncGenerator<Uint8Array> {
  const { createParquetWriter } = await loadWriter()
  let writer: ParquetWriter | undefined
  try {
    for await (const batch of checkedBatches(batches, { rowGroupRows })) {
      writer ??= createParquetWriter(batch, { codec, rowGroupRows, dictionaries: dictionaryColumns(batch) })
      yield* withTurns(writer.add(batch))
    }
    if (writer) yield* withTurns(writer.end())
  } finally {
    writer?.close()
  }
}

/**
 * After each large page the event loop has its turn. All pages of a batch at once would keep the inflating thread waiting for
 * the next bytes, and then what follows it.
 */
async function* withTurns(pieces: Iterable<Uint8Array | undefined>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces)
    if (piece) yield piece
    else await turn()
}

/**
 * The same for one batch of not too many rows, all at once: of thousands of small files each is made in a moment.
 *
 * @returns the bytes of the whole file.
 */
export async function encodeBatch(batch: Batch, options: ParquetOptions): Promise<Bytes> {
  const codec = await codecs[options.compression]?.()
  if (!codec) return (await loadOther()).encodeBatchByParquetWasm(batch, options)
  const { createParquetWriter } = await loadWriter()
  // Room for what there is, and not for a whole page.
  const rowGroupRows = Math.min(options.rowGroupRows, Math.max(1, batch.numRows))
  const writer = createParquetWriter(batch, { codec, rowGroupRows, dictionaries: dictionaryColumns(batch) })
  try {
    return Buffer.concat([...writer.add(batch), ...writer.end()].filter((piece) => piece !== undefined))
  } finally {
    writer.close()
  }
}

/** With the encoder, which is compiled once when it is first needed. */
const loadWriter = () => import('./parquet-writer.ts')

const loadOther = () => import('./parquet-wasm-encoder.ts')

/** Small pieces as larger ones, up to what may pass between stages. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Bytes> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    bytes += piece.length
    if (bytes < pieceBytes) continue
    yield* inPieces(Buffer.concat(waiting))
    waiting = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}

const pieceBytes = 1 << 20
