import type { Flow } from '../core/pipeline.ts'
import type { Batch, Columns } from '../core/schema.ts'
import type { Bytes } from '../core/stage.ts'
import { type Dataset, fileColumns, millisecondColumns } from '../datasets/dataset.ts'
import { addOsi } from '../transforms/add-osi.ts'
import { gunzip } from '../transforms/gunzip.ts'
import { normalize } from '../transforms/normalize.ts'
import { parseCsv } from '../transforms/parse-csv.ts'
import { select } from '../transforms/select.ts'
import type { FlatParams } from './flat-params.ts'

/** The rows of a day's file, with the columns that were asked for. */
export function readRows(bytes: Flow<Bytes>, dataset: Dataset, params: FlatParams): Flow<Batch> {
  const { tickers, underlying, columns, schema, format, osi } = params
  // What is printed as text stays as the vendor wrote it: nanoseconds, as digits.
  const timestamps = params.timestamps ?? (format === 'csv' || format === 'ndjson' ? 'int64' : 'documented')
  const only = columns && osi ? columnsForOsi(columns, dataset) : columns
  const { symbols } = dataset
  const milliseconds = millisecondColumns(dataset)
  const rows: Flow<Batch> = bytes
    .through(gunzip())
    .through(
      parseCsv(fileColumns(dataset), { only, tickers, underlyings: underlying, symbols, milliseconds }),
    )
    .through(normalize(dataset, { timestamps, schema, only }))
  if (osi) return withOsi(rows, columns, Object.keys(dataset.derived ?? {}))
  return columns ? rows.through(select(columns)) : rows
}

/** What of a file must be read for some columns, when others are made of its ticker. */
const columnsForOsi = (asked: readonly string[], { columns }: Dataset): string[] => [
  ...new Set(['ticker', ...asked.filter((name) => Object.hasOwn(columns, name))]),
]

/** All that the symbol says, unless some of it is asked for by name. */
function withOsi(
  rows: Flow<Batch>,
  columns: readonly string[] | undefined,
  derived: readonly string[],
): Flow<Batch> {
  // Every dataset has a ticker, as its test says.
  const tickers = rows as Flow<Batch<Columns & { readonly ticker: 'utf8' }>>
  const more: Flow<Batch> = tickers.through(addOsi())
  if (!columns) return more
  return more.through(
    select(columns.some((name) => derived.includes(name)) ? columns : [...columns, ...derived]),
  )
}
