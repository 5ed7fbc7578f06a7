import type { RatioTable } from './ratio.ts'

/** Distress and quality, with the coefficients of their authors. */
export const scores = {
  altman_x2_retained_earnings_to_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'retained_earnings_deficit / total_assets',
    meaning: 'retained earnings over assets: X2 of Altman',
  },
  altman_x4_market_equity_to_liabilities: {
    unit: 'ratio',
    needs: 'market',
    formula: 'MCAP / total_liabilities',
    meaning: 'market capitalization over liabilities: X4 of Altman',
  },
  altman_z_score: {
    unit: 'score',
    needs: 'market',
    formula:
      '1.2 * working_capital_to_assets + 1.4 * altman_x2_retained_earnings_to_assets + 3.3 * operating_return_on_assets + 0.6 * altman_x4_market_equity_to_liabilities + asset_turnover',
    meaning: "Altman's Z of listed manufacturers: below 1.81 distress, above 2.99 safe",
  },
  altman_z_prime: {
    unit: 'score',
    needs: 'statements',
    formula:
      '0.717 * working_capital_to_assets + 0.847 * altman_x2_retained_earnings_to_assets + 3.107 * operating_return_on_assets + 0.42 * total_equity / total_liabilities + 0.998 * asset_turnover',
    meaning: "Altman's Z' of private firms: below 1.23 distress, above 2.9 safe",
  },
  altman_z_double_prime: {
    unit: 'score',
    needs: 'statements',
    formula:
      '6.56 * working_capital_to_assets + 3.26 * altman_x2_retained_earnings_to_assets + 6.72 * operating_return_on_assets + 1.05 * total_equity / total_liabilities',
    meaning: "Altman's Z'' of other firms: below 1.1 distress, above 2.6 safe",
  },
  springate_s_score: {
    unit: 'score',
    needs: 'statements',
    formula:
      '1.03 * WC / total_assets + 3.07 * operating_income / total_assets + 0.66 * income_before_income_taxes / total_current_liabilities + 0.4 * revenue / total_assets',
    meaning: "Springate's S: below 0.862 distress",
  },
  zmijewski_score: {
    unit: 'score',
    needs: 'statements',
    formula:
      '-4.336 - 4.513 * consolidated_net_income_loss / total_assets + 5.679 * total_liabilities / total_assets + 0.004 * total_current_assets / total_current_liabilities',
    meaning: "Zmijewski's score: above 0 distress",
  },
  ohlson_o_score: {
    unit: 'score',
    needs: 'prior',
    formula:
      '-1.32 - 0.407 * ln(total_assets / GNPIX) + 6.03 * total_liabilities / total_assets - 1.43 * WC / total_assets + 0.0757 * total_current_liabilities / total_current_assets - if(total_liabilities > total_assets, 1.72, 0) - 2.37 * consolidated_net_income_loss / total_assets - 1.83 * (consolidated_net_income_loss + depreciation_depletion_and_amortization) / total_liabilities + if(consolidated_net_income_loss < 0 and prior(consolidated_net_income_loss) < 0, 0.285, 0) - 0.521 * change(consolidated_net_income_loss) / (abs(consolidated_net_income_loss) + abs(prior(consolidated_net_income_loss)))',
    meaning: "Ohlson's O, the log odds of bankruptcy; the price index is the constant 600",
  },
  piotroski_roa_positive: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(consolidated_net_income_loss / prior(total_assets) > 0, 1, 0)',
    meaning: "1 when net income on the prior year's assets is positive",
  },
  piotroski_cfo_positive: {
    unit: 'flag',
    needs: 'statements',
    formula: 'if(net_cash_from_operating_activities > 0, 1, 0)',
    meaning: '1 when operating cash is positive',
  },
  piotroski_roa_improving: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(change(return_on_assets) > 0, 1, 0)',
    meaning: '1 when return on assets rose since the prior year',
  },
  piotroski_accruals: {
    unit: 'flag',
    needs: 'statements',
    formula: 'if(net_cash_from_operating_activities / total_assets > return_on_assets, 1, 0)',
    meaning: '1 when operations bring more cash than income',
  },
  piotroski_leverage_falling: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(change(long_term_debt_and_capital_lease_obligations / avg(total_assets)) < 0, 1, 0)',
    meaning: '1 when long-term debt over average assets fell since the prior year',
  },
  piotroski_liquidity_rising: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(change(current_ratio) > 0, 1, 0)',
    meaning: '1 when the current ratio rose since the prior year',
  },
  piotroski_no_dilution: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(diluted_shares_outstanding <= prior(diluted_shares_outstanding), 1, 0)',
    meaning: '1 when there are no more diluted shares than in the prior year, adjusted by splits',
  },
  piotroski_gross_margin_rising: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(change(gross_margin) > 0, 1, 0)',
    meaning: '1 when the gross margin rose since the prior year',
  },
  piotroski_turnover_rising: {
    unit: 'flag',
    needs: 'prior',
    formula: 'if(change(asset_turnover) > 0, 1, 0)',
    meaning: '1 when revenue on assets rose since the prior year',
  },
  piotroski_f_score: {
    unit: 'score',
    needs: 'prior',
    formula:
      'piotroski_roa_positive + piotroski_cfo_positive + piotroski_roa_improving + piotroski_accruals + piotroski_leverage_falling + piotroski_liquidity_rising + piotroski_no_dilution + piotroski_gross_margin_rising + piotroski_turnover_rising',
    meaning: "Piotroski's F: how many of his nine tests are met",
  },
  beneish_dsri: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'receivables / revenue / prior(receivables / revenue)',
    meaning: 'receivables over revenue, against the prior year',
  },
  beneish_gmi: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'prior(gross_margin) / gross_margin',
    meaning: 'gross margin of the prior year against this one',
  },
  beneish_aqi: {
    unit: 'ratio',
    needs: 'prior',
    formula:
      '(1 - (total_current_assets + property_plant_equipment_net) / total_assets) / prior(1 - (total_current_assets + property_plant_equipment_net) / total_assets)',
    meaning: 'share of assets neither current nor fixed, against the prior year',
  },
  beneish_sgi: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'revenue / prior(revenue)',
    meaning: 'revenue against the prior year',
  },
  beneish_depi: {
    unit: 'ratio',
    needs: 'prior',
    formula:
      'prior(depreciation_depletion_and_amortization / (depreciation_depletion_and_amortization + property_plant_equipment_net)) / (depreciation_depletion_and_amortization / (depreciation_depletion_and_amortization + property_plant_equipment_net))',
    meaning: 'rate of depreciation of the prior year against this one',
  },
  beneish_sgai: {
    unit: 'ratio',
    needs: 'prior',
    formula: 'selling_general_administrative / revenue / prior(selling_general_administrative / revenue)',
    meaning: 'selling, general and administrative expenses over revenue, against the prior year',
  },
  beneish_lvgi: {
    unit: 'ratio',
    needs: 'prior',
    formula:
      '(total_current_liabilities + long_term_debt_and_capital_lease_obligations) / total_assets / prior((total_current_liabilities + long_term_debt_and_capital_lease_obligations) / total_assets)',
    meaning: 'current liabilities and long-term debt over assets, against the prior year',
  },
  beneish_m_score: {
    unit: 'score',
    needs: 'prior',
    formula:
      '-4.84 + 0.92 * beneish_dsri + 0.528 * beneish_gmi + 0.404 * beneish_aqi + 0.892 * beneish_sgi + 0.115 * beneish_depi - 0.172 * beneish_sgai + 4.679 * accruals_to_assets - 0.327 * beneish_lvgi',
    meaning: "Beneish's M: above -1.78 figures are likely to be manipulated",
  },
} as const satisfies RatioTable
