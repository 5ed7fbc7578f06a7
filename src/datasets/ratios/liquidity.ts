import type { RatioTable } from './ratio.ts'

/** What pays the bills of the next year. */
export const liquidity = {
  current_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'total_current_assets / total_current_liabilities',
    meaning: "current assets for each dollar due within a year; the vendor's `current`",
  },
  quick_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: '(total_current_assets - inventories) / total_current_liabilities',
    meaning: "current assets without inventory over current liabilities; the vendor's `quick`",
  },
  acid_test_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: '(cash_and_equivalents + short_term_investments + receivables) / total_current_liabilities',
    meaning: 'cash, short-term investments and receivables over current liabilities: the strict quick ratio',
  },
  cash_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'cash_and_equivalents / total_current_liabilities',
    meaning: "cash over current liabilities; the vendor's `cash`",
  },
  cash_and_investments_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: '(cash_and_equivalents + short_term_investments) / total_current_liabilities',
    meaning: 'cash and short-term investments over current liabilities',
  },
  operating_cash_flow_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / total_current_liabilities',
    meaning: "how often a year's operating cash pays the current liabilities",
  },
  working_capital: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'total_current_assets - total_current_liabilities',
    meaning: 'current assets beyond current liabilities',
  },
  working_capital_to_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'WC / total_assets',
    meaning: 'working capital over total assets; X1 of Altman',
  },
  working_capital_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'WC / revenue',
    meaning: 'working capital that a dollar of revenue ties up',
  },
  trade_working_capital: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'receivables + inventories - accounts_payable',
    meaning: 'receivables and inventory not financed by suppliers',
  },
  trade_working_capital_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'TWC / revenue',
    meaning: 'trade working capital that a dollar of revenue ties up',
  },
  net_current_asset_value: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'total_current_assets - total_liabilities - preferred_stock',
    meaning: "current assets beyond all liabilities and preferred stock: Graham's net-net value",
  },
  defensive_interval_days: {
    unit: 'days',
    needs: 'statements',
    formula:
      '(cash_and_equivalents + short_term_investments + receivables) / ((cost_of_revenue + total_operating_expenses - depreciation_depletion_and_amortization) / DAYS)',
    meaning: 'days that liquid assets pay the expenses paid in cash',
  },
  cash_runway_months: {
    unit: 'months',
    needs: 'statements',
    formula: 'if(FCF < 0, (cash_and_equivalents + short_term_investments) / (-FCF / MONTHS), null)',
    meaning: 'months until a negative free cash flow has used up the cash; null when it is not negative',
  },
  cash_to_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: '(cash_and_equivalents + short_term_investments) / total_assets',
    meaning: 'share of assets that is cash and short-term investments',
  },
  current_assets_to_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'total_current_assets / total_assets',
    meaning: 'share of assets that is current',
  },
  current_liabilities_to_liabilities: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'total_current_liabilities / total_liabilities',
    meaning: 'share of liabilities due within a year',
  },
  inventory_to_working_capital: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'inventories / WC',
    meaning: 'inventory over working capital',
  },
  receivables_to_current_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'receivables / total_current_assets',
    meaning: 'share of current assets that customers owe',
  },
  deferred_revenue_to_current_liabilities: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'deferred_revenue_current / total_current_liabilities',
    meaning: 'share of current liabilities that is owed in goods and services, not in cash',
  },
} as const satisfies RatioTable
