import type { Company, Listing } from './rest-companies.ts'
import type { RestRow } from './rest-tables.ts'

interface Listed {
  readonly company: Company
  readonly listing: Listing
}

/** What the market says of companies, rather than they of themselves, and what is said of the market. */
export function marketRows(listed: readonly Listed[]) {
  const active = listed.filter(({ company }) => company.delisted === undefined)
  return {
    float: active.map(
      ({ listing: { ticker, shares } }): RestRow => ({
        ticker,
        free_float: Math.round(shares * 0.9),
        free_float_percent: 90,
        effective_date: '2024-08-01',
      }),
    ),
    shortInterest: active.flatMap(({ listing: { ticker, shares } }) =>
      ['2024-06-28', '2024-07-15', '2024-07-31'].map(
        (settlement_date, i): RestRow => ({
          ticker,
          settlement_date,
          short_interest: Math.round(shares * (0.02 + i / 1000)),
          avg_daily_volume: Math.round(shares * 0.005),
          days_to_cover: 4 + i / 5,
        }),
      ),
    ),
    shortVolume: active.flatMap(({ listing: { ticker, shares } }) =>
      ['2024-07-30', '2024-07-31', '2024-08-01'].map((date, i): RestRow => {
        const total_volume = Math.round(shares * (0.004 + i / 10_000))
        const short_volume = Math.round(total_volume * 0.4)
        return { ticker, date, total_volume, short_volume, short_volume_ratio: 40 }
      }),
    ),
    conditions,
    exchanges,
    holidays,
  }
}

const conditions: readonly RestRow[] = [
  ['Regular Sale', 1],
  ['Acquisition', 2],
  ['Average Price Trade', 3],
].map(([name, id]) => ({
  id,
  name,
  type: 'sale_condition',
  asset_class: 'stocks',
  data_types: ['trade'],
  sip_mapping: { CTA: '@', UTP: '@' },
  update_rules: { consolidated: { updates_high_low: true, updates_open_close: true, updates_volume: true } },
}))

const exchanges: readonly RestRow[] = [
  { id: 1, name: 'NYSE American, LLC', acronym: 'AMEX', mic: 'XASE', operating_mic: 'XNYS' },
  { id: 10, name: 'New York Stock Exchange', mic: 'XNYS', operating_mic: 'XNYS' },
  { id: 12, name: 'Nasdaq', mic: 'XNAS', operating_mic: 'XNAS', participant_id: 'T' },
].map((exchange) => ({ ...exchange, type: 'exchange', asset_class: 'stocks', locale: 'us' }))

const holidays: readonly RestRow[] = [
  { date: '2024-11-28', exchange: 'NYSE', name: 'Thanksgiving', status: 'closed' },
  {
    date: '2024-11-29',
    exchange: 'NYSE',
    name: 'Thanksgiving',
    status: 'early-close',
    open: '2024-11-29T14:30:00.000Z',
    close: '2024-11-29T18:00:00.000Z',
  },
]

/** The vendor's ratios of the latest day, by the vendor's definitions; none of a company without statements. */
export function vendorRatio(company: Company, { ticker, price }: Listing): RestRow[] {
  const { balanceSheets, incomeStatements, cashFlowStatements } = company.statements
  const latest = (
    rows: readonly RestRow[],
    timeframe: string,
  ): Readonly<Record<string, number>> | undefined =>
    rows.findLast((row) => row['timeframe'] === timeframe) as Readonly<Record<string, number>> | undefined
  const balance = latest(balanceSheets, 'quarterly')
  const income = latest(incomeStatements, 'trailing_twelve_months')
  const flow = latest(cashFlowStatements, 'trailing_twelve_months')
  if (!balance || !income || !flow) return []
  const of = (row: Readonly<Record<string, number>>, name: string): number => row[name] ?? 0
  const equity = of(balance, 'total_equity')
  const current = of(balance, 'total_current_liabilities')
  const cash = of(balance, 'cash_and_equivalents')
  const debt = of(balance, 'debt_current') + of(balance, 'long_term_debt_and_capital_lease_obligations')
  const net = of(income, 'consolidated_net_income_loss')
  const operating = of(flow, 'net_cash_from_operating_activities')
  const free_cash_flow = operating + of(flow, 'purchase_of_property_plant_and_equipment')
  const market_cap = price * of(income, 'basic_shares_outstanding')
  const enterprise_value = market_cap + debt - cash
  const latestDividend = company.dividends.at(-1)?.amount
  return [
    {
      ticker,
      cik: company.cik,
      date: '2024-08-01',
      price,
      average_volume: 1_000_000,
      market_cap,
      earnings_per_share: of(income, 'diluted_earnings_per_share'),
      price_to_earnings: price / of(income, 'diluted_earnings_per_share'),
      price_to_book: market_cap / equity,
      price_to_sales: market_cap / of(income, 'revenue'),
      price_to_cash_flow: market_cap / operating,
      price_to_free_cash_flow: market_cap / free_cash_flow,
      ...(latestDividend !== undefined && { dividend_yield: (4 * latestDividend) / price }),
      return_on_assets: net / of(balance, 'total_assets'),
      return_on_equity: net / equity,
      debt_to_equity: debt / equity,
      current: of(balance, 'total_current_assets') / current,
      quick: (of(balance, 'total_current_assets') - of(balance, 'inventories')) / current,
      cash: cash / current,
      ev_to_sales: enterprise_value / of(income, 'revenue'),
      ev_to_ebitda: enterprise_value / of(income, 'ebitda'),
      enterprise_value,
      free_cash_flow,
    },
  ]
}
