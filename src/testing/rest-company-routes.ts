import type { Company, Listing } from './rest-companies.ts'
import { marketRows, vendorRatio } from './rest-market.ts'
import type { RestAnswer, RestRoutes, RestRow, RestTable } from './rest-tables.ts'

const statementFilters = [
  'cik',
  'tickers',
  'period_end',
  'filing_date',
  'fiscal_year',
  'fiscal_quarter',
  'timeframe',
] as const

interface Listed {
  readonly company: Company
  readonly listing: Listing
}

/** Every endpoint of the API that is about companies, over these. */
export function companyRoutes(companies: readonly Company[]): RestRoutes {
  const listed = companies.flatMap((company) =>
    company.listings.map((listing): Listed => ({ company, listing })),
  )
  const tables = tablesOf(companies, listed)
  const byTicker = new Map(listed.map((one) => [one.listing.ticker, one]))
  for (const one of listed) {
    if (one.company.renamed) byTicker.set(one.company.renamed.from, one)
    byTicker.set(one.listing.figi, one)
  }
  const single: readonly (readonly [at: RegExp, answer: (one: Listed, name: string) => RestAnswer])[] = [
    [/^\/v3\/reference\/tickers\/([^/]+)$/, (one) => ({ body: { results: detailsOf(one) } })],
    [/^\/vX\/reference\/tickers\/([^/]+)\/events$/, (one) => ({ body: { results: eventsOf(one) } })],
  ]
  return (path) => {
    const table = tables[path]
    if (table) return table
    const [, related] = /^\/v1\/related-companies\/([^/]+)$/.exec(path) ?? []
    if (related !== undefined) return { body: relatedTo(related, listed) }
    for (const [at, answer] of single) {
      const [, name = ''] = at.exec(path) ?? []
      const one = byTicker.get(name)
      if (one) return answer(one, name)
    }
    return undefined
  }
}

type Routes = Readonly<Record<string, RestTable | RestAnswer>>

const table = (
  rows: readonly RestRow[],
  [limit, most]: readonly [number, number],
  filters: readonly string[],
  more: Partial<RestTable> = {},
): RestTable => ({ rows, limit, most, filters, style: 'v1', ...more })

function tablesOf(companies: readonly Company[], listed: readonly Listed[]): Routes {
  const statements = (name: keyof Company['statements']) =>
    table(
      companies.flatMap((company) => company.statements[name]),
      [100, 50_000],
      statementFilters,
    )
  const { float, shortInterest, shortVolume, conditions, exchanges, holidays } = marketRows(listed)
  const v3 = { style: 'v3' } as const
  return {
    '/stocks/financials/v1/balance-sheets': statements('balanceSheets'),
    '/stocks/financials/v1/income-statements': statements('incomeStatements'),
    '/stocks/financials/v1/cash-flow-statements': statements('cashFlowStatements'),
    '/stocks/financials/v1/ratios': table(
      listed.flatMap(({ company, listing }) => vendorRatio(company, listing)),
      [100, 50_000],
      ['ticker', 'cik'],
    ),
    '/stocks/v1/dividends': table(
      listed.flatMap(dividendsOf),
      [100, 5000],
      ['ticker', 'ex_dividend_date', 'frequency', 'distribution_type'],
    ),
    '/stocks/v1/splits': table(
      listed.flatMap(splitsOf),
      [100, 5000],
      ['ticker', 'execution_date', 'adjustment_type'],
    ),
    '/v3/reference/tickers': table(
      listed.map(tickerRow),
      [100, 1000],
      ['ticker', 'type', 'market', 'exchange', 'cik', 'active'],
      { ...v3, defaults: { active: 'true' } },
    ),
    '/vX/reference/ipos': table(listed.map(ipoOf), [10, 1000], ['ticker', 'listing_date'], v3),
    '/stocks/vX/float': table(float, [100, 5000], ['ticker']),
    '/stocks/v1/short-interest': table(shortInterest, [10, 50_000], ['ticker', 'settlement_date']),
    '/stocks/v1/short-volume': table(shortVolume, [10, 50_000], ['ticker', 'date']),
    '/v3/reference/conditions': table(conditions, [10, 1000], ['id', 'asset_class'], v3),
    '/v3/reference/exchanges': { body: { results: exchanges, count: exchanges.length } },
    '/v1/marketstatus/upcoming': { body: holidays },
    '/stocks/filings/vX/index': table(
      companies.flatMap(filingsOf),
      [1000, 50_000],
      ['cik', 'ticker', 'form_type', 'filing_date'],
    ),
  }
}

const tickerRow = ({ company, listing }: Listed): RestRow => ({
  ticker: listing.ticker,
  name: company.name,
  market: 'stocks',
  locale: 'us',
  primary_exchange: 'XNYS',
  type: listing.type,
  active: company.delisted === undefined,
  currency_name: 'usd',
  cik: company.cik,
  composite_figi: listing.figi,
  share_class_figi: listing.figi.replace('BBG0', 'BBG1'),
  last_updated_utc: '2024-08-01T00:00:00Z',
  ...(company.delisted && { delisted_utc: `${company.delisted}T05:00:00Z` }),
})

const detailsOf = (one: Listed): RestRow => ({
  ...tickerRow(one),
  list_date: one.company.listed,
  market_cap: one.listing.price * one.listing.shares,
  share_class_shares_outstanding: one.listing.shares,
  weighted_shares_outstanding: one.company.listings.reduce((sum, { shares }) => sum + shares, 0),
  round_lot: 100,
  ticker_root: one.listing.ticker.split('.')[0],
  sic_code: '2040',
  sic_description: 'GRAIN MILL PRODUCTS',
  total_employees: 1200,
  homepage_url: 'https://mill.example',
  address: { address1: '1 Weir Lane', city: 'MILLFORD', state: 'VT', postal_code: '05000' },
})

/** Only changes of tickers, the newest first; the day of a name is its first. */
const eventsOf = ({ company, listing }: Listed): RestRow => ({
  name: company.name,
  composite_figi: listing.figi,
  cik: company.cik,
  events: [
    ...(company.renamed
      ? [{ ticker_change: { ticker: listing.ticker }, type: 'ticker_change', date: company.renamed.on }]
      : []),
    {
      ticker_change: { ticker: company.renamed?.from ?? listing.ticker },
      type: 'ticker_change',
      date: company.listed,
    },
  ],
})

function relatedTo(ticker: string, listed: readonly Listed[]): RestRow {
  const at = listed.findIndex(({ listing }) => listing.ticker === ticker)
  const others = at < 0 ? [] : listed.slice(at + 1, at + 4)
  return { stock_symbol: ticker, results: others.map(({ listing }) => ({ ticker: listing.ticker })) }
}

const dividendsOf = ({ company, listing }: Listed): RestRow[] =>
  company.dividends.map(({ exDate, amount }) => ({
    id: `E${listing.figi}${exDate.replaceAll('-', '')}`,
    ticker: listing.ticker,
    cash_amount: amount,
    currency: 'USD',
    declaration_date: exDate.replace(/10$/, '01'),
    ex_dividend_date: exDate,
    record_date: exDate.replace(/10$/, '11'),
    pay_date: exDate.replace(/10$/, '25'),
    frequency: 4,
    distribution_type: 'recurring',
    historical_adjustment_factor: 0.99,
    split_adjusted_cash_amount: amount,
  }))

const splitsOf = ({ company, listing }: Listed): RestRow[] =>
  company.splits.map(({ date, from, to }) => ({
    id: `P${listing.figi}${date.replaceAll('-', '')}`,
    ticker: listing.ticker,
    adjustment_type: 'forward_split',
    execution_date: date,
    split_from: from,
    split_to: to,
    historical_adjustment_factor: from / to,
  }))

const ipoOf = ({ company, listing }: Listed): RestRow => ({
  ticker: company.renamed?.from ?? listing.ticker,
  issuer_name: company.name,
  listing_date: company.listed,
  ipo_status: 'history',
  security_type: listing.type,
  final_issue_price: 17,
  primary_exchange: 'XNYS',
  currency_code: 'USD',
  last_updated: company.listed,
})

/** A report for each period, as the index of the vendor has it: which period that is, it does not say. */
const filingsOf = ({ cik, name, listings, statements, filings }: Company): readonly RestRow[] =>
  (
    filings ??
    statements.balanceSheets.flatMap(({ filing_date, timeframe, fiscal_quarter }) => {
      // The last quarter has no report of its own.
      if (timeframe !== 'annual' && fiscal_quarter === 4) return []
      return [{ form_type: timeframe === 'annual' ? '10-K' : '10-Q', filing_date: String(filing_date) }]
    })
  ).map(({ form_type, filing_date }) => {
    const [year = '', month = '', day = ''] = filing_date.split('-')
    const accession_number = `${cik}-${year.slice(2)}-00${month}${day}`
    const filing_url = `https://www.sec.example/Archives/edgar/data/${Number(cik)}/${accession_number}.txt`
    const ticker = listings[0]?.ticker
    return { accession_number, cik, filing_date, filing_url, form_type, issuer_name: name, ticker }
  })
