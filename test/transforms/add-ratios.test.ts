import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RecordBatch } from 'apache-arrow'
import fc from 'fast-check'
import type { PeriodKeys } from '../../src/columnar/period-rows.ts'
import type { Batch } from '../../src/core/schema.ts'
import { addRatios } from '../../src/transforms/add-ratios.ts'
import { rowsOf, schemaOf } from '../helpers/batches.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { type Given, periods, ratiosOf } from './period-rows.ts'
import { tallied } from './tallied.ts'

const years = (cik: string, ...revenues: readonly number[]): Given[] =>
  revenues.map((revenue, i) => ({ cik, fiscal_year: 2020 + i, revenue, total_assets: 100 }))

const nobody = { cik: null, tickers: null }

// The input comes again and again in these laws, as that of a named company must not.
batchTransformLaws(() => addRatios({ ratios: ['asset_turnover'] }), {
  input: [periods(...years('1', 10, 20).map((row) => ({ ...row, ...nobody }))), periods(nobody)],
  check: (output) => {
    const found = output.flatMap(rowsOf).map(({ asset_turnover }) => asset_turnover)
    assert.deepEqual(found, [0.1, 0.2, null])
  },
})

test('how companies are cut into batches changes nothing', async () => {
  const whole = periods(...years('1', 10, 20), ...years('2', 50), ...years('3', 4, 3, 6), ...years('4', 1))
  const options = { ratios: ['revenue_growth', 'asset_turnover'] }
  const expected = await ratiosOf(options, whole)
  assert.deepEqual(
    expected.map((row) => row['revenue_growth']),
    [null, 1, null, null, -0.25, 1, null],
  )
  for (let size = 1; size < whole.numRows; size++) {
    const pieces = Array.from({ length: Math.ceil(whole.numRows / size) }, (_, i) =>
      whole.slice(i * size, (i + 1) * size),
    ) as RecordBatch[] as Batch<PeriodKeys>[]
    assert.deepEqual(await ratiosOf(options, ...pieces), expected)
  }
})

test('keys come first, then the ratios asked for, ones own, and what was assumed', async () => {
  const options = { ratios: ['net_margin'], own: ['mine = revenue * 2'] }
  const { output } = await tallied([periods()], addRatios(options))
  assert.deepEqual(output.map(schemaOf), [
    [
      'cik: Utf8',
      'tickers: Utf8',
      'period_end: Date32<DAY>',
      'filing_date: Date32<DAY>',
      'fiscal_year: Int32',
      'fiscal_quarter: Int32',
      'timeframe: Utf8',
      'net_margin: Float64',
      'mine: Float64',
      'assumed: Utf8',
    ],
  ])
})

describe('a ratio is null', () => {
  const row = { fiscal_year: 2023, total_current_assets: 10, total_current_liabilities: 5 }
  const cases: Readonly<Record<string, { readonly ratio: string; readonly rows: readonly Given[] }>> = {
    'where a figure is absent': { ratio: 'quick_ratio', rows: [row] },
    'where the denominator is 0': {
      ratio: 'current_ratio',
      rows: [{ ...row, total_current_liabilities: 0 }],
    },
    'where the prior year is missing, though a row is before it': {
      ratio: 'revenue_growth',
      rows: [
        { fiscal_year: 2021, revenue: 1 },
        { fiscal_year: 2023, revenue: 2 },
      ],
    },
    'where only the quarter before is there': {
      ratio: 'revenue_growth',
      rows: [1, 2].map((fiscal_quarter) => ({
        fiscal_year: 2023,
        fiscal_quarter,
        timeframe: 'quarterly',
        revenue: 1,
      })),
    },
    'where the base of a growth is not positive': {
      ratio: 'revenue_growth',
      rows: years('1', -5, 5),
    },
    'where shares grow and no splits are known': {
      ratio: 'diluted_shares_growth',
      rows: [2022, 2023].map((fiscal_year) => ({ fiscal_year, diluted_shares_outstanding: 5 })),
    },
    'of a flow to a stock in a quarter': {
      ratio: 'asset_turnover',
      rows: [{ fiscal_year: 2023, timeframe: 'quarterly', revenue: 5, total_assets: 5 }],
    },
    'of a price that no column has': {
      ratio: 'price_to_earnings',
      rows: [{ diluted_earnings_per_share: 1 }],
    },
  }
  for (const [title, { ratio, rows }] of Object.entries(cases))
    test(title, async () => {
      const found = await ratiosOf({ ratios: [ratio] }, periods(...rows))
      assert.equal(found.at(-1)?.[ratio], null)
    })
})

test('rows of a company need no order, and quarters go back over the turn of the year', async () => {
  const quarter = (fiscal_year: number, fiscal_quarter: number, revenue: number) => ({
    fiscal_year,
    fiscal_quarter,
    revenue,
    timeframe: 'quarterly',
  })
  const batch = periods(quarter(2023, 1, 30), quarter(2022, 4, 20), quarter(2022, 1, 10))
  const found = await ratiosOf({ ratios: ['revenue_growth', 'revenue_growth_qoq'] }, batch)
  assert.deepEqual(
    found.map((row) => [row['revenue_growth'], row['revenue_growth_qoq']]),
    [
      [2, 0.5],
      [null, null],
      [null, null],
    ],
  )
})

test('shares of the prior year are counted in those after the split', async () => {
  const rows = [
    { fiscal_year: 2019, diluted_shares_outstanding: 10, diluted_earnings_per_share: 8, share_factor: 4 },
    { fiscal_year: 2020, diluted_shares_outstanding: 38, diluted_earnings_per_share: 3, share_factor: 1 },
  ]
  const names = ['diluted_shares_growth', 'eps_diluted_growth', 'piotroski_no_dilution']
  const [, row] = await ratiosOf({ ratios: names }, periods(...rows))
  assert.deepEqual(
    names.map((name) => row?.[name]),
    [-0.05, 0.5, 1],
  )
})

test('an absent figure is 0 where that is asked for and its statement is there, and the row says so', async () => {
  const rows = [
    { fiscal_year: 2021, cash_and_equivalents: 6, total_current_liabilities: 3 },
    { fiscal_year: 2022, cash_and_equivalents: 6, total_current_liabilities: 3, short_term_investments: 9 },
    { fiscal_year: 2023, revenue: 3 },
  ]
  const options = {
    ratios: ['cash_and_investments_ratio'],
    absentAsZero: ['short_term_investments', 'preferred_stock'],
  }
  const found = await ratiosOf(options, periods(...rows))
  assert.deepEqual(
    found.map((row) => [row['cash_and_investments_ratio'], row['assumed']]),
    [
      [2, 'short_term_investments,preferred_stock'],
      [5, 'preferred_stock'],
      [null, null],
    ],
  )
})

test('the names of quantmini have its scale', async () => {
  const row = {
    fiscal_year: 2023,
    gross_profit: 1,
    revenue: 4,
    debt_current: 3,
    net_cash_from_operating_activities: 6,
  }
  const more = { long_term_debt_and_capital_lease_obligations: 1 }
  const [found] = await ratiosOf({ names: 'seed' }, periods({ ...row, ...more }))
  assert.equal(found?.['gross_profit_margin'], 25)
  assert.equal(found?.['cash_flow_to_debt'], 1.5)
  assert.equal(Object.keys(found ?? {}).length, 7 + 29 + 1)
})

test('a company that comes again, and a period that comes twice, end the run', async () => {
  const [one, other] = [periods(...years('1', 1)), periods(...years('2', 1))]
  await assert.rejects(ratiosOf({}, one, other, one), {
    name: 'DataError',
    message: 'the rows of company 1 come again after those of another',
  })
  await assert.rejects(ratiosOf({}, one, one), {
    name: 'DataError',
    message: 'row 2: its company, timeframe, fiscal year and quarter are those of row 1',
  })
  await assert.rejects(ratiosOf({}, periods({ timeframe: 'monthly' })), {
    message: 'row 1, column timeframe: timeframe monthly is none of annual, quarterly, ttm',
  })
})

test('tickers stand for a company without cik, and a row without both is nobody else’s', async () => {
  const named = (tickers: string | null, fiscal_year: number) => ({
    cik: null,
    tickers,
    fiscal_year,
    revenue: fiscal_year,
  })
  const rows = [named('A', 2000), named('A', 2001), named('B', 2002), named(null, 2003), named(null, 2004)]
  const found = await ratiosOf({ ratios: ['revenue_growth'] }, periods(...rows))
  assert.deepEqual(
    found.map((row) => row['revenue_growth']),
    [null, 1 / 2000, null, null, null],
  )
})

test('the factors of DuPont multiply to the returns', async () => {
  const amount = fc.double({ min: 1, max: 1e12, noNaN: true })
  const figures = fc.record({
    consolidated_net_income_loss: amount,
    income_before_income_taxes: amount,
    operating_income: amount,
    revenue: amount,
    total_assets: amount,
    total_equity: amount,
  })
  const names = [
    'return_on_equity',
    'dupont_roe_3',
    'dupont_roe_5',
    'return_on_assets',
    'dupont_return_on_assets',
  ]
  await fc.assert(
    fc.asyncProperty(figures, async (given) => {
      const [row] = await ratiosOf({ ratios: names }, periods({ fiscal_year: 2023, ...given }))
      const of = (name: string): number => row?.[name] as number
      for (const name of ['dupont_roe_3', 'dupont_roe_5'])
        assert.ok(Math.abs(of(name) / of('return_on_equity') - 1) < 1e-12)
      assert.ok(Math.abs(of('dupont_return_on_assets') / of('return_on_assets') - 1) < 1e-12)
    }),
    { numRuns: 50 },
  )
})

test('what changes the columns shapes the output', () => {
  assert.deepEqual(addRatios({ annualize: true }).shape, { ratios: { annualize: true } })
})
