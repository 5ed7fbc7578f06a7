import { batchMessage, endOfStream, schemaMessage } from '../columnar/ipc.ts'
import type { Batch } from '../core/schema.ts'
import { type Shape, type Sink, type Slot, sink } from '../core/stage.ts'
import { mergePending } from '../lake/merge-pending.ts'
import type { MergeRule, Replaced } from '../lake/merge-rule.ts'
import type { ParquetOptions } from '../lake/parquet-options.ts'

export interface PendingRowsOptions {
  /** The table, and the name of the unit whose rows come: the ticker, or what days they are of. */
  readonly slot: Slot
  readonly rule: MergeRule
  /** Rows that were there before, and whose place these take; without it they are only added. */
  readonly replaces?: Replaced | undefined
  readonly parquet?: Partial<ParquetOptions>
  /** What else tells whether two runs would write the same. */
  readonly shape?: Shape
}

/**
 * Where rows of a table end whose units share files, as all companies share the file of a month. They wait in
 * `_millrace/pending`, on the disk, and the unit is done; when all units of the run are, they are merged into the files that
 * they belong to. The rows of a unit are in memory until it is done.
 */
export function pendingRows({ slot, rule, replaces, parquet = {}, shape }: PendingRowsOptions): Sink<Batch> {
  return sink(
    'pending-rows',
    (run) => async (input) => {
      let any = false
      for await (const batch of input) {
        // One table has one schema.
        if (!any) run.bring(run.share(`schema of ${slot.root} ${slot.table}`, () => schemaMessage(batch)))
        any = true
        run.bring(batchMessage(batch))
        run.count('rowsOut', batch.numRows)
      }
      if (any) run.bring(endOfStream)
    },
    {
      slot,
      shape: { format: 'parquet', merge: rule, parquet, ...shape },
      gathers: { about: replaces === undefined ? {} : { replaces }, merge: mergePending },
    },
  )
}
