import type { RatioTable } from './ratio.ts'

/** Returns taken apart into factors; their products are the returns again. */
export const dupont = {
  dupont_roe_3: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_margin * asset_turnover * equity_multiplier',
    meaning: 'return on equity out of margin, turnover and leverage',
  },
  dupont_roe_5: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'tax_burden * interest_burden * operating_margin * asset_turnover * equity_multiplier',
    meaning: 'return on equity out of taxes, interest, margin, turnover and leverage',
  },
  dupont_return_on_assets: {
    unit: 'ratio',
    needs: 'statements',
    formula: 'net_margin * asset_turnover',
    meaning: 'return on assets out of margin and turnover',
  },
} as const satisfies RatioTable
