import { type MergedUnit, readMergedUnits } from '../core/merged-units.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type AskedClose, type CloseAfter, closesAfter } from './closes.ts'
import { type Company, companiesInTime, type Day, spanColumns } from './companies-in-time.ts'
import { type DatedColumns, datedValues, numbersOf } from './market-rows.ts'
import { readTable } from './read-table.ts'
import { tableNames } from './table-files.ts'

/** What a lake knows of shares beside the statements. Each is `undefined` where it does not know. */
export interface MarketFacts {
  readonly closeAfter: CloseAfter
  /** How many shares of one day, or of all days that are known, a share of an earlier day has become. */
  splitFactor(company: Company, from: Day, to?: Day): number | undefined
  /**
   * Cash dividends in dollars with an ex-date in the year up to a day, for one share of a day after it. One in another currency, or of
   * an amount that is not told, makes their sum unknown.
   */
  dividends(company: Company, until: Day, shareOf: Day): number | undefined
  /** Shares of all classes of the company, as shares of this one, and the day on which that was told. */
  sharesToday(company: Company): { readonly shares: number; readonly day: Day } | undefined
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
 * all rows, a few numbers of each. Of a company that a table was not asked for nothing is known, which is not the same as
 * that it had no splits.
 *
 * @throws what `readTable` and `readParquet` throw.
 */
export async function marketFacts(
  root: string,
  tables: MarketTables,
  asked: AsyncIterable<AskedClose>,
  run: Run,
): Promise<MarketFacts> {
  const { companies, splits, paid, shares, units } = await readMarket(root, tables, run)
  const toldAt = new Map(
    units.flatMap(({ table, unit, at }) => (table === tables.details ? [[unit, at]] : [])),
  )
  const splitFactor = (company: Company, from: Day, to = Number.POSITIVE_INFINITY): number | undefined =>
    splits(company)?.reduce((all, { day, value }) => (day > from && day <= to ? all * value : all), 1)
  return {
    closeAfter: companies
      ? await closesAfter(root, tables.daily, { asked, companies }, run)
      : () => undefined,
    splitFactor,
    dividends(company, until, shareOf) {
      const some = paid(company)?.filter(({ day }) => day > until - yearDays && day <= until)
      const factors = some?.map(({ day }) => splitFactor(company, day, shareOf))
      if (!some || !factors || factors.includes(undefined)) return undefined
      const sum = some.reduce((sum, { value }, i) => sum + value / (factors[i] as number), 0)
      return Number.isNaN(sum) ? undefined : sum
    },
    sharesToday(company) {
      const [known, at] = [shares(company), toldAt.get(company.ticker)]
      return known === undefined || at === undefined ? undefined : { shares: known, day: dayOf(at) }
    },
  }
}

const dayOf = (at: string): Day => Math.floor(Date.parse(at) / 86_400_000)

/** The rows of all tables but the daily bars, by company. */
async function readMarket(root: string, tables: MarketTables, run: Run) {
  const there = new Set(await run.until(tableNames(root)))
  const units = [...(await readMergedUnits(root)).values()]
  const read = (table: string, columns: readonly string[]): AsyncIterable<Batch> =>
    there.has(table)
      ? readTable(root, table, { columns }, { until: run.until, warn: run.warn, count: () => {} })
      : nothing()
  if (there.has(tables.daily) && !there.has(tables.symbols))
    run.warn(`no prices in the ratios: ${tables.symbols} is missing (millrace run symbols)`)
  const companies = there.has(tables.symbols)
    ? await companiesInTime(read(tables.symbols, spanColumns))
    : undefined
  const dated = async (table: string, columns: DatedColumns) => {
    const { date, numbers, unit } = columns
    const names = ['ticker', date, ...numbers, ...(unit === undefined ? [] : [unit])]
    const values = await datedValues(read(table, names), columns, companies)
    const isKnown = knownIn(units, table, there)
    return (company: Company) => (isKnown(company) ? values(company) : undefined)
  }
  return {
    companies,
    units,
    splits: await dated(tables.splits, {
      date: 'execution_date',
      numbers: ['split_to', 'split_from'],
      numberFrom: ([to = 0, of = 0]) => (Number.isFinite(to / of) ? to / of : undefined),
    }),
    paid: await dated(tables.dividends, {
      date: 'ex_dividend_date',
      numbers: ['cash_amount'],
      unit: 'currency',
      numberFrom: ([cash = Number.NaN], currency = dollars) => (currency === dollars ? cash : Number.NaN),
    }),
    shares: await numbersOf(read(tables.details, ['ticker', 'cik', sharesColumn]), sharesColumn),
  }
}

async function* nothing(): AsyncGenerator<never> {}

/** What figures of the statements count, and dividends that do not say what they count. */
const dollars = 'USD'

const sharesColumn = 'weighted_shares_outstanding'

/** Whether a table was asked for a company: by its ticker, or as a whole. A table that nobody asked for was made by hand. */
function knownIn(
  units: readonly MergedUnit[],
  table: string,
  there: ReadonlySet<string>,
): (company: Company) => boolean {
  const names = new Set(units.flatMap((one) => (one.table === table ? [one.unit] : [])))
  // Windows begin with all that is before them; a run from some day on knows nothing of what was earlier.
  const isWhole =
    names.size === 0
      ? there.has(table)
      : [...names].some((name) => name === 'all' || name.startsWith('until-'))
  return ({ ticker }) => isWhole || names.has(ticker)
}
