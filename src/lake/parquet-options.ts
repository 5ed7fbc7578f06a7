export const compressions = ['zstd', 'snappy', 'gzip', 'lz4', 'none'] as const
export type Compression = (typeof compressions)[number]

export interface ParquetOptions {
  readonly compression: Compression
  /** Rows in a row group; the encoder holds one in memory. */
  readonly rowGroupRows: number
}

export const parquetDefaults: ParquetOptions = { compression: 'zstd', rowGroupRows: 250_000 }
