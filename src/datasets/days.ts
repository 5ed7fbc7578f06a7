/** Dates are texts as `2024-03-01`, so that no time zone can move them. */

const dayMs = 86_400_000

/** The date it is at `wallMs` in a zone, as `America/New_York`. */
export const dateIn = (zone: string, wallMs: number): string =>
  // Of all locales this one writes dates as we do.
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(wallMs)

/** The time of day at `wallMs` in a zone, as `23:05`. */
export const timeIn = (zone: string, wallMs: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(wallMs)

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)

/** All dates from `start` to `end`, both included. */
export function datesBetween(start: string, end: string): string[] {
  const dates: string[] = []
  for (let date = start; date <= end; date = addDays(date, 1)) dates.push(date)
  return dates
}

export const isWeekend = (date: string): boolean => [0, 6].includes(new Date(date).getUTCDay())

/** The instant, in ms since 1970, at which clocks in a zone show a date and a time of day, as `09:30`. */
export function instantOf(zone: string, date: string, time: string): number {
  const shown = Date.parse(`${date}T${time}Z`)
  const aheadAt = (ms: number): number => Date.parse(`${dateIn(zone, ms)}T${timeIn(zone, ms)}Z`) - ms
  // What a zone is ahead of UTC may change on that day: the second look is from the instant itself.
  return shown - aheadAt(shown - aheadAt(shown))
}
