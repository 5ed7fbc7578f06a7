import type { Facts, ReaderName, Written } from '../check.ts'

type Read = (written: Written) => Promise<Facts>

/** By name; loaded when asked. */
export const readers: Readonly<Record<ReaderName, Read>> = {
  duckdb: async (written) => (await import('./duckdb.ts')).readByDuckdb(written),
  polars: async (written) => (await import('./polars.ts')).readByPolars(written),
}
