import assert from 'node:assert/strict'
import type { Counts } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { partitionValue } from '../../src/lake/layout.ts'
import { readTable } from '../../src/lake/read-table.ts'
import type { Question } from '../../src/lake/table-question.ts'
import { batchOf } from '../helpers/batches.ts'
import { printed } from '../helpers/print-rows.ts'
import { dayOf } from '../helpers/reference-lake.ts'

export interface Read {
  readonly rows: Readonly<Record<string, string | null>>[]
  /** Rows of the row groups that were looked into. */
  readonly looked: number
}

/** All that a question gives. */
export async function read(root: string, table: string, question: Question): Promise<Read> {
  let looked = 0
  const run = {
    until: <T>(promise: PromiseLike<T>) => Promise.resolve(promise),
    warn: () => {},
    count: (what: keyof Counts, n: number) => {
      if (what === 'rowsIn') looked += n
    },
  }
  const batches: Batch[] = []
  for await (const batch of readTable(root, table, question, run)) batches.push(batch)
  assert.ok(batches.every((batch) => batch.numRows <= 65_536))
  return { rows: batches.flatMap(printed), looked }
}

/** The days of a small lake, and what is in each. */
export const dates = ['2023-12-29', '2024-01-02', '2024-01-31', '2024-02-01', '2024-03-15'] as const
export const tickers = ['A', 'AA', 'AB', 'B', 'BA%', 'BApA', 'z', '\u{1F600}', '\uFFFD'] as const

export interface Row {
  readonly date: string
  readonly ticker: string | null
  readonly moment: bigint | null
  readonly n: number
}
export const kinds = { ticker: 'utf8', moment: 'timestamp_us', n: 'int32' } as const
export const columnsOf = (rows: readonly Row[]) => ({
  ticker: rows.map(({ ticker }) => ticker),
  moment: rows.map(({ moment }) => moment),
  n: rows.map(({ n }) => n),
})
const withDate = (rows: readonly Row[]): Batch =>
  batchOf({ ...kinds, date: 'date' }, { ...columnsOf(rows), date: rows.map(({ date }) => dayOf(date)) })
const withoutTicker = (rows: readonly Row[]): Batch => {
  const { ticker: _, ...columns } = columnsOf(rows)
  return batchOf({ moment: 'timestamp_us', n: 'int32' }, columns)
}

export const groupsOf = (rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, Row[]> => {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}

/** How a table lies on disk: the path of the file of a row, and what is in that file. */
export interface Layout {
  readonly pathOf: (row: Row) => string
  readonly batch: (rows: readonly Row[]) => Batch
  /** In files by ticker there is none without one. */
  readonly needsTicker?: true
}
export const layouts: Readonly<Record<string, Layout>> = {
  by_day: {
    pathOf: ({ date }) => `date=${date}/part-0.parquet`,
    batch: (rows) => batchOf(kinds, columnsOf(rows)),
  },
  by_month: { pathOf: ({ date }) => `month=${date.slice(0, 7)}/part-0.parquet`, batch: withDate },
  whole: { pathOf: () => 'part-0.parquet', batch: withDate },
  by_year_and_month: {
    pathOf: ({ date }) => `year=${date.slice(0, 4)}/month=${date.slice(5, 7)}/part-0.parquet`,
    batch: withDate,
  },
  by_ticker: {
    pathOf: ({ date, ticker }) =>
      `year=${date.slice(0, 4)}/month=${date.slice(5, 7)}/ticker=${partitionValue(ticker)}.parquet`,
    batch: withDate,
    needsTicker: true,
  },
  by_level: {
    pathOf: ({ date, ticker }) => `date=${date}/ticker=${partitionValue(ticker)}/part-0.parquet`,
    batch: withoutTicker,
  },
}
