/** The vendor's field for each symbol of the catalogue. */
export const symbols = {
  CASH: 'cash_and_equivalents',
  REV: 'revenue',
  STI: 'short_term_investments',
  COGS: 'cost_of_revenue',
  REC: 'receivables',
  GP: 'gross_profit',
  INV: 'inventories',
  SGA: 'selling_general_administrative',
  CA: 'total_current_assets',
  RND: 'research_development',
  PPE: 'property_plant_equipment_net',
  OPEX: 'total_operating_expenses',
  GW: 'goodwill',
  INTAN: 'intangible_assets_net',
  OI: 'operating_income',
  TA: 'total_assets',
  INTEXP: 'interest_expense',
  AP: 'accounts_payable',
  TOTOTH: 'total_other_income_expense',
  STD: 'debt_current',
  EBT: 'income_before_income_taxes',
  DEFREV: 'deferred_revenue_current',
  TAX: 'income_taxes',
  CL: 'total_current_liabilities',
  NI: 'consolidated_net_income_loss',
  LTD: 'long_term_debt_and_capital_lease_obligations',
  NIC: 'net_income_loss_attributable_common_shareholders',
  TL: 'total_liabilities',
  EPSB: 'basic_earnings_per_share',
  EPSD: 'diluted_earnings_per_share',
  PREF: 'preferred_stock',
  SHB: 'basic_shares_outstanding',
  SHD: 'diluted_shares_outstanding',
  RE: 'retained_earnings_deficit',
  CAPEX: 'purchase_of_property_plant_and_equipment',
  DIVPAID: 'dividends',
  EBITDA: 'ebitda',
  NCI: 'noncontrolling_interest',
  CFO: 'net_cash_from_operating_activities',
  CFI: 'net_cash_from_investing_activities',
  CFF: 'net_cash_from_financing_activities',
  EQ: 'total_equity',
  EQP: 'total_equity_attributable_to_parent',
  DA: 'depreciation_depletion_and_amortization',
  LTDISS: 'long_term_debt_issuances_repayments',
  STDISS: 'short_term_debt_issuances_repayments',
  OTHFIN: 'other_financing_activities',
  CHCASH: 'change_in_cash_and_equivalents',
  CHWC: 'change_in_other_operating_assets_and_liabilities_net',
  PRICE: 'price',
  SHARES: 'shares_outstanding',
  DPS: 'dividends_per_share',
  FACTOR: 'share_factor',
} as const

/** One period by the symbols of the catalogue, NaN for what is absent, with the days and months that it has. */
export type Figures = { readonly [S in keyof typeof symbols | 'DAYS' | 'MONTHS']: number }

/** A ratio in plain arithmetic: of a period, those some fiscal years ago, and the quarter before. */
export type Arithmetic = (t: Figures, ago: (years: number) => Figures, previous: Figures) => number

export const capex = (t: Figures): number => -t.CAPEX
export const divpaid = (t: Figures): number => -t.DIVPAID
export const debt = (t: Figures): number => t.STD + t.LTD
export const fcf = (t: Figures): number => t.CFO - capex(t)
export const etr = (t: Figures): number => t.TAX / t.EBT
export const nopat = (t: Figures): number => t.OI * (1 - etr(t))
export const ic = (t: Figures): number => debt(t) + t.EQ - t.CASH - t.STI
export const noa = (t: Figures): number => t.TA - t.CASH - t.STI - (t.TL - debt(t))
export const taneq = (t: Figures): number => t.EQP - t.GW - t.INTAN - t.PREF
export const ncav = (t: Figures): number => t.CA - t.TL - t.PREF
export const mcap = (t: Figures): number => t.PRICE * t.SHARES
export const ev = (t: Figures): number => mcap(t) + debt(t) - t.CASH
