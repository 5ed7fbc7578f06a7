import { inPieces } from '../core/in-pieces.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

/** Which part of a stream that several units share this one is. */
export interface StreamPart {
  readonly first: boolean
  readonly last: boolean
}

/**
 * Writes batches as an Arrow IPC stream. Of several inputs that make one stream, only the first writes the schema and
 * only the last the end.
 */
export function toArrow(part: StreamPart = { first: true, last: true }): Transform<Batch, Bytes> {
  return transform('to-arrow', (run) => (input) => messages(input, part, run))
}

async function* messages(
  input: AsyncIterable<Batch>,
  { first, last }: StreamPart,
  run: Run,
): AsyncGenerator<Bytes> {
  const { batchMessage, endOfStream, schemaMessage } = await import('../columnar/ipc.ts')
  let begun = !first
  for await (const batch of input) {
    run.count('rowsOut', batch.numRows)
    if (!begun) yield schemaMessage(batch)
    begun = true
    if (batch.numRows > 0) yield* inPieces(batchMessage(batch))
  }
  if (last) yield endOfStream
}
