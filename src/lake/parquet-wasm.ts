import type * as ParquetWasm from 'parquet-wasm'

/** The door of parquet-wasm, which is 5 MB and is loaded when first needed. */
export const loadParquetWasm = (): Promise<typeof ParquetWasm> => import('parquet-wasm')
