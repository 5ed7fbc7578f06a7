import { tableFromIPC } from 'apache-arrow'
import { parquetMetadata } from 'hyparquet'
import { readParquet } from 'parquet-wasm'
import type { Batch } from '../../src/core/schema.ts'
import { uncompressed } from '../../src/lake/parquet-codec.ts'
import { createParquetWriter } from '../../src/lake/parquet-writer.ts'
import type { RowGroupOptions } from '../../src/lake/row-group.ts'
import { type Row, rowsOf } from '../helpers/batches.ts'

export const plain: RowGroupOptions = { codec: uncompressed, rowGroupRows: 1000, dictionaries: new Set() }

export function write(batches: readonly Batch[], options: Partial<RowGroupOptions> = {}): Uint8Array {
  const writer = createParquetWriter(batches[0] as Batch, { ...plain, ...options })
  try {
    const pieces = [...batches.flatMap((batch) => [...writer.add(batch)]), ...writer.end()]
    return Buffer.concat(pieces.filter((piece) => piece !== undefined))
  } finally {
    writer.close()
  }
}

/** As Arrow's own implementation in Rust reads it. */
export const read = (file: Uint8Array): Row[] =>
  tableFromIPC(readParquet(file).intoIPCStream()).batches.flatMap((batch) => rowsOf(batch))

export const metadataOf = (file: Uint8Array) =>
  parquetMetadata(new Uint8Array(file).buffer, {
    parsers: {
      timestampFromMicroseconds: (value: bigint) => value as never,
      timestampFromNanoseconds: (value: bigint) => value as never,
      dateFromDays: (value: number) => value as never,
    } as never,
  })
