import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { type Column, column } from '../columnar/column.ts'
import { float64Data } from '../columnar/float64-data.ts'
import type { PeriodKeys } from '../columnar/period-rows.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import type { AskedClose } from '../lake/closes.ts'
import { type MarketFacts, type MarketTables, marketFacts } from '../lake/market-facts.ts'
import { readTable } from '../lake/read-table.ts'
import { tableNames } from '../lake/table-files.ts'

export interface AddMarketOptions {
  /** Folder of the lake. */
  readonly root: string
  readonly tables: MarketTables
  /** Its tables of statements: what filings there are. */
  readonly statements: readonly string[]
}

/** Columns that it adds, all float64. */
export const marketColumns = ['price', 'shares_outstanding', 'share_factor', 'dividends_per_share'] as const
export type MarketColumns = PeriodKeys & { readonly [N in (typeof marketColumns)[number]]: 'float64' }

/**
 * Adds to periods of companies what a lake knows beside the statements, null where it does not:
 * - `price`: the close of the first session after the filing, by the ticker that the company had then;
 * - `shares_outstanding` on that day: the basic shares of the period's income statement, with the splits since; of companies
 *   with several share classes only in their last period, what the ticker details say;
 * - `share_factor`: how many shares of today one of the period's end has become;
 * - `dividends_per_share`: cash of the year up to the period's end.
 *
 * @throws what `marketFacts` throws.
 */
export function addMarket<C extends PeriodKeys>(
  options: AddMarketOptions,
): Transform<Batch<C>, Batch<C & MarketColumns>> {
  return transform(
    'add-market',
    (run) =>
      async function* (input) {
        const facts = await marketFacts(options.root, options.tables, filings(options, run), run)
        for await (const batch of input) yield withFacts(batch, facts) as Batch<C & MarketColumns>
      },
  )
}

/** Every company and day of a filing. */
async function* filings({ root, statements }: AddMarketOptions, run: Run): AsyncGenerator<AskedClose> {
  const there = new Set(await tableNames(root))
  const uncounted = { until: run.until, warn: run.warn, count: () => {} }
  for (const table of statements.filter((name) => there.has(name)))
    for await (const batch of readTable(root, table, { columns: ['tickers', 'filing_date'] }, uncounted)) {
      const print = cellPrinter(column(batch, 'tickers'))
      const days = column(batch, 'filing_date') as Column<'date'>
      for (let row = 0; row < batch.numRows; row++) {
        const [ticker] = tickersAt(print, row)
        if (ticker !== undefined && days.isValid(row)) yield { ticker, day: days.values[row] as number }
      }
    }
}

const tickersAt = (print: (row: number) => string | undefined, row: number): readonly string[] =>
  (print(row) ?? '').split(',').filter((ticker) => ticker !== '')

function withFacts(batch: Batch<PeriodKeys>, facts: MarketFacts): Batch {
  const { numRows } = batch
  const factsOf = periodReader(batch, facts)
  const values = marketColumns.map(() => new Float64Array(numRows))
  for (let row = 0; row < numRows; row++) {
    const found = factsOf(row)
    for (const [i, name] of marketColumns.entries())
      (values[i] as Float64Array)[row] = found[name] ?? Number.NaN
  }
  const columns = batch.schema.fields.map(({ name }, i) => ({ name, data: batch.data.children[i] as Data }))
  const added = marketColumns.map((name, i) => ({ name, data: float64Data(values[i] as Float64Array) }))
  return makeBatch([...columns, ...added], numRows)
}

type PeriodFacts = { readonly [N in (typeof marketColumns)[number]]?: number | undefined }

function periodReader(batch: Batch<PeriodKeys>, facts: MarketFacts): (row: number) => PeriodFacts {
  const print = cellPrinter(column(batch, 'tickers'))
  const [endAt, filedAt, sharesAt] = ['period_end', 'filing_date', 'basic_shares_outstanding'].map((name) =>
    numberReader(batch, name),
  ) as [NumberAt, NumberAt, NumberAt]
  const isNewest = newestEnds(batch)
  return (row) => {
    const [ticker, ...classes] = tickersAt(print, row)
    const end = endAt(row)
    if (ticker === undefined || end === undefined) return {}
    const share_factor = facts.shareFactor(ticker, end)
    const known = { share_factor, dividends_per_share: facts.dividends(ticker, end) }
    const filed = filedAt(row)
    const close = filed === undefined ? undefined : facts.closeAfter(ticker, filed)
    if (!close) return known
    // Of several classes nobody says how many shares there are of each, but for today.
    if (classes.length > 0)
      return {
        ...known,
        price: close.price,
        shares_outstanding: isNewest(row) ? facts.sharesToday(ticker) : undefined,
      }
    const shares = scaled(sharesAt(row), share_factor, facts.shareFactor(ticker, close.day))
    return { ...known, price: close.price, shares_outstanding: shares }
  }
}

type NumberAt = (row: number) => number | undefined

function numberReader(batch: Batch, name: string): NumberAt {
  const { values, isValid } = column(batch, name)
  return (row) => (isValid(row) ? (values[row] as number) : undefined)
}

/** Shares of one day as shares of a later one, by what each becomes until today. */
const scaled = (
  shares: number | undefined,
  factor: number | undefined,
  later: number | undefined,
): number | undefined =>
  shares === undefined || factor === undefined || later === undefined ? undefined : (shares * factor) / later

/** Whether the period of a row is the last one of its company in the batch. */
function newestEnds(batch: Batch<PeriodKeys>): (row: number) => boolean {
  const print = cellPrinter(column(batch, 'cik'))
  const ends = column(batch, 'period_end')
  const last = new Map<string, number>()
  for (let row = 0; row < batch.numRows; row++) {
    const company = print(row) ?? ''
    if (ends.isValid(row))
      last.set(company, Math.max(last.get(company) ?? Number.NEGATIVE_INFINITY, ends.values[row] as number))
  }
  return (row) => ends.isValid(row) && last.get(print(row) ?? '') === ends.values[row]
}
