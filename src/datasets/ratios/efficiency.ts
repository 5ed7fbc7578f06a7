import type { RatioTable } from './ratio.ts'

/** How much is turned over, and how fast. */
export const efficiency = {
  asset_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / total_assets',
    meaning: 'revenue on a dollar of assets; X5 of Altman',
  },
  average_asset_turnover: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'revenue / avg(total_assets)',
    meaning: 'revenue on a dollar of average assets',
  },
  fixed_asset_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / property_plant_equipment_net',
    meaning: 'revenue on a dollar of property, plant and equipment',
  },
  current_asset_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / total_current_assets',
    meaning: 'revenue on a dollar of current assets',
  },
  working_capital_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / WC',
    meaning: 'revenue on a dollar of working capital',
  },
  equity_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / total_equity',
    meaning: 'revenue on a dollar of equity',
  },
  invested_capital_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / IC',
    meaning: 'revenue on a dollar of invested capital',
  },
  receivables_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / receivables',
    meaning: "how often a year receivables are paid, at their level of the period's end",
  },
  inventory_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'cost_of_revenue / inventories',
    meaning: "how often a year inventory is sold, at its level of the period's end",
  },
  payables_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'cost_of_revenue / accounts_payable',
    meaning: "how often a year suppliers are paid, at what is owed at the period's end",
  },
  cash_turnover: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'revenue / cash_and_equivalents',
    meaning: 'revenue on a dollar of cash',
  },
  days_sales_outstanding: {
    unit: 'days',
    needs: 'statements',
    formula: 'DAYS * receivables / revenue',
    meaning: 'days until customers pay',
  },
  days_inventory_outstanding: {
    unit: 'days',
    needs: 'statements',
    formula: 'DAYS * inventories / cost_of_revenue',
    meaning: 'days that inventory lies',
  },
  days_payables_outstanding: {
    unit: 'days',
    needs: 'statements',
    formula: 'DAYS * accounts_payable / cost_of_revenue',
    meaning: 'days until suppliers are paid',
  },
  operating_cycle_days: {
    unit: 'days',
    needs: 'statements',
    formula: 'days_sales_outstanding + days_inventory_outstanding',
    meaning: 'days from buying to being paid',
  },
  cash_conversion_cycle_days: {
    unit: 'days',
    needs: 'statements',
    formula: 'days_sales_outstanding + days_inventory_outstanding - days_payables_outstanding',
    meaning: 'days from paying to being paid',
  },
  days_working_capital: {
    unit: 'days',
    needs: 'statements',
    formula: 'DAYS * WC / revenue',
    meaning: 'days of revenue that working capital amounts to',
  },
  inventory_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'inventories / revenue',
    meaning: 'inventory that a dollar of revenue ties up',
  },
  receivables_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'receivables / revenue',
    meaning: 'receivables that a dollar of revenue ties up',
  },
  capital_intensity: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'total_assets / revenue',
    meaning: 'assets that a dollar of revenue ties up',
  },
  capex_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'CAPEX / revenue',
    meaning: 'capital expenditure of a dollar of revenue',
  },
  capex_to_depreciation: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'CAPEX / depreciation_depletion_and_amortization',
    meaning: 'capital expenditure over depreciation: above 1 the assets grow',
  },
  asset_age_proxy: {
    unit: 'years',
    needs: 'statements',
    formula: 'property_plant_equipment_net / depreciation_depletion_and_amortization',
    meaning: 'years of depreciation left in property, plant and equipment',
  },
} as const satisfies RatioTable
