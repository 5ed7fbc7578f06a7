import { holidayOn, isOpenWeekday, perhapsHolidayOn } from './calendar.ts'
import type { Dataset } from './dataset.ts'
import { addDays, dateIn, timeIn } from './days.ts'

/** Why a lake or a listing lacks a day. */
export type Absence =
  /** The bucket has it. */
  | { readonly kind: 'not-fetched' }
  | { readonly kind: 'before-first'; readonly first: string }
  | { readonly kind: 'weekend' }
  | { readonly kind: 'holiday'; readonly name: string }
  /** The market may have been closed; no source tells. */
  | { readonly kind: 'perhaps-holiday'; readonly name: string }
  /** `due` is the day on which it is to be there by 11:00 New York time. */
  | { readonly kind: 'not-published'; readonly due: string }
  /** It should be there. */
  | { readonly kind: 'hole' }

/** What an absence is judged by. */
export interface Evidence {
  /** Whether the listing of the bucket has the day: the listing is the truth, the calendar only explains. */
  readonly listed: boolean
  /** The present instant, in ms since 1970. */
  readonly wallMs: number
}

const newYork = 'America/New_York'
/** The vendor: "by about 11:00 AM ET the following day". It names no exception, so that a Friday is due on Saturday. */
const dueTime = '11:00'

/** Why a day of a dataset is absent. */
export function absenceOf(
  { since, calendar }: Pick<Dataset, 'since' | 'calendar'>,
  date: string,
  { listed, wallMs }: Evidence,
): Absence {
  if (listed) return { kind: 'not-fetched' }
  if (date < since) return { kind: 'before-first', first: since }
  if (!isOpenWeekday(date, calendar)) return { kind: 'weekend' }
  const holiday = holidayOn(date, calendar)
  if (holiday !== undefined) return { kind: 'holiday', name: holiday }
  const due = addDays(date, 1)
  if (`${dateIn(newYork, wallMs)} ${timeIn(newYork, wallMs)}` < `${due} ${dueTime}`)
    return { kind: 'not-published', due }
  const perhaps = perhapsHolidayOn(date, calendar)
  return perhaps === undefined ? { kind: 'hole' } : { kind: 'perhaps-holiday', name: perhaps }
}

/** Whether nobody need look after it: there is nothing to fetch, or not yet. */
export const isExcused = ({ kind }: Absence): boolean =>
  ['weekend', 'holiday', 'perhaps-holiday', 'not-published'].includes(kind)

/** An absence in words, as `holiday: Good Friday`. */
export function absenceText(absence: Absence): string {
  switch (absence.kind) {
    case 'not-fetched':
      return 'not fetched: the bucket has it'
    case 'before-first':
      return `before the first day, ${absence.first}`
    case 'weekend':
      return 'weekend'
    case 'holiday':
      return `holiday: ${absence.name}`
    case 'perhaps-holiday':
      return `perhaps a holiday: ${absence.name}`
    case 'not-published':
      return `not yet published: due on ${absence.due} by about ${dueTime} New York time`
    case 'hole':
      return 'hole: a trading day without a file'
  }
}
