import { addDays } from '../datasets/days.ts'
import type { BulkQuery } from '../datasets/rest-table.ts'

/** A part of the time, first and last day included; without one it has no such end. */
export interface Window {
  readonly name: string
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Whether a unit of a table is a part of the time, and no company. */
export const isWindow = (name: string): boolean => /^(?:all|until-.+|from-.+|\d{4}(?:-.+)?)$/.test(name)

const monthsOf = { month: 1, quarter: 3, year: 12 } as const

/**
 * Windows that cover all days from `start` to `end`. Without a start the first of them has no beginning, without an end the
 * last one, in which `today` lies, has none: what is announced for later is in it.
 */
export function windowsOf(
  { window, since }: BulkQuery,
  {
    start,
    end,
    today,
  }: { readonly start?: string | undefined; readonly end?: string | undefined; readonly today: string },
): Window[] {
  const starts = [firstOf(start ?? since, window)]
  const last = end ?? today
  for (let next = nextOf(starts[0] as string, window); next <= last; next = nextOf(next, window))
    starts.push(next)
  return starts.map((first, i) => {
    const [isFirst, isLast] = [i === 0, i === starts.length - 1]
    const from = isFirst ? start : first
    const to = isLast ? end : addDays(nextOf(first, window), -1)
    return {
      name: nameOf(first, window, { from, to }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    }
  })
}

const nextOf = (first: string, window: BulkQuery['window']): string => addMonths(first, monthsOf[window])

function firstOf(date: string, window: BulkQuery['window']): string {
  const [year = '', month = ''] = date.split('-')
  const first = Number(month) - ((Number(month) - 1) % monthsOf[window])
  return `${year}-${String(first).padStart(2, '0')}-01`
}

function addMonths(first: string, months: number): string {
  const [year = '', month = ''] = first.split('-')
  const all = Number(year) * 12 + Number(month) - 1 + months
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}-01`
}

/** `2024-Q1`, or what days they are; `until` and `from` where there is no first or last one. */
function nameOf(first: string, window: BulkQuery['window'], { from, to }: Omit<Window, 'name'>): string {
  const [year = '', month = ''] = first.split('-')
  const name = { year, quarter: `${year}-Q${Math.ceil(Number(month) / 3)}`, month: `${year}-${month}` }[
    window
  ]
  const [begins, ends] = [from === first, to === addDays(nextOf(first, window), -1)]
  if (from === undefined && to === undefined) return 'all'
  if (from === undefined) return `until-${ends ? name : to}`
  if (to === undefined) return `from-${begins ? name : from}`
  return begins && ends ? name : `${from}-to-${to}`
}
