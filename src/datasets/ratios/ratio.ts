/** What a ratio's value is. A `ratio` of 0.25 is 25 percent; a `flag` is 1 or 0; a `score` has the scale of its author. */
export type RatioUnit =
  | 'ratio'
  | 'dollars'
  | 'dollars_per_share'
  | 'days'
  | 'months'
  | 'years'
  | 'score'
  | 'flag'

/** What it takes: the statements of one period, of prior periods as well, or figures of the market as well. */
export type RatioNeeds = 'statements' | 'prior' | 'market'

/** A ratio as its group's table has it. */
export interface RatioEntry {
  readonly unit: RatioUnit
  readonly needs: RatioNeeds
  /** Of fields, of definitions (capitals) and of other ratios; `src/columnar/formula-syntax.ts` has the grammar. */
  readonly formula: string
  readonly meaning: string
}

export type RatioTable = Readonly<Record<string, RatioEntry>>

export interface Ratio extends RatioEntry {
  readonly name: string
  readonly group: RatioGroup
}

export const ratioGroups = [
  'liquidity',
  'leverage',
  'margins',
  'returns',
  'efficiency',
  'cash-flow',
  'per-share',
  'growth',
  'dupont',
  'scores',
  'valuation',
] as const

export type RatioGroup = (typeof ratioGroups)[number]
