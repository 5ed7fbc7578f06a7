import { kindOf, makeBatch } from '../columnar/arrow-types.ts'
import { nullColumn } from '../columnar/convert.ts'
import type { Run } from '../core/run.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { datasets } from '../datasets/all.ts'
import { levelKinds } from './level-columns.ts'
import { openParquet } from './parquet-reader.ts'
import { mayHold } from './prune.ts'
import { filesOfTable, type TableFiles } from './table-files.ts'
import { askedOf, type Question, type TableColumns } from './table-question.ts'
import { rowsOfFile } from './table-rows.ts'

type Reading = Pick<Run, 'until' | 'count' | 'warn'>

/**
 * The rows of a table that a question asks for, by folder, then part, then as the file has them; folders' values come as
 * columns behind those of the files. One row group is in memory at a time, of the columns that are wanted. Counts as `rowsIn`
 * the rows of row groups that were looked into. The first batch comes even when there are no rows.
 *
 * @throws {MissingError} when there is no such table, or a file that the manifest names is gone; {UsageError} when the question
 * means nothing in it; {DataError} when a file cannot be read, or has other columns than the one written last.
 */
export async function* readTable(
  root: string,
  table: string,
  question: Question,
  run: Reading,
): AsyncGenerator<Batch> {
  const { files, last } = await run.until(filesOfTable(root, table))
  const columns = await columnsOfTable(table, { files, last }, run)
  const asked = askedOf(question, columns)
  const strict = question.columns === undefined
  let some = false
  for (const file of files)
    if (mayHold(file, asked))
      for await (const batch of rowsOfFile(file, { asked, columns, strict }, run)) {
        some = true
        yield batch
      }
  if (!some)
    yield makeBatch(
      asked.columns.map((name) => ({ name, data: nullColumn(columns.kinds.get(name) as Kind, 0) })),
      0,
    )
  for (const pattern of asked.tickers?.unmatched() ?? []) run.warn(`no row has the ticker ${pattern}`)
}

/** The columns of the file that was written last, and then what folders tell. */
async function columnsOfTable(
  name: string,
  { files, last }: TableFiles,
  run: Reading,
): Promise<TableColumns> {
  const { fields, close } = await openParquet(last, run)
  await close()
  const levels = levelKinds(files.map((file) => file.levels))
  const own = new Map(fields.map((field) => [field.name, kindOf(field.type)]))
  return {
    name,
    kinds: new Map([...own, ...[...levels].filter(([level]) => !own.has(level))]),
    levels: [...levels.keys()],
    time: last.span?.column,
    symbols: datasets.find((dataset) => dataset.name === last.dataset)?.symbols,
  }
}
