import { createRun } from '../../../src/core/run.ts'
import type { Batch, Columns } from '../../../src/core/schema.ts'
import type { Bytes, Transform } from '../../../src/core/stage.ts'

/** A parsing stage by itself. Rows that it rejects are missing from the facts. */
export function byStage(
  chunks: AsyncIterable<Bytes>,
  stage: Transform<Bytes, Batch<Partial<Columns>>>,
): AsyncIterable<Batch> {
  const opened = stage.open(createRun())
  if (typeof opened !== 'function') throw new TypeError(`${stage.name} is no function`)
  // Every column is there: the samples have the whole header.
  return opened(chunks) as AsyncIterable<Batch>
}
