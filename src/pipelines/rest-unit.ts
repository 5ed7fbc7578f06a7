import type { Unit } from '../core/recipe.ts'
import type { RestColumn } from '../datasets/rest-table.ts'
import type { Replaced } from '../lake/merge-rule.ts'

/** What is asked of an endpoint, and how its rows become those of a table. */
export interface RestRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Where they differ from those of the table: what to read of an answer, by the table's columns. */
  readonly columns?: Readonly<Record<string, Pick<RestColumn, 'kind' | 'from'> & { readonly of?: 'parent' }>>
  /** Where the rows are, if not in `results`. */
  readonly rowsPath?: string
  /** Values of columns that are in no answer. */
  readonly values?: Readonly<Record<string, string>>
  /** That there is no such thing is an answer. */
  readonly missing?: 'empty'
}

/** A company in one table, or a part of a whole table. */
export interface RestUnit extends Unit {
  /** Folder of the table, as the dataset names it. */
  readonly table: string
  /** Names the unit in its table: a ticker, or a part of the time. */
  readonly slot: string
  readonly requests: readonly RestRequest[]
  /** Whom every row must be of. */
  readonly ticker?: string
  /** Rows of others are left out. */
  readonly companies?: readonly string[]
  readonly replaces?: Replaced
}
