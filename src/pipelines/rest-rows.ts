import { column } from '../columnar/column.ts'
import { completeBatch } from '../columnar/complete-batch.ts'
import { takeRows } from '../columnar/gather.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Source, source } from '../core/stage.ts'
import { answerColumns, type RestTable, tableColumns } from '../datasets/rest-table.ts'
import { restPages } from '../sources/rest-pages.ts'
import type { RestRequest, RestUnit } from './rest-unit.ts'

/** The rows of a unit: what its requests answer, one after the other, in the columns of the table. */
export function restRows(table: RestTable, unit: RestUnit, baseUrl: string): Source<Batch> {
  return source('rest-pages', (run) => answers(table, unit, baseUrl, run))
}

/** The same for who reads them without a pipeline. */
export async function* answers(
  table: RestTable,
  unit: RestUnit,
  baseUrl: string,
  run: Run,
): AsyncGenerator<Batch> {
  const columns = tableColumns(table)
  const observed = table.vintages && { observed_at: BigInt(run.clock.wallMs()) * 1000n }
  for (const request of unit.requests) {
    let before = 0
    for await (const batch of opened(table, unit, request, baseUrl, run)) {
      const from = before + 1
      // The order of an answer says something where nothing else in it does.
      const rank = 'rank' in columns && { rank: (row: number) => from + row }
      const rows = completeBatch(batch, columns, { ...request.values, ...observed, ...rank })
      before += batch.numRows
      yield unit.requests.length > 1 && table.time !== undefined ? dated(rows, table.time, run) : rows
    }
  }
}

function opened(
  table: RestTable,
  { ticker }: RestUnit,
  { path, query, columns, rowsPath, missing }: RestRequest,
  baseUrl: string,
  run: Run,
): AsyncIterable<Batch> {
  const read = columns ?? answerColumns(table)
  const isNamed = ticker !== undefined && table.company in read
  return restPages({
    place: { baseUrl },
    path,
    query,
    columns: read,
    ...(columns && { others: 'ignore' }),
    ...(rowsPath !== undefined && { rowsPath }),
    ...(missing && { missing }),
    ...(isNamed && { identity: { column: table.company, is: ticker } }),
  }).open(run) as AsyncIterable<Batch>
}

/** An event that has no day has not happened. */
function dated(batch: Batch, time: string, run: Run): Batch {
  const { isValid } = column(batch, time)
  const rows = Uint32Array.from(Array.from({ length: batch.numRows }, (_, row) => row).filter(isValid))
  run.count('filtered', batch.numRows - rows.length)
  return takeRows(batch, rows)
}
