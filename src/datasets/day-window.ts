import { isOpenWeekday, perhapsHolidayOn } from './calendar.ts'
import type { Dataset } from './dataset.ts'
import { addDays, instantOf } from './days.ts'

/**
 * Columns that say when a row happened; of several that a file has, the first in this order says to which day it belongs,
 * as a trade may be reported long after it was made. Others, as `ask_timestamp` or `trf_timestamp`, may lie days before.
 */
export const dayColumns: ReadonlySet<string> = new Set([
  'timestamp',
  'sip_timestamp',
  'participant_timestamp',
  'window_start',
])

/** Instants in ms since 1970. */
export interface DayWindow {
  readonly fromMs: number
  /** The first instant after it. */
  readonly toMs: number
}

/**
 * When the rows of a day's file may have happened. A session that begins on the eve is looked at with the whole of its
 * day, as files follow the session in some years and the calendar in others, and with a holiday before it, whose hours
 * of trading count for the session after it.
 */
export function windowOf({ day, calendar }: Pick<Dataset, 'day' | 'calendar'>, date: string): DayWindow {
  const { zone, start, eve } = day
  const toMs = instantOf(zone, addDays(date, 1), '00:00')
  if (!eve) return { fromMs: instantOf(zone, date, start), toMs }
  let first = date
  for (let before = weekdayBefore(first); perhapsHolidayOn(before, calendar) !== undefined; ) {
    first = before
    before = weekdayBefore(first)
  }
  return { fromMs: instantOf(zone, addDays(first, -1), start), toMs }

  function weekdayBefore(one: string): string {
    const before = addDays(one, -1)
    return isOpenWeekday(before, calendar) ? before : weekdayBefore(before)
  }
}
