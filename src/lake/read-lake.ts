import { type Table as ArrowTable, Table } from 'apache-arrow'
import { createRun } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { readTable } from './read-table.ts'
import { tableNames } from './table-files.ts'
import type { Question } from './table-question.ts'

/** A lake that is read. Runs may write to it meanwhile: no lock is taken, and nobody waits. */
export interface ReadableLake {
  /** Names of the tables that hold Parquet files. @throws {UsageError} when the folder is no lake. */
  tables(): Promise<string[]>
  /**
   * Streams the rows of a table that a question asks for, and reads no file, row group or column that has nothing of them.
   * They come by folder, then part, then as the file has them. The first batch comes even when there are no rows: it tells the
   * columns. What folders tell, as `date=`, are columns behind those of the files. One row group of one file is in memory.
   *
   * @throws {MissingError} when there is no such table, or a file of it is gone; {UsageError} for a column that it lacks or a
   * value that means nothing; {DataError} when a file cannot be read. Damage inside of pages is for `verify --hash` to find.
   */
  read(table: string, question?: Question): AsyncIterable<Batch>
  /**
   * The same rows as one Arrow table. All of them are in memory at once, which is its only limit: a row of minute bars is some
   * 65 bytes, with the day. Arrow's row accessors round nanoseconds to doubles; of a batch `column()` reads them exactly.
   *
   * @throws what `read` throws.
   */
  load(table: string, question?: Question): Promise<ArrowTable>
}

/** Opens a lake for reading; the folder is looked at when it is first asked for. */
export function readLake(root: string): ReadableLake {
  const read = (table: string, question: Question = {}): AsyncIterable<Batch> => ({
    [Symbol.asyncIterator]: () => readTable(root, table, question, createRun()),
  })
  return {
    tables: () => tableNames(root),
    read,
    async load(table, question) {
      const batches: Batch[] = []
      for await (const batch of read(table, question)) batches.push(batch)
      return new Table(batches)
    },
  }
}
