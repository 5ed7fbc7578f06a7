import type { RatioTable } from './ratio.ts'

/** What comes in as cash, and where it goes. */
export const cashFlow = {
  free_cash_flow: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities - CAPEX',
    meaning: "operating cash beyond capital expenditure; the vendor's `free_cash_flow`",
  },
  unlevered_free_cash_flow: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'FCF + interest_expense * (1 - ETR)',
    meaning: 'free cash flow before interest, with its taxes',
  },
  fcf_to_cfo: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'FCF / net_cash_from_operating_activities',
    meaning: 'share of operating cash that capital expenditure leaves',
  },
  fcf_conversion: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'FCF / consolidated_net_income_loss',
    meaning: 'free cash flow of a dollar of net income',
  },
  cash_earnings_quality: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / consolidated_net_income_loss',
    meaning: 'operating cash of a dollar of net income',
  },
  cfo_to_ebitda: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / ebitda',
    meaning: 'operating cash of a dollar of EBITDA',
  },
  cfo_to_liabilities: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / total_liabilities',
    meaning: "share of liabilities that a year's operating cash could pay",
  },
  cash_flow_accruals_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula:
      '(consolidated_net_income_loss - net_cash_from_operating_activities - net_cash_from_investing_activities) / NOA',
    meaning: 'income that did not come in as cash, over net operating assets',
  },
  accruals_to_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: '(consolidated_net_income_loss - net_cash_from_operating_activities) / total_assets',
    meaning: 'income that operations did not bring as cash, over assets, after Sloan',
  },
  capex_coverage: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / CAPEX',
    meaning: 'how often operating cash pays the capital expenditure',
  },
  capex_to_cfo: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'CAPEX / net_cash_from_operating_activities',
    meaning: 'share of operating cash that capital expenditure takes',
  },
  dividend_coverage_cfo: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / DIVPAID',
    meaning: 'how often operating cash pays the dividends',
  },
  dividend_coverage_fcf: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'FCF / DIVPAID',
    meaning: 'how often free cash flow pays the dividends',
  },
  dividend_and_capex_coverage: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / (CAPEX + DIVPAID)',
    meaning: 'how often operating cash pays capital expenditure and dividends',
  },
  dividend_payout_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'DIVPAID / net_income_loss_attributable_common_shareholders',
    meaning: 'share of net income for common shareholders that is paid out',
  },
  retention_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: '1 - DIVPAID / net_income_loss_attributable_common_shareholders',
    meaning: 'share of net income for common shareholders that is kept',
  },
  fcf_payout_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'DIVPAID / FCF',
    meaning: 'share of free cash flow that is paid as dividends',
  },
  net_debt_issuance: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'long_term_debt_issuances_repayments + short_term_debt_issuances_repayments',
    meaning: 'debt issued beyond debt repaid',
  },
  net_debt_issuance_to_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'NDI / total_assets',
    meaning: 'debt issued beyond debt repaid, over assets',
  },
  external_financing_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_financing_activities / total_assets',
    meaning: 'cash from financing over assets',
  },
  other_financing_to_cfo: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'other_financing_activities / net_cash_from_operating_activities',
    meaning: 'other financing over operating cash; share repurchases are in it',
  },
  cash_flow_adequacy: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / (CAPEX + DIVPAID + max(0, -NDI))',
    meaning: 'how often operating cash pays capital expenditure, dividends and debt repaid',
  },
  cash_change_to_cash: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'change_in_cash_and_equivalents / cash_and_equivalents',
    meaning: 'change in cash over cash at the end of the period',
  },
  reinvestment_rate: {
    unit: 'ratio',
    needs: 'prior',
    formula: '(CAPEX - depreciation_depletion_and_amortization + change(TWC)) / NOPAT',
    meaning:
      'share of operating income after taxes that goes into net capital expenditure and trade working capital',
  },
  working_capital_change_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'change_in_other_operating_assets_and_liabilities_net / revenue',
    meaning: 'change in other operating assets and liabilities, of a dollar of revenue',
  },
} as const satisfies RatioTable
