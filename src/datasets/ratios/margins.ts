import type { RatioTable } from './ratio.ts'

/** What a dollar of revenue leaves, and where it goes. */
export const margins = {
  gross_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'gross_profit / revenue',
    meaning: 'gross profit of a dollar of revenue',
  },
  operating_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'operating_income / revenue',
    meaning: 'operating income of a dollar of revenue',
  },
  ebitda_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'ebitda / revenue',
    meaning: 'EBITDA of a dollar of revenue',
  },
  pretax_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'income_before_income_taxes / revenue',
    meaning: 'income before taxes of a dollar of revenue',
  },
  net_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'consolidated_net_income_loss / revenue',
    meaning: 'net income of a dollar of revenue',
  },
  net_margin_common: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_income_loss_attributable_common_shareholders / revenue',
    meaning: 'net income for common shareholders of a dollar of revenue',
  },
  nopat: {
    unit: 'dollars',
    needs: 'statements',
    formula: 'operating_income * (1 - ETR)',
    meaning: 'operating income after taxes at the effective rate',
  },
  nopat_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'NOPAT / revenue',
    meaning: 'operating income after taxes of a dollar of revenue',
  },
  operating_cash_flow_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / revenue',
    meaning: 'operating cash of a dollar of revenue',
  },
  free_cash_flow_margin: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'FCF / revenue',
    meaning: 'free cash flow of a dollar of revenue',
  },
  cost_of_revenue_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'cost_of_revenue / revenue',
    meaning: 'cost of revenue of a dollar of revenue',
  },
  operating_expense_ratio: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'total_operating_expenses / revenue',
    meaning: 'operating expenses of a dollar of revenue; the delivered figures leave the cost of revenue out',
  },
  sga_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'selling_general_administrative / revenue',
    meaning: 'selling, general and administrative expenses of a dollar of revenue',
  },
  rnd_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'research_development / revenue',
    meaning: 'research and development of a dollar of revenue',
  },
  depreciation_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'depreciation_depletion_and_amortization / revenue',
    meaning: 'depreciation, depletion and amortization of a dollar of revenue',
  },
  interest_to_revenue: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'interest_expense / revenue',
    meaning: 'interest expense of a dollar of revenue',
  },
  sga_to_gross_profit: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'selling_general_administrative / gross_profit',
    meaning: 'selling, general and administrative expenses over gross profit',
  },
  rnd_to_gross_profit: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'research_development / gross_profit',
    meaning: 'research and development over gross profit',
  },
  effective_tax_rate: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'if(income_before_income_taxes > 0, ETR, null)',
    meaning: 'taxes of a dollar of income before taxes; null unless that is positive',
  },
  tax_burden: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'consolidated_net_income_loss / income_before_income_taxes',
    meaning: 'what taxes leave of the income before them; of DuPont',
  },
  interest_burden: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'income_before_income_taxes / operating_income',
    meaning: 'what interest and other items leave of operating income; of DuPont',
  },
  non_operating_income_share: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'total_other_income_expense / income_before_income_taxes',
    meaning: 'share of income before taxes that does not come from operations',
  },
  markup_on_cost: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'gross_profit / cost_of_revenue',
    meaning: 'gross profit on a dollar of cost',
  },
} as const satisfies RatioTable
