import type { FileMetaData } from 'hyparquet'
import { inOrder } from '../core/in-order.ts'
import { readFooter } from './parquet-footer.ts'

const together = 8

/**
 * In which part of the rows of some Parquet files each column of doubles has a value, from 0 to 1, by their footers alone. A
 * column of which a file says nothing is left out.
 *
 * @throws what `readFooter` throws.
 */
export async function filledShare(paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const footers = await inOrder(paths, together, readFooter)
  const rows = footers.reduce((sum, footer) => sum + footer.rows, 0)
  const filled = new Map<string, number>()
  for (const [name, values] of footers.flatMap(({ metadata }) => valuesIn(metadata)))
    filled.set(name, (filled.get(name) ?? 0) + values)
  return new Map(
    [...filled].flatMap(([name, n]) => (Number.isNaN(n) || rows === 0 ? [] : [[name, n / rows]])),
  )
}

/** Columns of doubles, and how many values a row group has of each; NaN where that is not told. */
const valuesIn = ({ row_groups }: FileMetaData): readonly (readonly [name: string, values: number])[] =>
  row_groups
    .flatMap(({ columns }) => columns.flatMap(({ meta_data }) => meta_data ?? []))
    .filter(({ type }) => type === 'DOUBLE')
    .map(({ path_in_schema: [name = ''], num_values, statistics }) => [
      name,
      Number(num_values) - Number(statistics?.null_count ?? Number.NaN),
    ])
