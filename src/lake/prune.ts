import type { RowGroup, Statistics } from 'hyparquet'
import type { Level } from './layout.ts'
import type { TableFile } from './table-files.ts'
import type { DayRule, Rules, TickerRule } from './table-question.ts'

/** What is known of the rows of a row group: that all, or none of them are wanted, or that one has to look. */
export type Verdict = 'all' | 'none' | 'some'

/** Whether a file may hold rows that are wanted, by its path and what the manifest says. */
export const mayHold = (file: TableFile, { tickers, days }: Rules): boolean =>
  (!tickers || mayHoldTickers(file, tickers)) && (!days || mayHoldDays(file, days))

function mayHoldTickers({ levels, named }: TableFile, rule: TickerRule): boolean {
  const level = levels.find(([name]) => name === rule.column)
  if (level) return level[1] !== null && rule.isWanted(level[1])
  return rule.isList || named?.[0] !== rule.column || !isRefused(named[1], rule)
}

function mayHoldDays({ levels, span }: TableFile, { column, kind, min, max, months }: DayRule): boolean {
  const own = levels.find(([name]) => name === column)
  if (own) return isWithin(own[1], { min, max })
  if (months && !mayBeOf(levels, months)) return false
  return span?.column !== column || span.kind !== kind || (BigInt(span.max) >= min && BigInt(span.min) <= max)
}

/** The name of a file may be but the beginning of a ticker that is too long for one. */
const isRefused = (name: string | null, { isWanted }: TickerRule): boolean =>
  name !== null && !name.includes('~') && !isWanted(name)

const isWithin = (date: string | null, { min, max }: Pick<DayRule, 'min' | 'max'>): boolean => {
  const day = date === null ? Number.NaN : Date.parse(date) / 86_400_000
  return day >= min && day <= max
}

/** Whether a month, or a year, has any of these days. Without such levels any may be there. */
function mayBeOf(levels: readonly Level[], { from, to }: { readonly from: string; readonly to: string }) {
  const told = new Map(levels)
  if (!told.has('year') && !told.has('month')) return true
  const [year, month] = [told.get('year'), told.get('month')]
  if (year === null || month === null) return false
  const text = [year, month].filter((part) => part !== undefined).join('-')
  return text >= from.slice(0, text.length) && text <= to.slice(0, text.length)
}

/** What the statistics of a row group tell of its tickers, and of its days. */
export function judgeGroup({ columns }: RowGroup, { tickers, days }: Rules) {
  const of = (column: string) =>
    columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column)?.meta_data
  const verdict = (rule: { readonly column: string } | undefined, judge: (found: Statistics) => Verdict) => {
    const found = rule && of(rule.column)
    if (!found?.statistics) return 'some'
    return found.statistics.null_count === found.num_values ? 'none' : judge(found.statistics)
  }
  return {
    tickers: verdict(tickers, (found) => judgeTickers(found, tickers as TickerRule)),
    days: verdict(days, (found) => judgeDays(found, days as DayRule)),
  }
}

function judgeTickers({ min_value: min, max_value: max }: Statistics, { patterns }: TickerRule): Verdict {
  if (patterns === undefined || typeof min !== 'string' || typeof max !== 'string') return 'some'
  return patterns.some((pattern) => mayMatch(pattern, min, max)) ? 'some' : 'none'
}

function mayMatch(pattern: string, min: string, max: string): boolean {
  if (!pattern.endsWith('*')) return !isBelow(pattern, min) && !isBelow(max, pattern)
  const prefix = pattern.slice(0, -1)
  return !isBelow(max, prefix) && (min.startsWith(prefix) || !isBelow(prefix, min))
}

/** In the order of bytes, as Parquet has it. */
const isBelow = (one: string, other: string): boolean =>
  Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0

function judgeDays({ min_value, max_value, null_count }: Statistics, { min, max }: DayRule): Verdict {
  const [least, most] = [stepsOf(min_value), stepsOf(max_value)]
  if (least === undefined || most === undefined) return 'some'
  if (most < min || least > max) return 'none'
  return least >= min && most <= max && null_count === 0n ? 'all' : 'some'
}

/** hyparquet has dates as a `Date`. */
function stepsOf(value: unknown): number | bigint | undefined {
  if (value instanceof Date) return value.getTime() / 86_400_000
  return typeof value === 'bigint' ? value : undefined
}
