import { UsageError } from '../core/errors.ts'
import type { Day } from '../core/params.ts'
import type { Run } from '../core/run.ts'
import { addDays, dateIn } from '../datasets/days.ts'

/** First and last day, both included. */
export interface Range {
  readonly first: string
  readonly last: string
}

/** The date it is in New York. */
export const todayOf = ({ clock }: Pick<Run, 'clock'>): string => dateIn('America/New_York', clock.wallMs())

/** The date that it was there at a time in ISO 8601. */
export const dayOfTime = (at: string): string => dateIn('America/New_York', Date.parse(at))

/** The date that a flag means now. */
export const dateOf = (given: Day, run: Pick<Run, 'clock'>): string =>
  'date' in given ? given.date : addDays(todayOf(run), -given.daysAgo)

/**
 * The days that `--start` and `--end` mean now, none of them later than tomorrow.
 *
 * @throws {UsageError} when the first is after the last, or yet to come.
 */
export function rangeOf(
  { start, end }: { readonly start: Day; readonly end?: Day | undefined },
  { clock }: Pick<Run, 'clock'>,
): Range {
  const today = todayOf({ clock })
  const first = dateOf(start, { clock })
  const last = end ? dateOf(end, { clock }) : 'daysAgo' in start ? today : first
  if (last < first) throw new UsageError(`--end ${last} is before --start ${first}`)
  // Somewhere it is tomorrow already; later days have no files, and a range may well end with the year.
  const tomorrow = addDays(today, 1)
  if (first > tomorrow) throw new UsageError(`--start ${first} is yet to come: today is ${today}`)
  const [earlier = last] = [last, tomorrow].sort()
  return { first, last: earlier }
}
