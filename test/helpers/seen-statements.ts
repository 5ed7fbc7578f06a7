import { periodKeys } from '../../src/columnar/period-rows.ts'
import type { Batch } from '../../src/core/schema.ts'
import { combineRows } from '../../src/lake/combine-rows.ts'
import type { MergeRule } from '../../src/lake/merge-rule.ts'
import { replacementsOf } from '../../src/lake/replacements.ts'
import { placed } from '../../src/lake/waiting-rows.ts'
import { batchOf, rowsOf } from './batches.ts'

const kinds = { ...periodKeys, revenue: 'float64', observed_at: 'timestamp_us' } as const
const allKept: MergeRule = {
  layout: 'month',
  time: 'period_end',
  company: 'tickers',
  order: ['tickers', 'cik', 'period_end', 'timeframe', 'fiscal_year', 'fiscal_quarter', 'filing_date'],
  vintage: 'observed_at',
}

/** A row of a statement, in what matters here; `cik` alone says whose it is where it is there. */
export interface Said {
  readonly tickers: string | null
  readonly cik: string | null
  readonly period_end: number
  readonly filing_date: number | null
  readonly fiscal_year: number | null
  readonly fiscal_quarter: number | null
  readonly timeframe: string
  readonly revenue: number | null
}
export interface Seen extends Said {
  readonly observed_at: bigint
}
/** What is said of one thing at one time. */
export type Answer = readonly Said[]

const usual: Said = {
  tickers: 'A',
  cik: '1',
  period_end: 19_800,
  filing_date: 19_850,
  fiscal_year: 2024,
  fiscal_quarter: 1,
  timeframe: 'quarterly',
  revenue: 1,
}
/** A row that says the usual but for this. */
export const said = (one: Partial<Said> = {}): Said => ({ ...usual, ...one })

const batch = (rows: readonly Seen[]): Batch =>
  batchOf(
    kinds,
    Object.fromEntries(
      Object.keys(kinds).map((name) => [name, rows.map((row) => row[name as keyof Seen])]),
    ) as never,
  )

/** The rows of a file after some more have come into it, in whatever order. */
export function merged(
  held: readonly Seen[],
  incoming: readonly Seen[],
  keeps: Pick<MergeRule, 'keeps'> = {},
): readonly Seen[] {
  const rule = { ...allKept, ...keeps }
  const rows = combineRows(
    {
      held: held.length > 0 ? batch(held) : undefined,
      incoming: incoming.length > 0 ? placed(batch(incoming), 0, rule) : undefined,
    },
    rule,
    replacementsOf(rule, [undefined]),
  )
  return rows ? (rowsOf(rows) as unknown as Seen[]) : held
}

/** Answers, each at a time of its own, counted from 0. */
export const at = (answers: readonly Answer[]): Seen[] =>
  answers.flatMap((answer, i) => answer.map((one) => ({ ...one, observed_at: BigInt(i) })))

/** As views choose it. */
export const newest = (rows: readonly Seen[]): Said | undefined => {
  const [{ observed_at, ...found } = { observed_at: 0n, ...said() }] = rows.toSorted(
    (a, b) =>
      Number(b.observed_at - a.observed_at) ||
      (b.filing_date ?? -1) - (a.filing_date ?? -1) ||
      b.period_end - a.period_end ||
      // As a file has them.
      (a.revenue ?? -1) - (b.revenue ?? -1),
  )
  return rows.length > 0 ? found : undefined
}

/** What rows say, and when it was seen. */
export const seenIn = (rows: readonly Seen[]): unknown[] =>
  rows.map(({ revenue, observed_at }) => [revenue, Number(observed_at)])
