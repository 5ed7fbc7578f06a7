/** How a holiday finds its day. Weekdays count from 0, Sunday. */
export type When =
  /** A day of the year. Observed on a weekday: `nearest` is Friday for Saturday and Monday for Sunday, `monday` has no Friday. */
  | {
      readonly month: number
      readonly day: number
      readonly observed?: 'nearest' | 'monday'
    }
  /** The nth such weekday of a month, -1 for its last; `plus` days after it. */
  | {
      readonly month: number
      readonly weekday: number
      readonly nth: number
      readonly plus?: number
    }
  /** Days from Easter Sunday. */
  | { readonly easter: number }
  /** Once. */
  | { readonly date: string }

/** A day that comes by a rule. */
export interface Rule {
  readonly name: string
  readonly when: When
  /** First year of it. */
  readonly since?: number
  readonly source: string
}

const rule72 = 'NYSE Rule 7.2'
const announced = 'NYSE Group, holiday and early closings calendar'
const adHoc = 'NYSE, special closings'
const [monday, thursday] = [1, 4]

/**
 * Days on which the exchange is closed. A New Year's Day on a Saturday is not observed on the Friday before, which ends an
 * accounting period.
 */
export const nyseHolidays: readonly Rule[] = [
  { name: "New Year's Day", when: { month: 1, day: 1, observed: 'monday' }, source: rule72 },
  { name: 'Martin Luther King Jr. Day', when: { month: 1, weekday: monday, nth: 3 }, source: announced },
  { name: "Washington's Birthday", when: { month: 2, weekday: monday, nth: 3 }, source: announced },
  { name: 'Good Friday', when: { easter: -2 }, source: announced },
  { name: 'Memorial Day', when: { month: 5, weekday: monday, nth: -1 }, source: announced },
  { name: 'Juneteenth', when: { month: 6, day: 19, observed: 'nearest' }, since: 2022, source: announced },
  { name: 'Independence Day', when: { month: 7, day: 4, observed: 'nearest' }, source: rule72 },
  { name: 'Labor Day', when: { month: 9, weekday: monday, nth: 1 }, source: announced },
  { name: 'Thanksgiving Day', when: { month: 11, weekday: thursday, nth: 4 }, source: announced },
  { name: 'Christmas Day', when: { month: 12, day: 25, observed: 'nearest' }, source: rule72 },
  { name: 'mourning for President Reagan', when: { date: '2004-06-11' }, source: adHoc },
  { name: 'mourning for President Ford', when: { date: '2007-01-02' }, source: adHoc },
  { name: 'Hurricane Sandy', when: { date: '2012-10-29' }, source: adHoc },
  { name: 'Hurricane Sandy', when: { date: '2012-10-30' }, source: adHoc },
  { name: 'mourning for President George H. W. Bush', when: { date: '2018-12-05' }, source: adHoc },
  { name: 'mourning for President Carter', when: { date: '2025-01-09' }, source: adHoc },
]

/**
 * Days that end at 13:00 New York time, where they are trading days: on the Friday before a Saturday holiday there is no
 * trading at all. Before 2013 a 3rd of July on a Wednesday was a full day, and a 5th on a Friday was not; since 2003 there
 * was neither.
 */
export const nyseEarlyCloses: readonly Rule[] = [
  { name: 'day before Independence Day', when: { month: 7, day: 3 }, source: announced },
  {
    name: 'day after Thanksgiving',
    when: { month: 11, weekday: thursday, nth: 4, plus: 1 },
    source: announced,
  },
  { name: 'Christmas Eve', when: { month: 12, day: 24 }, source: announced },
  { name: 'day after Christmas', when: { date: '2003-12-26' }, source: adHoc },
]

/** On these days the foreign-exchange market rests, but no source tells whether the vendor has a file. */
export const forexRests: readonly Rule[] = [
  { name: "New Year's Day", when: { month: 1, day: 1 }, source: 'custom of the market, not documented' },
  { name: 'Christmas Day', when: { month: 12, day: 25 }, source: 'custom of the market, not documented' },
]

const fixed = (year: number, month: number, day: number): Date => new Date(Date.UTC(year, month - 1, day))
const text = (day: Date): string => day.toISOString().slice(0, 10)

/** The day of a rule in a year: the one it is kept on. Nothing when it has none in that year. */
export function dayOf({ when, since = 0 }: Rule, year: number): string | undefined {
  if (year < since) return undefined
  if ('date' in when) return when.date.startsWith(`${year}-`) ? when.date : undefined
  if ('easter' in when) return text(easterOf(year, when.easter))
  if ('weekday' in when) return text(nthOf(year, when))
  const shift = observedShift(fixed(year, when.month, when.day).getUTCDay(), when.observed)
  return text(fixed(year, when.month, when.day + shift))
}

/** Whether a rule is kept on another day than its own in that year. */
export function isMoved({ when }: Rule, date: string): boolean {
  return 'day' in when && Number(date.slice(8)) !== when.day
}

function observedShift(weekday: number, observed: 'nearest' | 'monday' | undefined): number {
  if (observed !== undefined && weekday === 0) return 1
  return observed === 'nearest' && weekday === 6 ? -1 : 0
}

function nthOf(
  year: number,
  {
    month,
    weekday,
    nth,
    plus = 0,
  }: { readonly month: number; readonly weekday: number; readonly nth: number; readonly plus?: number },
): Date {
  // The last of a month is the one before the first of the next.
  const [first, weeks] = nth > 0 ? [fixed(year, month, 1), nth - 1] : [fixed(year, month + 1, 1), nth]
  const ahead = (7 + weekday - first.getUTCDay()) % 7
  return new Date(first.getTime() + (ahead + 7 * weeks + plus) * 86_400_000)
}

/** So many days from Easter Sunday, by the Gregorian computus: the golden number, the epact, the Sunday after. */
function easterOf(year: number, offset: number): Date {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const skipped = century - Math.floor(century / 4)
  const lunar = Math.floor((8 * century + 13) / 25)
  const epact = (19 * golden + skipped - lunar + 15) % 30
  const late = epact === 29 || (epact === 28 && golden > 10) ? 1 : 0
  const fullMoon = fixed(year, 3, 21 + epact - late)
  return new Date(fullMoon.getTime() + (7 - fullMoon.getUTCDay() + offset) * 86_400_000)
}
