import type { Batch, Columns } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import type { OsiColumns } from '../datasets/osi.ts'

/**
 * Adds what the symbol of each option says, read from its right: `underlying` (the root, `SPY1` where the contract was
 * adjusted), `expiry`, `right` and `strike`, as `osiColumns` tells. A ticker that is no such symbol has nulls there, and
 * one warning at the end says how many rows that were.
 */
export function addOsi<C extends Columns & { readonly ticker: 'utf8' }>(): Transform<
  Batch<C>,
  Batch<C & OsiColumns>
> {
  return transform(
    'add-osi',
    (run) =>
      async function* (input) {
        const { runsOf, withColumns } = await import('../lake/option-runs.ts')
        let strangers = 0
        let example: string | undefined
        for await (const batch of input) {
          const { runs, runOf } = runsOf(batch)
          const unread = runOf.filter((run) => !runs[run]?.symbol)
          strangers += unread.length
          example ??= unread.length > 0 ? (runs[unread[0] as number]?.ticker ?? 'null') : undefined
          yield withColumns(batch, runs, runOf)
        }
        if (strangers > 0)
          run.warn(
            `rows whose ticker is no option symbol: ${strangers}, as ${example}; what it would say is null`,
          )
      },
    { shape: { osi: true } },
  )
}
