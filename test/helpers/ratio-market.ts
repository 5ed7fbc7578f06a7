import type { Company } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import type { RestRow } from '../../src/testing/rest-tables.ts'
import { batchOf } from './batches.ts'
import { addUnit } from './made-lake.ts'

/** One statement of a year: everything that a test counts on is a round number. */
interface Year {
  readonly end: string
  readonly filed: string
  readonly eps: number
  readonly revenue: number
  /** It is only this quarter of it. */
  readonly quarter?: number
}

/** A company of 1000 shares a class; what it earns a year is said by its years. */
export function marketCompany(
  name: string,
  years: readonly Year[],
  more: Partial<Company> & { readonly classes?: readonly string[] } = {},
): Company {
  const { classes = [name], ...others } = more
  const cik = String([...name].reduce((sum, letter) => sum * 32 + letter.charCodeAt(0) - 64, 0)).padStart(
    10,
    '0',
  )
  const rows = (figures: (year: Year) => RestRow): RestRow[] =>
    years.map((year) => ({
      cik,
      tickers: [...classes],
      timeframe: year.quarter === undefined ? 'annual' : 'quarterly',
      period_end: year.end,
      filing_date: year.filed,
      fiscal_year: Number(year.end.slice(0, 4)),
      fiscal_quarter: year.quarter ?? 4,
      ...figures(year),
    }))
  return {
    cik,
    name: `${name} Inc.`,
    listings: classes.map((ticker, i) => ({
      ticker,
      figi: `BBG0${cik.slice(-7)}${i}`,
      type: 'CS',
      shares: 1000,
      price: 10,
    })),
    listed: '2015-01-15',
    dividends: [],
    splits: [],
    statements: {
      balanceSheets: rows(() => ({ total_assets: 8000, total_equity: 4000, receivables: 100 })),
      incomeStatements: rows(({ eps, revenue }) => ({
        revenue,
        gross_profit: revenue / 2,
        basic_shares_outstanding: 1000,
        diluted_shares_outstanding: 1000,
        diluted_earnings_per_share: eps,
        consolidated_net_income_loss: eps * 1000,
      })),
      cashFlowStatements: rows(() => ({ net_cash_from_operating_activities: 500 })),
    },
    ...others,
  }
}

export const apiKey = 'made-up'
export const startMarket = (
  companies: readonly Company[],
  options: Omit<Parameters<typeof startRestServer>[0], 'routes'> = {},
) => startRestServer({ routes: companyRoutes(companies), apiKey, ...options })

/** Adds sessions to the daily bars of a lake: closes by day and ticker. */
export async function addCloses(
  root: string,
  closes: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Promise<void> {
  for (const [date, ofDay] of Object.entries(closes)) {
    const rows = batchOf(
      { ticker: 'utf8', close: 'float64' },
      { ticker: Object.keys(ofDay), close: Object.values(ofDay) },
    )
    await addUnit(root, {
      table: 'stocks_daily',
      unit: date,
      files: { [`date=${date}/part-0.parquet`]: [rows] },
      dataset: 'stocks-daily',
    })
  }
}
