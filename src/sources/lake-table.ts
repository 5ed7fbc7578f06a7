import type { Batch } from '../core/schema.ts'
import { type Source, source } from '../core/stage.ts'
import { readTable } from '../lake/read-table.ts'
import type { Question } from '../lake/table-question.ts'

export interface LakeTableOptions extends Question {
  /** Folder of the lake. */
  readonly root: string
  readonly table: string
}

/**
 * The rows of a table of a lake that a question asks for, and what of its files has none of them is not read. Warns of every
 * ticker that no row has. Rows of row groups that were looked into in vain count as filtered.
 *
 * @throws {MissingError} when there is no such table, or a file of it is gone; {UsageError} when it lacks a column, or a value
 * means nothing; {DataError} when a file cannot be read.
 */
export const lakeTable = ({ root, table, ...question }: LakeTableOptions): Source<Batch> =>
  source('lake-table', (run) => readTable(root, table, question, run), {
    fixed: true,
    shape: { table, ...question },
  })
