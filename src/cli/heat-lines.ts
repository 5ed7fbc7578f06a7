import type { DayInState, DayState } from '../datasets/day-states.ts'
import { plural } from './words.ts'

/** What a week looks like. */
export type Mark = 'there' | 'holiday' | 'missing' | 'failed' | 'changed' | 'open' | 'none'
export type Paint = (mark: Mark, text: string) => string

/** Columns of a year, whatever day of the week it begins on. */
const weeks = 54
const months = 'Jan Feb Mar Apr  May Jun Jul  Aug Sep  Oct Nov Dec'
export const heatLegend = '= there  h holiday  1-7 days missing  x failed  ~ re-published  ? unknown, late'

const missing: readonly DayState['kind'][] = ['hole', 'not-fetched', 'lost']

/**
 * A line a year with a character a week, Monday to Sunday, under the names of the months: days that are missing are
 * counted, and of the rest the one that wants most to be seen is shown. A line has at most 75 columns.
 */
export function heatLines(days: readonly DayInState[], paint: Paint): string[] {
  const years = new Map<string, DayInState[]>()
  for (const day of days) {
    const year = day.date.slice(0, 4)
    const list = years.get(year)
    if (list) list.push(day)
    else years.set(year, [day])
  }
  const lines = [...years].map(([year, list]) => {
    const there = list.filter(({ state: { kind } }) => kind === 'there' || kind === 'changed').length
    return `  ${year}  ${weeksOf(list, paint)}  ${plural(there, 'day')}`
  })
  return lines.length === 0 ? [] : [`        ${months}`, ...lines]
}

function weeksOf(days: readonly DayInState[], paint: Paint): string {
  const cells = Array.from({ length: weeks }, (): DayState['kind'][] => [])
  for (const { date, state } of days) cells[weekOf(date)]?.push(state.kind)
  let line = ''
  let [mark, text]: [Mark, string] = ['none', '']
  for (const cell of cells) {
    const [own, char] = markOf(cell)
    if (own !== mark && text !== '') {
      line += paint(mark, text)
      text = ''
    }
    mark = own
    text += char
  }
  return line + paint(mark, text)
}

/** Weeks of the year, from 0; each but the first begins on a Monday. */
function weekOf(date: string): number {
  const newYear = new Date(`${date.slice(0, 4)}-01-01`)
  const day = (Date.parse(date) - newYear.getTime()) / 86_400_000
  return Math.floor((day + ((newYear.getUTCDay() + 6) % 7)) / 7)
}

function markOf(kinds: readonly DayState['kind'][]): readonly [Mark, string] {
  const has = (...some: readonly DayState['kind'][]): boolean => kinds.some((kind) => some.includes(kind))
  if (has('failed')) return ['failed', 'x']
  const lacking = kinds.filter((kind) => missing.includes(kind)).length
  if (lacking > 0) return ['missing', String(lacking)]
  if (has('unknown', 'late', 'not-published')) return ['open', '?']
  if (has('changed')) return ['changed', '~']
  if (has('holiday', 'perhaps-holiday')) return ['holiday', 'h']
  return has('there') ? ['there', '='] : ['none', '.']
}

const colours: Readonly<Record<Mark, number | undefined>> = {
  there: 32,
  holiday: 36,
  missing: 31,
  failed: 35,
  changed: 33,
  open: 33,
  none: undefined,
}

/** Colours on a terminal, and no sequence elsewhere, nor where `NO_COLOR` or a dumb terminal says so. */
export function paintFor(
  { isTTY }: { readonly isTTY?: boolean },
  { NO_COLOR, TERM }: { readonly NO_COLOR?: string | undefined; readonly TERM?: string | undefined },
): Paint {
  if (!isTTY || NO_COLOR || TERM === 'dumb') return (_mark, text) => text
  return (mark, text) => {
    const colour = colours[mark]
    return colour === undefined ? text : `\u001b[${colour}m${text}\u001b[39m`
  }
}
