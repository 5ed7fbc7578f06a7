import type { Kind } from '../core/schema.ts'
import { datasets } from '../datasets/all.ts'

/** What a level of folders holds, as `date=` or `exchange=`; nothing where only its values can tell. */
export function kindOfLevel(level: string, levels: readonly string[]): Kind | undefined {
  if (level === 'date') return 'date'
  // Below a year a month is 01 to 12, on its own 2024-03.
  if (level === 'year' || (level === 'month' && levels.includes('year'))) return 'int32'
  if (level === 'month') return 'utf8'
  const known = datasets.map(({ columns, derived }) => ({ ...columns, ...derived })[level])
  return known.find((column) => column !== undefined)?.kind
}
