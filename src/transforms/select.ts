import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { UsageError } from '../core/errors.ts'
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
        for await (const batch of input) yield project(batch, names)
      },
    { shape: { columns: names } },
  )
}

function project<C extends Columns, N extends keyof C & string>(
  batch: Batch<C>,
  names: readonly N[],
): Batch<Pick<C, N>> {
  const given = batch.schema.fields.map(({ name }) => name)
  const columns = names.map((name) => {
    const data: Data | undefined = batch.data.children[given.indexOf(name)]
    if (data === undefined)
      throw new UsageError(`there is no column ${name}`, { hint: `choose from ${given.join(', ')}` })
    return { name, data }
  })
  return makeBatch(columns, batch.numRows)
}
