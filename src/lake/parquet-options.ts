import type { Kind } from '../core/schema.ts'

export const compressions = ['zstd', 'snappy', 'gzip', 'lz4', 'none'] as const
export type Compression = (typeof compressions)[number]

export interface ParquetOptions {
  readonly compression: Compression
  /** Rows in a row group; the encoder holds one in memory. */
  readonly rowGroupRows: number
}

export const parquetDefaults: ParquetOptions = { compression: 'zstd', rowGroupRows: 250_000 }

/**
 * Times of ticks and numbers in sequence: their differences are packed, and nearly noise. A slow compression takes longer
 * than all the rest and finds 3 % at most. Not so with the times of bars, which repeat, and with smaller numbers.
 */
export const packedKinds: ReadonlySet<Kind> = new Set(['int64', 'timestamp_ns', 'timestamp_ns_utc'])
