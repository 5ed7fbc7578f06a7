import { gunzipSync, gzipSync } from 'node:zlib'
import { type Company, makeCompanies } from '../../src/testing/rest-companies.ts'
import type { RestRow } from '../../src/testing/rest-tables.ts'

/** The last quarters of all were filed on the Friday, and one company has another ticker since the Tuesday. */
export const demoCompanies: readonly Company[] = makeCompanies({ count: 7, quarters: 24 }).map((company) => {
  const { balanceSheets, incomeStatements, cashFlowStatements } = company.statements
  const refiled = (rows: readonly RestRow[]) =>
    rows.map((row) => (row['period_end'] === '2025-12-31' ? { ...row, filing_date: '2026-02-20' } : row))
  return {
    ...company,
    ...(company.renamed && { renamed: { ...company.renamed, on: '2026-02-24' } }),
    statements: {
      balanceSheets: refiled(balanceSheets),
      incomeStatements: refiled(incomeStatements),
      cashFlowStatements: refiled(cashFlowStatements),
    },
  }
})

/** Closes of a day, by the tickers that they had then. */
export const closesOn = (date: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    demoCompanies
      .filter(({ delisted }) => delisted === undefined)
      .flatMap(({ listings, renamed }) =>
        listings.map(({ ticker, price }) => [
          renamed && date < renamed.on ? renamed.from : ticker,
          Math.round(price * 100 + Number(date.slice(-1)) * 10) / 100,
        ]),
      ),
  )

/** A day of daily bars, and those of the companies. */
export function withCompanies(gzip: Buffer, date: string): Buffer {
  const text = String(gunzipSync(gzip))
  const [header = '', first = ''] = text.split('\n')
  const columns = header.split(',')
  const known = {
    window_start: first.split(',')[columns.indexOf('window_start')] ?? '',
    volume: '120000',
    transactions: '900',
  }
  const bars = Object.entries(closesOn(date)).map(([ticker, close]) => {
    const values: Readonly<Record<string, string>> = { ...known, ticker }
    return columns.map((name) => values[name] ?? close.toFixed(2)).join(',')
  })
  return gzipSync(`${text}${bars.join('\n')}\n`)
}

/** Ratios of the last twelve months, of all of them. */
export const ratioTable = `select tickers, round(market_cap / 1e6) as millions, round(price_to_earnings, 1) as pe,
  round(dividend_yield, 4) as yield, round(return_on_equity, 3) as roe, round(altman_z_score, 2) as z
from financial_ratios where timeframe = 'ttm' and period_end = '2025-12-31' order by tickers`

/** Daily prices with the ratios that were known on the day, of a company whose ticker has changed. */
export const ratiosOfDays = `select d.date, d.ticker, d.close, r.period_end, r.filed, round(r.return_on_equity, 4) as roe
from stocks_daily d
join symbols s on s.ticker = d.ticker and d.date between coalesce(s.valid_from, d.date) and coalesce(s.valid_to, d.date)
asof join (select *, split_part(tickers, ',', 1) as current_ticker, coalesce(first_filed, filing_date) as filed
  from financial_ratios where timeframe = 'ttm') r
  on r.current_ticker = s.current_ticker and r.cik = s.cik and r.filed < d.date
where s.current_ticker = 'MWC' order by d.date`
