import { type Column, column } from '../columnar/column.ts'
import { parseDate } from '../columnar/numbers.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import type { MergeRule, Replaced } from './merge-rule.ts'

/** Tells which rows have been replaced by what came after them. */
export interface Replacements {
  /** Whether any row of a file may be. */
  touches(file: HeldRows): boolean
  /**
   * For the rows of a batch: whether row `i` was replaced by a unit that came after unit number `after`; -1 is before all.
   */
  reader(batch: Batch): (row: number, after: number) => boolean
  /** The columns that it looks at. */
  readonly columns: readonly string[]
}

/** What a file may hold: rows of some days, counted from 1970, whose first ticker is this; what is not said is any. */
export interface HeldRows {
  readonly first?: number | undefined
  readonly last?: number | undefined
  readonly ticker?: string | undefined
}

interface Range {
  /** Which unit it is, in the order in which they were done. */
  readonly unit: number
  /** Days since 1970. */
  readonly first: number
  readonly last: number
}

/** @param units what each of them replaces; nothing for one that only adds. */
export function replacementsOf(
  { company, time, vintage }: Pick<MergeRule, 'company' | 'time' | 'vintage'>,
  units: readonly (Replaced | undefined)[],
): Replacements {
  const ofAll: Range[] = []
  const ofTicker = new Map<string, Range[]>()
  const all: Range[] = []
  /** Those that may be of rows that are filed under any ticker. */
  const ofAny: Range[] = []
  for (const [unit, replaced] of units.entries()) {
    if (!replaced || vintage !== undefined) continue
    const range = { unit, first: dayOf(replaced.from, -1), last: dayOf(replaced.to, 1) }
    all.push(range)
    if (isOfAny(replaced)) ofAny.push(range)
    if (!replaced.tickers) ofAll.push(range)
    addTo(ofTicker, replaced.tickers ?? [], range)
  }
  return {
    columns: time === undefined ? [company] : [company, time],
    touches({ first = Number.NEGATIVE_INFINITY, last = Number.POSITIVE_INFINITY, ticker }) {
      const overlaps = (range: Range): boolean => range.first <= last && range.last >= first
      if (ticker === undefined) return all.some(overlaps)
      return ofAny.some(overlaps) || (ofTicker.get(ticker)?.some(overlaps) ?? false)
    },
    reader(batch) {
      const print = cellPrinter(column(batch, company))
      const days = time === undefined ? undefined : (column(batch, time) as Column<'date'>)
      return (row, after) => {
        const day = days?.isValid(row) ? days.values[row] : undefined
        const hits = ({ unit, first, last }: Range): boolean =>
          unit > after && (day === undefined ? isWhole(first, last) : day >= first && day <= last)
        if (ofAll.some(hits)) return true
        if (ofTicker.size === 0) return false
        return (print(row) ?? '').split(',').some((ticker) => ofTicker.get(ticker)?.some(hits) ?? false)
      }
    },
  }
}

function addTo(ofTicker: Map<string, Range[]>, tickers: readonly string[], range: Range): void {
  for (const ticker of tickers) {
    const known = ofTicker.get(ticker) ?? []
    ofTicker.set(ticker, known)
    known.push(range)
  }
}

const isOfAny = ({ tickers, single }: Replaced): boolean => tickers === undefined || single !== true

const dayOf = (date: string | undefined, sign: 1 | -1): number =>
  date === undefined ? sign * Number.POSITIVE_INFINITY : (parseDate(date) as number)

/** Rows without a day are replaced by what comes of all days alone. */
const isWhole = (first: number, last: number): boolean => !Number.isFinite(first) && !Number.isFinite(last)
