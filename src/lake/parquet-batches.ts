import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'

/** Readers number row groups with 16 bits, and parquet-wasm drops rows beyond without a word; a file of ours ends well before. */
export const mostRowGroups = 30_000

/**
 * Batches of one schema, not more than a file holds, and one at least, if of no rows.
 *
 * @throws {DataError} when they are not.
 */
export async function* checkedBatches(
  batches: AsyncIterable<Batch>,
  { rowGroupRows }: { readonly rowGroupRows: number },
): AsyncGenerator<Batch, undefined> {
  let schema: string | undefined
  let rows = 0
  for await (const batch of batches) {
    schema ??= String(batch.schema)
    if (String(batch.schema) !== schema)
      throw new DataError(`a batch has the columns ${batch.schema}, where the first had ${schema}`)
    rows += batch.numRows
    if (rows > rowGroupRows * mostRowGroups)
      throw new DataError(
        `one Parquet file holds at most ${mostRowGroups} row groups, and this one needs more`,
        {
          hint: `give --row-group-rows a larger number than ${rowGroupRows}`,
        },
      )
    yield batch
  }
  if (schema === undefined) throw new Error('no batch came, not even an empty one that tells the columns')
  return undefined
}
