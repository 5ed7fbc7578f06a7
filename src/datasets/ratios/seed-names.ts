/** A ratio under the name that quantmini gave it, and what it is multiplied by: margins, returns and growth are percent there. */
export interface SeedName {
  readonly ratio: string
  readonly scale: 1 | 100
}

const same = (ratio: string): SeedName => ({ ratio, scale: 1 })
const percent = (ratio: string): SeedName => ({ ratio, scale: 100 })

/**
 * The names of the 20 statement ratios of quantmini, then those of its five of valuation and four of growth. The names are
 * its own and so is the scale; the formulas are ours, since some of its were wrong.
 */
export const seedNames: Readonly<Record<string, SeedName>> = {
  gross_profit_margin: percent('gross_margin'),
  operating_profit_margin: percent('operating_margin'),
  net_profit_margin: percent('net_margin'),
  return_on_assets: percent('return_on_assets'),
  return_on_equity: percent('return_on_equity'),
  return_on_invested_capital: percent('return_on_invested_capital'),
  current_ratio: same('current_ratio'),
  quick_ratio: same('quick_ratio'),
  working_capital: same('working_capital'),
  debt_to_equity: same('debt_to_equity'),
  debt_to_assets: same('debt_to_assets'),
  equity_multiplier: same('equity_multiplier'),
  interest_coverage_ratio: same('interest_coverage'),
  asset_turnover: same('asset_turnover'),
  inventory_turnover: same('inventory_turnover'),
  receivables_turnover: same('receivables_turnover'),
  days_sales_outstanding: same('days_sales_outstanding'),
  operating_cash_flow_ratio: same('operating_cash_flow_ratio'),
  free_cash_flow: same('free_cash_flow'),
  cash_flow_to_debt: same('cfo_to_debt'),
  market_cap: same('market_cap'),
  pe_ratio: same('price_to_earnings'),
  pb_ratio: same('price_to_book'),
  ps_ratio: same('price_to_sales'),
  ev_to_ebitda_simple: same('ev_to_ebitda'),
  revenue_growth: percent('revenue_growth'),
  net_income_growth: percent('net_income_growth'),
  asset_growth: percent('total_assets_growth'),
  equity_growth: percent('equity_growth'),
}
