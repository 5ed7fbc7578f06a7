import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type AskedClose, type CloseAfter, closesAfter, type Day } from './closes.ts'
import { eventsOf, product, symbolsOf, valuesOf } from './market-rows.ts'
import { readTable } from './read-table.ts'
import { tableNames } from './table-files.ts'

/** What a lake knows of shares beside the statements. Each is `undefined` where it does not know. */
export interface MarketFacts {
  readonly closeAfter: CloseAfter
  /** How many shares of today one of that day has become. */
  shareFactor(ticker: string, day: Day): number | undefined
  /** Cash dividends with an ex-date in the year up to that day, for one share of that day. */
  dividends(ticker: string, day: Day): number | undefined
  /** Shares of all classes of the company, today, as shares of this one. */
  sharesToday(ticker: string): number | undefined
}

/** The tables that they are taken from. */
export interface MarketTables {
  /** Daily bars, one folder a day. */
  readonly daily: string
  readonly splits: string
  readonly dividends: string
  readonly details: string
  readonly symbols: string
}

/** Dividends of so many days are those of a year. */
const yearDays = 365

/**
 * Reads what a lake knows of shares. Of its daily bars only the sessions are read that are asked for; of the other tables
 * all rows, a few numbers of each.
 *
 * @throws what `readTable` and `readParquet` throw.
 */
export async function marketFacts(
  root: string,
  tables: MarketTables,
  asked: AsyncIterable<AskedClose>,
  run: Run,
): Promise<MarketFacts> {
  const there = new Set(await tableNames(root))
  const read = (table: string, columns: readonly string[]): AsyncIterable<Batch> | undefined =>
    there.has(table)
      ? readTable(root, table, { columns }, { until: run.until, warn: run.warn, count: () => {} })
      : undefined
  const named = await symbolsOf(read(tables.symbols, ['ticker', 'current_ticker', 'valid_from', 'valid_to']))
  const splits = await eventsOf(
    read(tables.splits, ['ticker', 'execution_date', 'split_to', 'split_from']),
    (numbers) => (numbers[0] as number) / (numbers[1] as number),
  )
  const paid = await eventsOf(
    read(tables.dividends, ['ticker', 'ex_dividend_date', 'cash_amount']),
    ([cash]) => cash,
  )
  const shares = await valuesOf(read(tables.details, ['ticker', 'weighted_shares_outstanding']))
  const closeAfter = await closesAfter(root, tables.daily, { asked, named }, run)
  const today = Math.floor(run.clock.wallMs() / 86_400_000)
  const factor = (ticker: string, from: Day, to: Day): number | undefined =>
    splits && product((splits.get(ticker) ?? []).filter(({ day }) => day > from && day <= to))
  return {
    closeAfter,
    shareFactor: (ticker, day) => factor(ticker, day, today),
    dividends: (ticker, day) =>
      paid &&
      (paid.get(ticker) ?? [])
        .filter((one) => one.day > day - yearDays && one.day <= day)
        .reduce((sum, one) => sum + one.value / (factor(ticker, one.day, day) ?? 1), 0),
    sharesToday: (ticker) => shares?.get(ticker),
  }
}
