import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'

const companies = makeCompanies({ count: 30 })
const routes = companyRoutes(companies)
const server = await startRestServer({ routes })
test.after(() => server.close())

type Row = Readonly<Record<string, unknown>>
type Page = { readonly results: readonly Row[]; readonly next_url?: string; readonly status: string }

const ask = async (path: string): Promise<Page> =>
  (await fetch(`${server.baseUrl}${path}`)).json() as Promise<Page>
const tickersOf = ({ results }: Page): unknown[] => [...new Set(results.map(({ ticker }) => ticker))]

const financials = '/stocks/financials/v1'
const counts: readonly (readonly [path: string, rows: number])[] = [
  [`${financials}/balance-sheets?tickers=MWA&timeframe=quarterly`, 20],
  [`${financials}/balance-sheets?tickers=MWA&timeframe=annual`, 5],
  [`${financials}/income-statements?tickers=MWA&timeframe=trailing_twelve_months`, 17],
  [`${financials}/cash-flow-statements?tickers.any_of=MWA,MWC&timeframe.any_of=annual,quarterly`, 50],
  [`${financials}/balance-sheets?tickers=MWH.B&limit=1000`, 25],
  [`${financials}/balance-sheets?tickers=MWE`, 0],
  [`${financials}/balance-sheets?ticker=MWA`, 100],
  [`${financials}/balance-sheets?tickers=MWA&period_end.gte=2024-01-01&period_end.lt=2024-07-01`, 2],
  [`${financials}/ratios?ticker=MWA`, 1],
  ['/stocks/v1/dividends?ticker=MWC', 20],
  ['/stocks/v1/dividends?ticker=MWC&ex_dividend_date.gt=2024-02-10', 3],
  ['/stocks/v1/splits?ticker=MWA', 1],
  ['/stocks/v1/splits?ticker=MWB', 0],
  ['/v3/reference/tickers?limit=1000', 31],
  ['/v3/reference/tickers?active=false', 1],
  ['/v3/reference/tickers?type=ETF', 1],
  ['/v1/related-companies/MWA', 3],
  ['/v3/reference/conditions', 3],
  ['/v3/reference/exchanges', 3],
  ['/stocks/vX/float?ticker=MWA', 1],
  ['/stocks/v1/short-interest?ticker=MWA', 3],
  ['/stocks/v1/short-volume?ticker=MWA', 3],
  ['/vX/reference/ipos?ticker=MWCX', 1],
  ['/stocks/filings/vX/index?cik=0001900000&form_type=10-K', 5],
]

for (const [path, rows] of counts)
  test(`${path} has ${rows} rows`, async () => {
    const { results, status } = await ask(path)
    assert.deepEqual([results.length, status], [rows, 'OK'])
  })

test('pages follow each other to the end, under the name of the vendor’s own host', async () => {
  const seen: unknown[] = []
  let path = '/stocks/v1/dividends?ticker.gte=MWC&limit=70&sort=ticker.desc,ex_dividend_date.asc'
  for (;;) {
    const { results, next_url } = await ask(path)
    seen.push(...results.map(({ id }) => id))
    if (next_url === undefined) break
    assert.match(next_url, /^https:\/\/api\.massive\.com\/stocks\/v1\/dividends\?cursor=[\w-]+$/)
    path = next_url.replace('https://api.massive.com', '')
  }
  assert.equal(new Set(seen).size, seen.length)
  assert.ok(seen.length > 200)
})

test('v1 sorts by field.way, v3 by sort and order', async () => {
  const v1 = await ask('/stocks/v1/dividends?ticker=MWC&sort=ex_dividend_date.desc&order=asc&limit=1')
  assert.equal(v1.results[0]?.['ex_dividend_date'], '2024-11-10')
  assert.equal(tickersOf(await ask('/v3/reference/tickers?sort=ticker&order=desc&limit=1'))[0], 'MWZ')
})

test('what has no pages is as the API has it: an object, events within it, a list and nothing else', async () => {
  const details = (await ask('/v3/reference/tickers/MWH.A')) as unknown as { results: Row }
  assert.deepEqual([details.results['ticker'], details.results['ticker_root']], ['MWH.A', 'MWH'])
  const events = (await ask('/vX/reference/tickers/MWC/events')) as unknown as { results: { events: Row[] } }
  assert.deepEqual(
    events.results.events.map(({ type, ticker_change }) => [type, (ticker_change as Row)['ticker']]),
    [
      ['ticker_change', 'MWC'],
      ['ticker_change', 'MWCX'],
    ],
  )
  assert.ok(Array.isArray(await ask('/v1/marketstatus/upcoming')))
  assert.equal((await fetch(`${server.baseUrl}/v3/reference/tickers/NOBODY`)).status, 404)
})

const sum = (row: Row, ...names: string[]): number =>
  names.reduce((total, name) => total + ((row[name] as number | undefined) ?? 0), 0)

test('statements add up, in themselves and over time', () => {
  const reporting = makeCompanies({ count: 40, seed: 7 }).filter(
    ({ statements }) => statements.balanceSheets.length > 0,
  )
  for (const { cik, statements } of reporting) {
    const { balanceSheets, incomeStatements, cashFlowStatements } = statements
    for (const row of balanceSheets) {
      assert.equal(sum(row, 'total_assets'), sum(row, 'total_liabilities', 'total_equity'), cik)
      assert.equal(sum(row, 'total_assets'), sum(row, 'total_liabilities_and_equity'))
      assert.equal(
        sum(row, 'total_equity'),
        sum(row, 'common_stock', 'additional_paid_in_capital', 'retained_earnings_deficit'),
      )
    }
    for (const row of incomeStatements)
      assert.equal(sum(row, 'gross_profit'), sum(row, 'revenue') - sum(row, 'cost_of_revenue'))
    for (const row of cashFlowStatements)
      assert.equal(
        sum(row, 'change_in_cash_and_equivalents'),
        sum(
          row,
          'net_cash_from_operating_activities',
          'net_cash_from_investing_activities',
          'net_cash_from_financing_activities',
        ),
      )
    const cash = balanceSheets.filter(({ timeframe }) => timeframe === 'quarterly')
    const flows = cashFlowStatements.filter(({ timeframe }) => timeframe === 'quarterly')
    cash.slice(1).forEach((row, i) => {
      const before = cash[i] as Row
      assert.equal(
        sum(row, 'cash_and_equivalents') - sum(before, 'cash_and_equivalents'),
        sum(flows[i + 1] as Row, 'change_in_cash_and_equivalents'),
      )
    })
  }
})

test('companies are the same for the same seed, others for another, and no two have one ticker', () => {
  assert.deepEqual(makeCompanies({ count: 30 }), companies)
  assert.notDeepEqual(makeCompanies({ count: 30, seed: 2 }), companies)
  const tickers = makeCompanies({ count: 1000, quarters: 1 }).flatMap(({ listings }) =>
    listings.map(({ ticker }) => ticker),
  )
  assert.equal(new Set(tickers).size, tickers.length)
})
