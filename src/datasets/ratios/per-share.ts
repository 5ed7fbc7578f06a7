import type { RatioTable } from './ratio.ts'

/** Figures for one share, of the shares that the income statement counts. */
export const perShare = {
  eps_basic: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula:
      'coalesce(basic_earnings_per_share, net_income_loss_attributable_common_shareholders / basic_shares_outstanding)',
    meaning: 'basic earnings per share, calculated where they are not reported',
  },
  eps_diluted: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula:
      'coalesce(diluted_earnings_per_share, net_income_loss_attributable_common_shareholders / diluted_shares_outstanding)',
    meaning: 'diluted earnings per share, calculated where they are not reported',
  },
  revenue_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'revenue / diluted_shares_outstanding',
    meaning: 'revenue for each diluted share',
  },
  gross_profit_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'gross_profit / diluted_shares_outstanding',
    meaning: 'gross profit for each diluted share',
  },
  operating_income_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'operating_income / diluted_shares_outstanding',
    meaning: 'operating income for each diluted share',
  },
  ebitda_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'ebitda / diluted_shares_outstanding',
    meaning: 'EBITDA for each diluted share',
  },
  book_value_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: '(total_equity_attributable_to_parent - preferred_stock) / basic_shares_outstanding',
    meaning: "common equity for each basic share, of the period's average",
  },
  tangible_book_value_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'TANEQ / basic_shares_outstanding',
    meaning: 'tangible equity for each basic share',
  },
  net_current_asset_value_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'NCAV / basic_shares_outstanding',
    meaning: 'net current asset value for each basic share',
  },
  cash_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: '(cash_and_equivalents + short_term_investments) / basic_shares_outstanding',
    meaning: 'cash and short-term investments for each basic share',
  },
  debt_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'DEBT / basic_shares_outstanding',
    meaning: 'debt for each basic share',
  },
  operating_cash_flow_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / diluted_shares_outstanding',
    meaning: 'operating cash for each diluted share',
  },
  free_cash_flow_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'FCF / diluted_shares_outstanding',
    meaning: 'free cash flow for each diluted share',
  },
  capex_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'CAPEX / diluted_shares_outstanding',
    meaning: 'capital expenditure for each diluted share',
  },
  dividends_per_share: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula: 'DIVPAID / basic_shares_outstanding',
    meaning: 'dividends paid in the period for each basic share',
  },
  dilution_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'diluted_shares_outstanding / basic_shares_outstanding - 1',
    meaning: 'how many more shares there are when diluted',
  },
  graham_number: {
    unit: 'dollars_per_share',
    needs: 'statements',
    formula:
      'if(diluted_earnings_per_share > 0 and book_value_per_share > 0, sqrt(22.5 * diluted_earnings_per_share * book_value_per_share), null)',
    meaning: 'the most that Graham would pay for a share; null unless earnings and book value are positive',
  },
} as const satisfies RatioTable
