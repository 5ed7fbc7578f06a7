import type { RatioTable } from './ratio.ts'

/** What the capital earns. */
export const returns = {
  return_on_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'consolidated_net_income_loss / total_assets',
    meaning: "net income on assets at the end of the period; the vendor's `return_on_assets`",
  },
  return_on_average_assets: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'consolidated_net_income_loss / avg(total_assets)',
    meaning: 'net income on average assets of this year and the prior one',
  },
  return_on_equity: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'consolidated_net_income_loss / total_equity',
    meaning: "net income on equity at the end of the period; the vendor's `return_on_equity`",
  },
  return_on_average_equity: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'consolidated_net_income_loss / avg(total_equity)',
    meaning: 'net income on average equity of this year and the prior one',
  },
  return_on_common_equity: {
    unit: 'ratio',
    needs: 'statements',
    formula:
      'net_income_loss_attributable_common_shareholders / (total_equity_attributable_to_parent - preferred_stock)',
    meaning: 'net income for common shareholders on their equity',
  },
  return_on_tangible_equity: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_income_loss_attributable_common_shareholders / TANEQ',
    meaning: 'net income for common shareholders on tangible equity',
  },
  return_on_tangible_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'consolidated_net_income_loss / (total_assets - goodwill - intangible_assets_net)',
    meaning: 'net income on assets without goodwill and intangibles',
  },
  return_on_capital_employed: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'operating_income / (total_assets - total_current_liabilities)',
    meaning: 'operating income on assets without current liabilities',
  },
  return_on_invested_capital: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'NOPAT / IC',
    meaning: 'operating income after taxes on debt and equity without cash',
  },
  return_on_average_invested_capital: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'NOPAT / avg(IC)',
    meaning: 'operating income after taxes on average invested capital of this year and the prior one',
  },
  return_on_net_operating_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'NOPAT / NOA',
    meaning: 'operating income after taxes on net operating assets',
  },
  return_on_net_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'consolidated_net_income_loss / (property_plant_equipment_net + WC)',
    meaning: 'net income on fixed assets and working capital',
  },
  operating_return_on_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'operating_income / total_assets',
    meaning: 'operating income on assets; X3 of Altman',
  },
  ebitda_return_on_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'ebitda / total_assets',
    meaning: 'EBITDA on assets',
  },
  gross_profitability: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'gross_profit / total_assets',
    meaning: 'gross profit on assets, after Novy-Marx',
  },
  cash_return_on_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / total_assets',
    meaning: 'operating cash on assets',
  },
  cash_return_on_equity: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_cash_from_operating_activities / total_equity',
    meaning: 'operating cash on equity',
  },
  cash_return_on_invested_capital: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'FCF / IC',
    meaning: 'free cash flow on invested capital',
  },
  magic_formula_return_on_capital: {
    unit: 'ratio',
    needs: 'statements',
    formula:
      'operating_income / (total_current_assets - cash_and_equivalents - short_term_investments - (total_current_liabilities - debt_current) + property_plant_equipment_net)',
    meaning: 'operating income on the capital that operations tie up, after Greenblatt',
  },
  incremental_roic: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'change(NOPAT) / change(IC)',
    meaning: 'what the capital invested since the prior year earns more',
  },
} as const satisfies RatioTable
