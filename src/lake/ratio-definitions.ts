import { makeBatch } from '../columnar/arrow-types.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import type { Batch } from '../core/schema.ts'
import { ratios } from '../datasets/ratios/all.ts'
import type { Ratio } from '../datasets/ratios/ratio.ts'

/** The columns of `ratio_definitions`, all of them text. */
export const ratioDefinitionColumns = {
  name: 'utf8',
  group: 'utf8',
  unit: 'utf8',
  formula: 'utf8',
  meaning: 'utf8',
  needs: 'utf8',
} as const

/** The catalogue as rows, for the table that lies beside the ratios: DuckDB sees no metadata of columns. */
export function ratioDefinitions(listed: readonly Ratio[] = ratios): Batch<typeof ratioDefinitionColumns> {
  const names = Object.keys(ratioDefinitionColumns) as (keyof typeof ratioDefinitionColumns)[]
  const columns = names.map((name) => {
    const builder = columnBuilder('utf8', listed.length)
    for (const [row, ratio] of listed.entries()) builder.set(row, ratio[name])
    return { name, data: builder.take(listed.length) }
  })
  return makeBatch(columns, listed.length)
}
