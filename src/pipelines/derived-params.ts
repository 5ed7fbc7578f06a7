import { UsageError } from '../core/errors.ts'
import { choice, list, optional, text, toggle } from '../core/params.ts'
import type { Param } from '../core/recipe.ts'
import { stocksDaily } from '../datasets/stocks.ts'
import { layouts } from '../lake/merge-rule.ts'
import { compressions, parquetDefaults } from '../lake/parquet-options.ts'
import { tableParam } from './shared-params.ts'

/** The flags of every table that is made of others. */
export const derivedParams = {
  out: text('folder of the lake', { value: 'DIR', default: './lake' }),
  compression: optional(
    choice(`compression of Parquet, ${parquetDefaults.compression} by default`, compressions),
  ),
}

type ParamsOf<T> = { readonly [K in keyof T]: T[K] extends Param<infer V> ? V : never }

export type DerivedParams = ParamsOf<typeof derivedParams>

/** Formulas of one's own, which may have commas in them. */
const ownRatios: Param<readonly string[]> = {
  value: 'FORMULA',
  help: "ratios of one's own, as 'my_ratio = gross_profit / total_assets'; several with ; between them",
  parse(given) {
    const formulas = given.split(';').filter((one) => one.trim() !== '')
    if (formulas.length === 0) throw new UsageError(`${given} names no ratio`)
    return formulas
  },
}

export const ratioParams = {
  ratio: optional(ownRatios),
  ratios: optional(list('only these of the ratios; millrace ratios list names them')),
  annualize: toggle(
    'in quarters, take flows four times where they stand against a stock, in place of a null',
  ),
  absentAsZero: optional(
    list('figures that are 0 where a statement does not have them: short_term_investments,preferred_stock'),
  ),
  ratioNames: choice(
    'seed: the names of download scripts, with margins and returns in percent',
    ['millrace', 'seed'],
    {
      default: 'millrace',
    },
  ),
  prices: text('table of daily bars of the lake, for the ratios that need a price', {
    value: 'NAME',
    default: stocksDaily.table,
  }),
}

export const financialRatiosParams = {
  ...ratioParams,
  ...derivedParams,
  layout: choice('month: one file a month, of all companies; ticker: one a company and month', layouts, {
    default: 'month',
  }),
  name: optional(tableParam({ table: 'financial_ratios' })),
}
export type FinancialRatiosParams = ParamsOf<typeof financialRatiosParams>
