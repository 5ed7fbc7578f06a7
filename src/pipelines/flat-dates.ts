import { UsageError } from '../core/errors.ts'
import type { Day } from '../core/params.ts'
import type { Run } from '../core/run.ts'
import { addDays, dateIn } from '../datasets/days.ts'

/** First and last day, both included. */
export interface Range {
  readonly first: string
  readonly last: string
}

/**
 * The days that `--start` and `--end` mean now, none of them later than tomorrow.
 *
 * @throws {UsageError} when the first is after the last, or yet to come.
 */
export function rangeOf(
  { start, end }: { readonly start: Day; readonly end?: Day | undefined },
  { clock }: Pick<Run, 'clock'>,
): Range {
  const today = dateIn('America/New_York', clock.wallMs())
  const dateOf = (given: Day): string => ('date' in given ? given.date : addDays(today, -given.daysAgo))
  const first = dateOf(start)
  const last = end ? dateOf(end) : 'daysAgo' in start ? today : first
  if (last < first) throw new UsageError(`--end ${last} is before --start ${first}`)
  // Somewhere it is tomorrow already; later days have no files, and a range may well end with the year.
  const tomorrow = addDays(today, 1)
  if (first > tomorrow) throw new UsageError(`--start ${first} is yet to come: today is ${today}`)
  const [earlier = last] = [last, tomorrow].sort()
  return { first, last: earlier }
}
