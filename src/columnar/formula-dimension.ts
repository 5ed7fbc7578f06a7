/**
 * What a value is made of: powers of dollars, shares and periods. A dollar amount that flows during a period is
 * `dollars 1, period 1`; what stands at its end is `dollars 1, period 0`; `DAYS`, the days of the period, are `period 1`.
 * What is left of the period tells whether a quarter's figure means what a year's means.
 */
export interface Dimension {
  readonly dollars: number
  readonly shares: number
  /** `mixed` where amounts of a period and others were added or compared. */
  readonly period: number | 'mixed'
  /** A literal takes the dimension of what it meets: `any` for 0 and null, `amount` for a number beside dollars or shares. */
  readonly literal?: 'any' | 'amount'
}

export const plain: Dimension = { dollars: 0, shares: 0, period: 0 }
export const anything: Dimension = { ...plain, literal: 'any' }
export const literalNumber: Dimension = { ...plain, literal: 'amount' }

const isAmount = ({ dollars, shares }: Dimension): boolean => dollars !== 0 || shares !== 0

/** What a sum, a comparison or a choice of two is made of; `undefined` when dollars meet shares. */
export function alike(a: Dimension, b: Dimension): Dimension | undefined {
  if (a.literal === 'any' || (a.literal && isAmount(b))) return b
  if (b.literal === 'any' || (b.literal && isAmount(a))) return a
  if (a.literal && b.literal) return literalNumber
  if (a.dollars !== b.dollars || a.shares !== b.shares) return undefined
  return { dollars: a.dollars, shares: a.shares, period: a.period === b.period ? a.period : 'mixed' }
}

/** What `a * b ^ power` is made of. */
export function product(a: Dimension, b: Dimension, power: number): Dimension {
  if (a.literal && b.literal) return literalNumber
  const mixed = a.period === 'mixed' || b.period === 'mixed'
  return {
    dollars: a.dollars + power * b.dollars,
    shares: a.shares + power * b.shares,
    period: mixed ? 'mixed' : Number(a.period) + power * Number(b.period),
  }
}

/** Only a number, but one that a quarter's figures do not give as a year's do. */
export const numberOf = (...given: readonly Dimension[]): Dimension =>
  given.some(({ period }) => period !== 0) ? { ...plain, period: 'mixed' } : plain

/** Whether it says in a quarter what it says in a year: an amount of that quarter does, but no flow over a stock. */
export const needsYear = ({ dollars, period }: Dimension): boolean =>
  period !== 0 && !(period === 1 && dollars === 1)

/** `dollars per share`, as messages have it. */
export function dimensionText({ dollars, shares }: Dimension): string {
  const above = [...namesOf('dollars', dollars), ...namesOf('shares', shares)]
  const below = [...namesOf('dollar', -dollars), ...namesOf('share', -shares)]
  return `${above.join(' x ') || 'a number'}${below.length > 0 ? ` per ${below.join(' x ')}` : ''}`
}

const namesOf = (name: string, power: number): string[] =>
  power <= 0 ? [] : [power === 1 ? name : `${name} ^ ${power}`]
