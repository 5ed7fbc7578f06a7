import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { column } from '../columnar/column.ts'
import { float64Data } from '../columnar/float64-data.ts'
import { companyPrinter, type PeriodKeys } from '../columnar/period-rows.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import type { AskedClose } from '../lake/closes.ts'
import type { Company } from '../lake/companies-in-time.ts'
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
 * Adds to periods of companies what a lake knows beside the statements, null where it does not. All of it is in shares of the
 * day of filing, in which the statements are, too: what is filed after a split counts in new shares.
 * - `price`: the close of the first session after the filing, by the ticker that the company had then;
 * - `shares_outstanding`: the basic shares of the period's income statement; of companies with several share classes only in
 *   their last period, what the ticker details have said since;
 * - `share_factor`: how many shares one of the filing has become;
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
  const there = new Set(await run.until(tableNames(root)))
  const uncounted = { until: run.until, warn: run.warn, count: () => {} }
  const columns = ['cik', 'tickers', 'filing_date']
  for (const table of statements.filter((name) => there.has(name)))
    for await (const batch of readTable(root, table, { columns }, uncounted)) {
      const companyOf = companyReader(batch)
      const filedAt = numberReader(batch, 'filing_date')
      for (let row = 0; row < batch.numRows; row++) {
        const [company, day] = [companyOf(row), filedAt(row)]
        if (company && day !== undefined) yield { company, day }
      }
    }
}

/** Who filed, by the first of its tickers. */
function companyReader(
  batch: Batch,
): (row: number) => (Company & { readonly hasClasses: boolean }) | undefined {
  const [tickers, cik] = [cellPrinter(column(batch, 'tickers')), cellPrinter(column(batch, 'cik'))]
  return (row) => {
    const [ticker, ...classes] = (tickers(row) ?? '').split(',').filter((name) => name !== '')
    return ticker === undefined ? undefined : { ticker, cik: cik(row), hasClasses: classes.length > 0 }
  }
}

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
  const companyOf = companyReader(batch)
  const [endAt, filedAt, sharesAt] = ['period_end', 'filing_date', 'basic_shares_outstanding'].map((name) =>
    numberReader(batch, name),
  ) as [NumberAt, NumberAt, NumberAt]
  const isNewest = newestEnds(batch)
  return (row) => {
    const [company, end] = [companyOf(row), endAt(row)]
    if (!company || end === undefined) return {}
    const filed = filedAt(row) ?? end
    const close = filedAt(row) === undefined ? undefined : facts.closeAfter(company, filed)
    return {
      price: close && times(close.price, facts.splitFactor(company, filed, close.day)),
      // Of several classes nobody says how many shares there are of each, but for today.
      shares_outstanding: company.hasClasses
        ? isNewest(row)
          ? sharesToday(company, filed, facts)
          : undefined
        : sharesAt(row),
      share_factor: facts.splitFactor(company, filed),
      dividends_per_share: facts.dividends(company, end, filed),
    }
  }
}

type NumberAt = (row: number) => number | undefined

function numberReader(batch: Batch, name: string): NumberAt {
  const { values, isValid } = column(batch, name)
  return (row) => (isValid(row) ? (values[row] as number) : undefined)
}

const times = (number: number, factor: number | undefined): number | undefined =>
  factor === undefined ? undefined : number * factor

/** Of all classes, if that was told after the filing, in shares of the day of filing. */
function sharesToday(company: Company, filed: number, facts: MarketFacts): number | undefined {
  const today = facts.sharesToday(company)
  if (!today || today.day < filed) return undefined
  const factor = facts.splitFactor(company, filed, today.day)
  return factor === undefined ? undefined : today.shares / factor
}

/** Whether the period of a row is the last one of its company in the batch. */
function newestEnds(batch: Batch<PeriodKeys>): (row: number) => boolean {
  const companyOf = companyPrinter(batch)
  const endAt = numberReader(batch, 'period_end')
  const last = new Map<string | undefined, number>()
  for (let row = 0; row < batch.numRows; row++) {
    const company = companyOf(row)
    last.set(
      company,
      Math.max(last.get(company) ?? Number.NEGATIVE_INFINITY, endAt(row) ?? Number.NEGATIVE_INFINITY),
    )
  }
  return (row) => last.get(companyOf(row)) === endAt(row)
}
