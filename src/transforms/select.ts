import type { Batch, Columns } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'

/**
 * Keeps some columns, in the order given. Their memory is shared with the batch they come from.
 *
 * @throws {UsageError} when there is no such column, where the compiler could not tell.
 */
export function select<C extends Columns, const N extends keyof C & string>(
  names: readonly N[],
): Transform<Batch<C>, Batch<Pick<C, N>>> {
  return transform(
    'select',
    () =>
      async function* (input) {
        const { project } = await import('../columnar/project.ts')
        for await (const batch of input) yield project(batch, names)
      },
    { shape: { columns: names } },
  )
}
