/** Where a figure comes from. */
export type Statement = 'balance' | 'income' | 'cash' | 'market'

/** What a figure is: dollars that flow in the period or stand at its end, dollars for a share in either way, shares. */
export type FieldKind = 'flow' | 'stock' | 'flow per share' | 'stock per share' | 'shares' | 'number'

export interface Field {
  readonly statement: Statement
  readonly kind: FieldKind
  /** What the vendor calls it, where two statements have a field of one name. */
  readonly vendor?: string
}

const all = (statement: Statement, kind: FieldKind, names: string): Readonly<Record<string, Field>> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, { statement, kind }]),
  )

/**
 * The figures that formulas may name: those of the vendor's three statements by the vendor's names, and four of the market.
 * `noncontrolling_interest` is that of the balance sheet.
 */
export const fields: Readonly<Record<string, Field>> = {
  ...all(
    'balance',
    'stock',
    `
      accounts_payable
      accrued_and_other_current_liabilities
      accumulated_other_comprehensive_income
      additional_paid_in_capital
      cash_and_equivalents
      commitments_and_contingencies
      common_stock
      debt_current
      deferred_revenue_current
      goodwill
      intangible_assets_net
      inventories
      long_term_debt_and_capital_lease_obligations
      noncontrolling_interest
      other_assets
      other_current_assets
      other_equity
      other_noncurrent_liabilities
      preferred_stock
      property_plant_equipment_net
      receivables
      retained_earnings_deficit
      short_term_investments
      total_assets
      total_current_assets
      total_current_liabilities
      total_equity
      total_equity_attributable_to_parent
      total_liabilities
      total_liabilities_and_equity
      treasury_stock
    `,
  ),
  ...all(
    'income',
    'flow',
    `
      consolidated_net_income_loss
      cost_of_revenue
      depreciation_depletion_amortization
      discontinued_operations
      ebitda
      equity_in_affiliates
      extraordinary_items
      gross_profit
      income_before_income_taxes
      income_taxes
      interest_expense
      interest_income
      net_income_loss_attributable_common_shareholders
      operating_income
      other_income_expense
      other_operating_expenses
      preferred_stock_dividends_declared
      research_development
      revenue
      selling_general_administrative
      total_operating_expenses
      total_other_income_expense
    `,
  ),
  income_noncontrolling_interest: { statement: 'income', kind: 'flow', vendor: 'noncontrolling_interest' },
  ...all('income', 'flow per share', 'basic_earnings_per_share diluted_earnings_per_share'),
  ...all('income', 'shares', 'basic_shares_outstanding diluted_shares_outstanding'),
  ...all(
    'cash',
    'flow',
    `
      cash_from_operating_activities_continuing_operations
      change_in_cash_and_equivalents
      change_in_other_operating_assets_and_liabilities_net
      depreciation_depletion_and_amortization
      dividends
      effect_of_currency_exchange_rate
      income_loss_from_discontinued_operations
      long_term_debt_issuances_repayments
      net_cash_from_financing_activities
      net_cash_from_financing_activities_continuing_operations
      net_cash_from_financing_activities_discontinued_operations
      net_cash_from_investing_activities
      net_cash_from_investing_activities_continuing_operations
      net_cash_from_investing_activities_discontinued_operations
      net_cash_from_operating_activities
      net_cash_from_operating_activities_discontinued_operations
      net_income
      noncontrolling_interests
      other_cash_adjustments
      other_financing_activities
      other_investing_activities
      other_operating_activities
      purchase_of_property_plant_and_equipment
      sale_of_property_plant_and_equipment
      short_term_debt_issuances_repayments
    `,
  ),
  // The price at the first session after filing, and what is known then; dividends are those of a year.
  ...all('market', 'stock per share', 'price dividends_per_share'),
  ...all('market', 'shares', 'shares_outstanding'),
  // What a number of shares of that period is multiplied by to be in the shares of today.
  ...all('market', 'number', 'share_factor'),
}

/** Of each figure of a statement, which statement and which column of it: what `joinPeriods` reads. */
export const statementFigures = Object.fromEntries(
  Object.entries(fields).flatMap(([name, { statement, vendor = name }]) =>
    statement === 'market' ? [] : [[name, { statement, column: vendor }] as const],
  ),
)
