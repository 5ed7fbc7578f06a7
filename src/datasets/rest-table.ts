import type { Columns, Kind } from '../core/schema.ts'

/** One column of a table of the REST API: what it means, and how a lake stores it. */
export interface RestColumn {
  readonly kind: Kind
  /** What one step of the value is, as `USD` or `shares`; a word for text. */
  readonly unit: string
  readonly about?: string
  /** Where it is in a row of the answer, with dots between the names, if not under the name of the column. */
  readonly from?: string
  /** It is in no answer: the recipe adds it. */
  readonly added?: true
}

/** How a whole endpoint is asked for, all companies: in windows of so many days of a column, or at once. */
export interface BulkQuery {
  /** The parameter, with `.gte` and `.lte`, and the column. */
  readonly column: string
  readonly window: 'month' | 'quarter' | 'year'
  /** First day that the vendor can have. */
  readonly since: string
}

/** An endpoint of the REST API as a table of a lake: everything that differs from one to the next is here. */
export interface RestTable {
  /** As recipes are named: `balance-sheets`. */
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  /** Folder in the lake. */
  readonly table: string
  /** Of the endpoint; with `{ticker}` in it, it answers one company at a time. */
  readonly path: string
  /** What is asked with every request. */
  readonly query: Readonly<Record<string, string>>
  /** The parameter that names a company, where the path does not; absent where there is none. */
  readonly tickerParam?: 'ticker' | 'tickers'
  /** Absent where the endpoint is asked for at once, or for one company at a time. */
  readonly bulk?: BulkQuery
  /** The array of rows inside of `results`, where that is an object. */
  readonly rows?: string
  /** The column that says whose a row is: one ticker, or several with commas between them. */
  readonly company: string
  /** The date whose month a row lies in; absent where the table is one file. */
  readonly time?: string
  /** Rows are sorted by these. */
  readonly order: readonly string[]
  /** Rows are never replaced: each says when it was seen, in `observed_at`. */
  readonly vintages?: true
  /** Rows of other days stay when a company is fetched anew: an answer holds the last day alone. */
  readonly keepsDays?: true
  /** The date that tells what is new, for `sync`; without it a table is fetched anew when it is old. */
  readonly cursor?: string
  /** A new row changes older ones of its company, which are adjusted by it: whoever asks for a company asks for all of it. */
  readonly readjusts?: true
  /** Grows when a stored type or meaning changes, so that old output is told from new. */
  readonly version: number
  /** In the order in which they are stored. */
  readonly columns: Readonly<Record<string, RestColumn>>
}

/**
 * So many days before the last time `sync` asks again. Filings come in days late; a date that is announced, as an ex-dividend
 * date, may be taken back or come late by a month.
 */
export const overlapDays = (cursor: string): number => (cursor === 'filing_date' ? 7 : 35)

/** What a parser of the answers is told: the columns that are in them. */
export const answerColumns = ({
  columns,
}: Pick<RestTable, 'columns'>): Readonly<Record<string, { kind: Kind; from?: string }>> =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([name, { kind, from, added }]) =>
      added ? [] : [[name, { kind, ...(from !== undefined && { from }) }]],
    ),
  )

/** Names and kinds as a lake has them. */
export const tableColumns = ({ columns }: Pick<RestTable, 'columns'>): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, { kind }]) => [name, kind]))
