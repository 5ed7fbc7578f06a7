import { type Level, levelPath, partitionValue, partName } from './layout.ts'
import type { MergeRule } from './merge-rule.ts'
import type { HeldRows } from './replacements.ts'
import { noMonth } from './waiting-rows.ts'

/** A file that companies share, or one company's of a month. */
export interface SharedFile {
  /** The slot of the manifest that holds it: the month, or the ticker. */
  readonly slot: string
  /** Relative to the lake, with `/`, as the manifest has it. */
  readonly path: string
}

/** The slot of a table that has no months. */
export const wholeTable = 'all'
const undated = 'undated'

/** Where rows of a month, counted from the year 0, and of a ticker lie. */
export function sharedFile(
  table: string,
  { time, layout }: MergeRule,
  month: number,
  ticker: string,
): SharedFile {
  const levels: readonly Level[] = time === undefined ? [] : levelsOf(month)
  const folder = [table, ...levels.map((level) => levelPath([level]))].join('/')
  if (layout === 'ticker')
    return {
      slot: ticker === '' ? undated : ticker,
      path: `${folder}/ticker=${partitionValue(ticker === '' ? null : ticker)}.parquet`,
    }
  return { slot: time === undefined ? wholeTable : monthText(month), path: `${folder}/${partName(0)}` }
}

function levelsOf(month: number): readonly Level[] {
  if (month === noMonth)
    return [
      ['year', null],
      ['month', null],
    ]
  const [year = '', part = ''] = monthText(month).split('-')
  return [
    ['year', year],
    ['month', part],
  ]
}

const monthText = (month: number): string =>
  month === noMonth
    ? undated
    : `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`

/** What rows a file may hold, by its name and its slot. */
export function heldRows({ slot, path }: SharedFile, { layout }: Pick<MergeRule, 'layout'>): HeldRows {
  const ticker = layout === 'ticker' ? { ticker: slot } : {}
  const [, year, month] = /\/year=(\d{4})\/month=(\d\d)\//.exec(path) ?? []
  if (year === undefined) return ticker
  const first = Date.UTC(Number(year), Number(month) - 1) / 86_400_000
  const next = Date.UTC(Number(year), Number(month)) / 86_400_000
  return { ...ticker, first, last: next - 1 }
}
