import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'
import { type ParquetOptions, parquetDefaults } from '../lake/parquet-options.ts'

/** Encodes batches as one Parquet file, for a file of one's own or stdout. In a lake `parquetLake` does it. */
export function toParquet(options: Partial<ParquetOptions> = {}): Transform<Batch, Bytes> {
  const chosen = { ...parquetDefaults, ...options }
  return transform(
    'to-parquet',
    (run) =>
      async function* (input) {
        const { encodeParquet } = await import('../lake/parquet-encoder.ts')
        yield* encodeParquet(counted(input, run), chosen)
      },
    { shape: { format: 'parquet', ...chosen } },
  )
}

async function* counted(input: AsyncIterable<Batch>, run: Run): AsyncGenerator<Batch> {
  for await (const batch of input) {
    run.count('rowsOut', batch.numRows)
    yield batch
  }
}
