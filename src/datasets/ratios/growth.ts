import type { RatioTable } from './ratio.ts'

/** Since the same period of the prior fiscal year. */
export const growth = {
  revenue_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(revenue)',
    meaning: 'growth of revenue since the prior year',
  },
  gross_profit_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(gross_profit)',
    meaning: 'growth of gross profit since the prior year',
  },
  operating_income_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(operating_income)',
    meaning: 'growth of operating income since the prior year',
  },
  ebitda_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(ebitda)',
    meaning: 'growth of EBITDA since the prior year',
  },
  net_income_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(consolidated_net_income_loss)',
    meaning: 'growth of net income since the prior year',
  },
  eps_diluted_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(diluted_earnings_per_share)',
    meaning: 'growth of diluted earnings per share since the prior year, adjusted by splits',
  },
  operating_cash_flow_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(net_cash_from_operating_activities)',
    meaning: 'growth of operating cash since the prior year',
  },
  free_cash_flow_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(FCF)',
    meaning: 'growth of free cash flow since the prior year',
  },
  capex_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(CAPEX)',
    meaning: 'growth of capital expenditure since the prior year',
  },
  rnd_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(research_development)',
    meaning: 'growth of research and development since the prior year',
  },
  total_assets_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(total_assets)',
    meaning: 'growth of assets since the prior year',
  },
  equity_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(total_equity)',
    meaning: 'growth of equity since the prior year',
  },
  total_debt_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(DEBT)',
    meaning: 'growth of debt since the prior year',
  },
  book_value_per_share_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(book_value_per_share)',
    meaning: 'growth of book value per share since the prior year, adjusted by splits',
  },
  inventory_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(inventories)',
    meaning: 'growth of inventory since the prior year',
  },
  receivables_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(receivables)',
    meaning: 'growth of receivables since the prior year',
  },
  diluted_shares_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(diluted_shares_outstanding)',
    meaning: 'growth of the number of diluted shares since the prior year, adjusted by splits',
  },
  dividends_paid_growth: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'growth(DIVPAID)',
    meaning: 'growth of dividends paid since the prior year',
  },
  revenue_growth_qoq: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'if(previous(revenue) > 0, (revenue - previous(revenue)) / previous(revenue), null)',
    meaning: 'growth of revenue since the quarter before; null in annual rows',
  },
  gross_margin_change: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'change(gross_margin)',
    meaning: 'gross margin less that of the prior year: 0.01 is one percentage point',
  },
  operating_margin_change: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'change(operating_margin)',
    meaning: 'operating margin less that of the prior year: 0.01 is one percentage point',
  },
  revenue_cagr_3y: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'if(revenue > 0 and prior(revenue, 3) > 0, (revenue / prior(revenue, 3)) ^ (1 / 3) - 1, null)',
    meaning: 'yearly growth of revenue over three years; null unless both ends are positive',
  },
  revenue_cagr_5y: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'if(revenue > 0 and prior(revenue, 5) > 0, (revenue / prior(revenue, 5)) ^ (1 / 5) - 1, null)',
    meaning: 'yearly growth of revenue over five years; null unless both ends are positive',
  },
  eps_cagr_3y: {
    unit: 'ratio',
    needs: 'prior',
    formula:
      'if(diluted_earnings_per_share > 0 and prior(diluted_earnings_per_share, 3) > 0, (diluted_earnings_per_share / prior(diluted_earnings_per_share, 3)) ^ (1 / 3) - 1, null)',
    meaning:
      'yearly growth of diluted earnings per share over three years, adjusted by splits; null unless both ends are positive',
  },
  fcf_cagr_3y: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'if(FCF > 0 and prior(FCF, 3) > 0, (FCF / prior(FCF, 3)) ^ (1 / 3) - 1, null)',
    meaning: 'yearly growth of free cash flow over three years; null unless both ends are positive',
  },
  degree_of_operating_leverage: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'operating_income_growth / revenue_growth',
    meaning: 'growth of operating income for each percent that revenue grows',
  },
  degree_of_financial_leverage: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'eps_diluted_growth / operating_income_growth',
    meaning: 'growth of diluted earnings per share for each percent that operating income grows',
  },
  sustainable_growth_rate: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'return_on_equity * retention_ratio',
    meaning: 'growth that kept income can finance at the same leverage',
  },
  internal_growth_rate: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'return_on_assets * retention_ratio / (1 - return_on_assets * retention_ratio)',
    meaning: 'growth that kept income can finance without debt',
  },
  rule_of_40: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'revenue_growth + free_cash_flow_margin',
    meaning: 'growth of revenue plus margin of free cash flow: 0.4 is the rule',
  },
} as const satisfies RatioTable
