import type { Data } from 'apache-arrow'
import { UsageError } from '../core/errors.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'

/**
 * Some columns of a batch, in the order given; their memory is shared with it.
 *
 * @throws {UsageError} when there is no such column.
 */
export function project<C extends Columns, N extends keyof C & string>(
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
