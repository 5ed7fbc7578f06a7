/**
 * Shorthands that formulas share. What flows out is negative in cash flow statements, so that capital expenditure and
 * dividends paid turn its sign.
 */
export const definitions = {
  WC: 'total_current_assets - total_current_liabilities',
  TWC: 'receivables + inventories - accounts_payable',
  DEBT: 'debt_current + long_term_debt_and_capital_lease_obligations',
  CAPEX: '-purchase_of_property_plant_and_equipment',
  DIVPAID: '-dividends',
  FCF: 'net_cash_from_operating_activities - CAPEX',
  /** Also of a loss; the ratio effective_tax_rate is null there. */
  ETR: 'income_taxes / income_before_income_taxes',
  NOPAT: 'operating_income * (1 - ETR)',
  IC: 'DEBT + total_equity - cash_and_equivalents - short_term_investments',
  NOA: 'total_assets - cash_and_equivalents - short_term_investments - (total_liabilities - DEBT)',
  TANEQ: 'total_equity_attributable_to_parent - goodwill - intangible_assets_net - preferred_stock',
  NCAV: 'total_current_assets - total_liabilities - preferred_stock',
  NDI: 'long_term_debt_issuances_repayments + short_term_debt_issuances_repayments',
  MCAP: 'price * shares_outstanding',
  /** As the vendor has it: cash only, no investments, preferred stock or minorities. */
  EV: 'MCAP + DEBT - cash_and_equivalents',
  /** Ohlson's index of the price level, 100 in 1968. A constant, about that of 2021: 10 % more or less move his score by 0.04. */
  GNPIX: '600',
} as const satisfies Readonly<Record<string, string>>

/** How long a period is: annual and ttm rows are a year. */
export const periods = {
  DAYS: { year: 365, quarter: 91.25 },
  MONTHS: { year: 12, quarter: 3 },
} as const
