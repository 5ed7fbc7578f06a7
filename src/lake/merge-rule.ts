/** How the rows of a table that gathers lie in its files; a part of the shape of the table. */
export interface MergeRule {
  /** `month`: a file a month, of all companies. `ticker`: below each month a file a company, as the seed has it. */
  readonly layout: Layout
  /** The date whose month a row lies in; without it a table has no months. */
  readonly time?: string
  /** The column that says whose a row is: one ticker, or several with commas between them. */
  readonly company: string
  /** The columns that rows are sorted by; rows that are equal in these are sorted by all others. */
  readonly order: readonly string[]
  /**
   * The column that tells when a row was seen. Rows with one are never replaced: what a company said once stays, and what it
   * says again is left out unless it has said something else meanwhile, as `keptVintages` has it.
   */
  readonly vintage?: string
  /** Of the rows with a vintage only the newest of each key are kept; else all. */
  readonly keeps?: 'newest'
}

export const layouts = ['month', 'ticker'] as const
export type Layout = (typeof layouts)[number]

/**
 * Which rows a unit takes the place of: those of these tickers, or all; of these days, the last one included, or all. A unit
 * that only adds rows replaces nothing.
 */
export interface Replaced {
  readonly tickers?: readonly string[]
  /** No row of the table is of several tickers: where rows of others lie, none of these do. */
  readonly single?: true
  readonly from?: string
  readonly to?: string
}

/** The first of the tickers of a company. */
export const firstTicker = (text: string | undefined): string | undefined => text?.split(',')[0]
