import { cashFlow } from './cash-flow.ts'
import { definitions, periods } from './definitions.ts'
import { dupont } from './dupont.ts'
import { efficiency } from './efficiency.ts'
import { type FieldKind, fields } from './fields.ts'
import { growth } from './growth.ts'
import { leverage } from './leverage.ts'
import { liquidity } from './liquidity.ts'
import { margins } from './margins.ts'
import { perShare } from './per-share.ts'
import { type Ratio, type RatioGroup, type RatioTable, ratioGroups } from './ratio.ts'
import { returns } from './returns.ts'
import { scores } from './scores.ts'
import { valuation } from './valuation.ts'

const tables: Readonly<Record<RatioGroup, RatioTable>> = {
  liquidity,
  leverage,
  margins,
  returns,
  efficiency,
  'cash-flow': cashFlow,
  'per-share': perShare,
  growth,
  dupont,
  scores,
  valuation,
}

/** All ratios, group after group. */
export const ratios: readonly Ratio[] = ratioGroups.flatMap((group) =>
  Object.entries(tables[group]).map(([name, ratio]) => ({ name, group, ...ratio })),
)

/** What figures are made of: powers of dollars, of shares, and of the period that they flow in. */
const dimensions: Readonly<
  Record<FieldKind, { readonly dollars: number; readonly shares: number; readonly period: 0 | 1 }>
> = {
  flow: { dollars: 1, shares: 0, period: 1 },
  stock: { dollars: 1, shares: 0, period: 0 },
  'flow per share': { dollars: 1, shares: -1, period: 1 },
  'stock per share': { dollars: 1, shares: -1, period: 0 },
  shares: { dollars: 0, shares: 1, period: 0 },
  number: { dollars: 0, shares: 0, period: 0 },
}

/** What names mean in the formulas of ratios. */
export const ratioVocabulary = {
  fields: Object.fromEntries(Object.entries(fields).map(([name, { kind }]) => [name, dimensions[kind]])),
  periods,
  definitions: definitions as Readonly<Record<string, string>>,
  formulas: Object.fromEntries(ratios.map(({ name, formula }) => [name, formula])),
  shareFactor: 'share_factor',
} as const
