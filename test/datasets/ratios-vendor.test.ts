import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Given, periods, ratiosOf } from '../transforms/period-rows.ts'

/**
 * Apple's twelve months to 2024-06-29 in millions, of its 10-Q; as with the vendor, current assets are without marketable
 * securities. The vendor's ratios of 2024-09-19 are in `shared/facts/rest.md`, section 3.
 */
const apple: Given = {
  timeframe: 'ttm',
  fiscal_year: 2024,
  fiscal_quarter: 3,
  total_current_assets: 125_435 - 36_236,
  total_current_liabilities: 131_624,
  inventories: 6165,
  cash_and_equivalents: 25_565,
  debt_current: 12_114 + 2994,
  long_term_debt_and_capital_lease_obligations: 86_196,
  net_cash_from_operating_activities: 113_041,
  purchase_of_property_plant_and_equipment: -8702,
  price: 10,
  shares_outstanding: 100_000,
}

describe('the vendor’s own ratio comes of its statements:', () => {
  const cases: Readonly<Record<string, { readonly is: number; readonly digits: number }>> = {
    free_cash_flow: { is: 104_339, digits: 0 },
    current_ratio: { is: 0.68, digits: 2 },
    quick_ratio: { is: 0.63, digits: 2 },
    // Debt and cash only: no investments, preferred stock or minorities.
    enterprise_value: { is: 1_000_000 + 101_304 - 25_565, digits: 0 },
    price_to_free_cash_flow: { is: 9.58, digits: 2 },
  }
  for (const [name, { is, digits }] of Object.entries(cases))
    test(name, async () => {
      const [row] = await ratiosOf({ ratios: [name] }, periods(apple))
      assert.equal(Number(row?.[name]).toFixed(digits), is.toFixed(digits))
    })
})

test('the ratios of the vendor that are null unless positive are so here', async () => {
  const loss = { ...apple, diluted_earnings_per_share: -1, net_cash_from_operating_activities: -1 }
  const names = ['price_to_earnings', 'price_to_cash_flow', 'price_to_free_cash_flow']
  const [row] = await ratiosOf({ ratios: names }, periods(loss))
  for (const name of names) assert.equal(row?.[name], null, name)
})
