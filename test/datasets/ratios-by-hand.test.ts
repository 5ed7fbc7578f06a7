import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { joinPeriods, type StatementColumns } from '../../src/columnar/join-periods.ts'
import { periodKeys } from '../../src/columnar/period-rows.ts'
import type { Batch } from '../../src/core/schema.ts'
import { statementFigures } from '../../src/datasets/ratios/fields.ts'
import { batchOf } from '../helpers/batches.ts'
import { type Given, periods, ratiosOf } from '../transforms/period-rows.ts'

interface Case {
  readonly figures: Given
  /** Those of the fiscal year before. */
  readonly before?: Given
  readonly is: number
}

// Worked out on paper, one or two in each group.
const cases: Readonly<Record<string, Case>> = {
  acid_test_ratio: {
    figures: {
      cash_and_equivalents: 3,
      short_term_investments: 2,
      receivables: 5,
      total_current_liabilities: 4,
    },
    is: 2.5,
  },
  defensive_interval_days: {
    figures: {
      cash_and_equivalents: 10,
      short_term_investments: 0,
      receivables: 10,
      cost_of_revenue: 300,
      total_operating_expenses: 75,
      depreciation_depletion_and_amortization: 10,
    },
    is: 20,
  },
  net_debt: {
    figures: {
      debt_current: 5,
      long_term_debt_and_capital_lease_obligations: 20,
      cash_and_equivalents: 6,
      short_term_investments: 1,
    },
    is: 18,
  },
  nopat: { figures: { operating_income: 80, income_taxes: 25, income_before_income_taxes: 100 }, is: 60 },
  return_on_average_assets: {
    figures: { consolidated_net_income_loss: 6, total_assets: 50 },
    before: { total_assets: 30 },
    is: 0.15,
  },
  cash_conversion_cycle_days: {
    figures: { receivables: 10, inventories: 4, accounts_payable: 6, revenue: 365, cost_of_revenue: 73 },
    is: 10 + 20 - 30,
  },
  free_cash_flow: {
    figures: { net_cash_from_operating_activities: 100, purchase_of_property_plant_and_equipment: -40 },
    is: 60,
  },
  retention_ratio: {
    figures: { dividends: -3, net_income_loss_attributable_common_shareholders: 12 },
    is: 0.75,
  },
  graham_number: {
    figures: {
      diluted_earnings_per_share: 2,
      total_equity_attributable_to_parent: 50,
      preferred_stock: 5,
      basic_shares_outstanding: 9,
    },
    is: 15,
  },
  capex_growth: {
    figures: { purchase_of_property_plant_and_equipment: -6 },
    before: { purchase_of_property_plant_and_equipment: -4 },
    is: 0.5,
  },
  dupont_roe_3: {
    figures: { consolidated_net_income_loss: 6, revenue: 60, total_assets: 120, total_equity: 40 },
    is: 0.15,
  },
  zmijewski_score: {
    figures: {
      consolidated_net_income_loss: 10,
      total_assets: 100,
      total_liabilities: 50,
      total_current_assets: 30,
      total_current_liabilities: 15,
    },
    is: -4.336 - 0.4513 + 2.8395 + 0.008,
  },
  enterprise_value: {
    figures: {
      price: 10,
      shares_outstanding: 7,
      debt_current: 1,
      long_term_debt_and_capital_lease_obligations: 9,
      cash_and_equivalents: 20,
    },
    is: 60,
  },
}

describe('by hand:', () => {
  for (const [name, { figures, before = {}, is }] of Object.entries(cases))
    test(name, async () => {
      const rows = periods({ fiscal_year: 2022, ...before }, { fiscal_year: 2023, ...figures })
      const [, row] = await ratiosOf({ ratios: [name] }, rows)
      assert.ok(Math.abs(Number(row?.[name]) - is) < 1e-12, `${row?.[name]} is not ${is}`)
    })
})

/** One row of a statement. */
function filed(given: Given): Batch<StatementColumns> {
  const usual: Given = { cik: '1', tickers: 'A', period_end: 100, fiscal_year: 2023, fiscal_quarter: 2 }
  const row: Given = { ...usual, filing_date: 110, observed_at: null, ...given }
  const figures = Object.keys(given).filter((name) => Object.hasOwn(statementFigures, name))
  const kinds = {
    ...periodKeys,
    observed_at: 'timestamp_us',
    ...Object.fromEntries(figures.map((name) => [name, 'float64'])),
  }
  const values = Object.keys(kinds).map((name) => [name, [row[name] ?? null]])
  return batchOf(kinds as StatementColumns, Object.fromEntries(values))
}

test('a restated balance sheet of a quarter is under the flows of twelve months', async () => {
  const quarter = { timeframe: 'quarterly' }
  const ttm = { timeframe: 'trailing_twelve_months' }
  const { batches } = joinPeriods(
    {
      balance: [
        filed({ ...quarter, total_assets: 10 }),
        filed({ ...quarter, total_assets: 40, filing_date: 200 }),
      ],
      income: [
        filed({ ...quarter, consolidated_net_income_loss: 3 }),
        filed({ ...ttm, consolidated_net_income_loss: 8 }),
      ],
      cash: [],
    },
    statementFigures,
  )
  const names = ['return_on_assets']
  const plain = await ratiosOf({ ratios: names }, ...batches)
  assert.deepEqual(
    plain.map((row) => [row['timeframe'], row['return_on_assets'], row['filing_date']]),
    [
      ['quarterly', null, 200],
      ['ttm', 0.2, 200],
    ],
  )
  const annualized = await ratiosOf({ ratios: names, annualize: true }, ...batches)
  assert.deepEqual(
    annualized.map((row) => row['return_on_assets']),
    [0.3, 0.2],
  )
})
