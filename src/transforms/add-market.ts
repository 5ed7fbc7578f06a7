import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { column } from '../columnar/column.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import { float64Data } from '../columnar/float64-data.ts'
import { dateText } from '../columnar/numbers.ts'
import { companyPrinter, firstFiledColumn, type PeriodKeys } from '../columnar/period-rows.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import type { AskedClose } from '../lake/closes.ts'
import type { Company } from '../lake/companies-in-time.ts'
import { type FirstFiled, openFirstFilings } from '../lake/first-filings.ts'
import { type MarketFacts, type MarketTables, marketFacts } from '../lake/market-facts.ts'
import { readTable } from '../lake/read-table.ts'
import { tableNames } from '../lake/table-files.ts'

export interface AddMarketOptions {
  /** Folder of the lake. */
  readonly root: string
  readonly tables: MarketTables
  /** Its tables of statements: what filings there are. */
  readonly statements: readonly string[]
  /** Its table of the filings index. */
  readonly filings: string
}

/** Columns of float64 that it adds, beside `first_filed`. */
export const marketColumns = ['price', 'shares_outstanding', 'share_factor', 'dividends_per_share'] as const
export type MarketColumns = PeriodKeys & {
  readonly first_filed: 'date'
} & { readonly [N in (typeof marketColumns)[number]]: 'float64' }

/**
 * Adds to periods of companies what a lake knows beside the statements, null where it does not. All of it is in shares of the
 * day of the latest filing, in which the statements are, too: what is filed after a split counts in new shares.
 * - `first_filed`: when the period was filed for the first time, as the filings index tells it, and never after `filing_date`;
 * - `price`: the close of the first session after that day, or after the latest filing where it is not known, by the ticker that
 *   the company had then: a later filing that repeats a period moves its `filing_date` by years;
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
        const { root, tables } = options
        const firstFiled = await openFirstFilings(root, options.filings, run)
        const facts = await marketFacts(root, tables, filings(options, firstFiled, run), run)
        for await (const batch of input)
          yield withFacts(batch, { ...facts, firstFiled }) as Batch<C & MarketColumns>
      },
  )
}

/** Every company and day after which a price may be wanted. */
async function* filings(
  { root, statements }: AddMarketOptions,
  firstFiled: FirstFiled,
  run: Run,
): AsyncGenerator<AskedClose> {
  const there = new Set(await run.until(tableNames(root)))
  const uncounted = { until: run.until, warn: run.warn, count: () => {} }
  const columns = ['cik', 'tickers', 'period_end', 'filing_date', 'fiscal_quarter', 'timeframe']
  for (const table of statements.filter((name) => there.has(name)))
    for await (const batch of readTable(root, table, { columns }, uncounted))
      yield* askedOf(batch, firstFiled)
}

function* askedOf(batch: Batch, firstFiled: FirstFiled): Generator<AskedClose> {
  const companyOf = companyReader(batch)
  const daysOf = askedDays(batch, firstFiled)
  for (let row = 0; row < batch.numRows; row++) {
    const company = companyOf(row)
    if (company) for (const day of daysOf(row)) yield { company, day }
  }
}

/** After which days the price of a row is looked for. */
function askedDays(batch: Batch, firstFiled: FirstFiled): (row: number) => readonly number[] {
  const firstAt = firstFiledReader(batch, firstFiled)
  const filedAt = numberReader(batch, 'filing_date')
  return (row) => {
    const [first, filed] = [firstAt(row), filedAt(row)]
    if (first === undefined || filed === undefined) return filed === undefined ? [] : [filed]
    // Another statement of the period may have been filed later than this one.
    return first > filed ? [first, filed] : [first]
  }
}

/** When the period of a row was filed first, by the index alone. */
function firstFiledReader(batch: Batch, firstFiled: FirstFiled): NumberAt {
  const [cik, timeframe] = [cellPrinter(column(batch, 'cik')), cellPrinter(column(batch, 'timeframe'))]
  const [endAt, quarterAt] = [numberReader(batch, 'period_end'), numberReader(batch, 'fiscal_quarter')]
  return (row) => {
    const end = endAt(row)
    // A year is filed with its last quarter, whichever it is said to end with.
    const quarter = timeframe(row) === 'annual' ? 4 : quarterAt(row)
    return end === undefined || quarter === undefined ? undefined : firstFiled(cik(row), { end, quarter })
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

interface Facts extends MarketFacts {
  readonly firstFiled: FirstFiled
}

function withFacts(batch: Batch<PeriodKeys>, facts: Facts): Batch {
  const { numRows } = batch
  const factsOf = periodReader(batch, facts)
  const values = marketColumns.map(() => new Float64Array(numRows))
  const first = columnBuilder('date', numRows)
  for (let row = 0; row < numRows; row++) {
    const found = factsOf(row)
    if (found.first_filed === undefined || !first.set(row, dateText(found.first_filed))) first.setNull(row)
    for (const [i, name] of marketColumns.entries())
      (values[i] as Float64Array)[row] = found[name] ?? Number.NaN
  }
  const columns = batch.schema.fields.map(({ name }, i) => ({ name, data: batch.data.children[i] as Data }))
  const added = marketColumns.map((name, i) => ({ name, data: float64Data(values[i] as Float64Array) }))
  return makeBatch([...columns, { name: firstFiledColumn, data: first.take(numRows) }, ...added], numRows)
}

type PeriodFacts = { readonly [N in 'first_filed' | (typeof marketColumns)[number]]?: number | undefined }

function periodReader(batch: Batch<PeriodKeys>, facts: Facts): (row: number) => PeriodFacts {
  const companyOf = companyReader(batch)
  const [endAt, filedAt, sharesAt] = ['period_end', 'filing_date', 'basic_shares_outstanding'].map((name) =>
    numberReader(batch, name),
  ) as [NumberAt, NumberAt, NumberAt]
  const firstAt = firstFiledReader(batch, facts.firstFiled)
  const isNewest = newestEnds(batch)
  return (row) => {
    const [company, end, latest] = [companyOf(row), endAt(row), filedAt(row)]
    const first_filed = notAfter(firstAt(row), latest)
    if (!company || end === undefined) return { first_filed }
    const filed = latest ?? end
    return {
      first_filed,
      price: latest === undefined ? undefined : priceAfter(first_filed ?? latest, latest, company, facts),
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

/** A report that came after the latest filing of a period is that of another one. */
const notAfter = (first: number | undefined, latest: number | undefined): number | undefined =>
  first !== undefined && latest !== undefined && first <= latest ? first : undefined

type NumberAt = (row: number) => number | undefined

function numberReader(batch: Batch, name: string): NumberAt {
  const { values, isValid } = column(batch, name)
  return (row) => (isValid(row) ? (values[row] as number) : undefined)
}

/** Of the first session after a day, for one share of the latest filing. */
function priceAfter(day: number, latest: number, company: Company, facts: MarketFacts): number | undefined {
  const close = facts.closeAfter(company, day)
  if (!close) return undefined
  const [from, to] = close.day >= latest ? [latest, close.day] : [close.day, latest]
  const factor = facts.splitFactor(company, from, to)
  if (factor === undefined) return undefined
  return close.day >= latest ? close.price * factor : close.price / factor
}

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
