import { writeFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { Batch } from '../../src/core/schema.ts'
import { encodeParquet } from '../../src/lake/parquet-encoder.ts'
import { parquetDefaults } from '../../src/lake/parquet-options.ts'

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all
}

/** Writes batches as a Parquet file, and answers how many bytes it has. */
export async function writeParquet(path: string, batches: readonly Batch[], options = {}): Promise<number> {
  const bytes = await buffer(encodeParquet(each(batches), { ...parquetDefaults, ...options }))
  writeFileSync(path, bytes)
  return bytes.length
}
