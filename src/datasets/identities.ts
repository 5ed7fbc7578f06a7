import { balanceSheets, cashFlow, incomeStatements } from './rest-statements.ts'

/** A sum that the statements of a company are to come to. */
export interface AccountingIdentity {
  /** As people write it. */
  readonly name: string
  readonly total: string
  /** Without any of these a statement is not looked at. */
  readonly plus: readonly string[]
  readonly minus?: readonly string[]
  /** Added, too; a company that has none does not report it. */
  readonly some?: readonly string[]
}

/** So much of the largest amount a sum may be off: parts are rounded, to thousands or millions. */
export const identityTolerance = 0.001

/** All that make a total up, none of which every company has. */
const partsOf = (total: string, some: readonly string[]): AccountingIdentity => ({
  name: `${total} = the sum of its parts`,
  total,
  plus: [],
  some,
})

const continued = (flow: string, continuing: string, discontinued: string): AccountingIdentity => ({
  name: `${flow} = continuing + discontinued`,
  total: flow,
  plus: [continuing],
  some: [discontinued],
})

const cash = (what: string): string => `net_cash_from_${what}_activities`

/** By table. Those that hold in the vendor's own examples (Apple, third quarter of fiscal 2025); companies differ. */
export const accountingIdentities: Readonly<Record<string, readonly AccountingIdentity[]>> = {
  [balanceSheets.name]: [
    {
      name: 'total_assets = total_liabilities + total_equity',
      total: 'total_assets',
      plus: ['total_liabilities', 'total_equity'],
    },
    {
      name: 'total_assets = total_liabilities_and_equity',
      total: 'total_assets',
      plus: ['total_liabilities_and_equity'],
    },
    {
      name: 'total_equity = total_equity_attributable_to_parent + noncontrolling_interest',
      total: 'total_equity',
      plus: ['total_equity_attributable_to_parent'],
      some: ['noncontrolling_interest'],
    },
    partsOf('total_current_liabilities', [
      'accounts_payable',
      'accrued_and_other_current_liabilities',
      'debt_current',
      'deferred_revenue_current',
    ]),
    {
      name: 'total_liabilities = total_current_liabilities + long-term parts',
      total: 'total_liabilities',
      plus: ['total_current_liabilities'],
      some: ['long_term_debt_and_capital_lease_obligations', 'other_noncurrent_liabilities'],
    },
    partsOf('total_equity', [
      'common_stock',
      'preferred_stock',
      'additional_paid_in_capital',
      'retained_earnings_deficit',
      'accumulated_other_comprehensive_income',
      'treasury_stock',
      'other_equity',
      'noncontrolling_interest',
    ]),
  ],
  [cashFlow.name]: [
    {
      name: 'change_in_cash_and_equivalents = operating + investing + financing + currencies',
      total: 'change_in_cash_and_equivalents',
      plus: [cash('operating'), cash('investing'), cash('financing')],
      some: ['effect_of_currency_exchange_rate', 'other_cash_adjustments'],
    },
    continued(
      cash('operating'),
      'cash_from_operating_activities_continuing_operations',
      `${cash('operating')}_discontinued_operations`,
    ),
    continued(
      cash('investing'),
      `${cash('investing')}_continuing_operations`,
      `${cash('investing')}_discontinued_operations`,
    ),
    continued(
      cash('financing'),
      `${cash('financing')}_continuing_operations`,
      `${cash('financing')}_discontinued_operations`,
    ),
  ],
  [incomeStatements.name]: [
    {
      name: 'gross_profit = revenue - cost_of_revenue',
      total: 'gross_profit',
      plus: ['revenue'],
      minus: ['cost_of_revenue'],
    },
    {
      name: 'operating_income = gross_profit - total_operating_expenses',
      total: 'operating_income',
      plus: ['gross_profit'],
      minus: ['total_operating_expenses'],
    },
    {
      name: 'income_before_income_taxes = operating_income + total_other_income_expense',
      total: 'income_before_income_taxes',
      plus: ['operating_income', 'total_other_income_expense'],
    },
    {
      name: 'consolidated_net_income_loss = income_before_income_taxes - income_taxes + others',
      total: 'consolidated_net_income_loss',
      plus: ['income_before_income_taxes'],
      minus: ['income_taxes'],
      some: ['discontinued_operations', 'equity_in_affiliates', 'extraordinary_items'],
    },
  ],
}
