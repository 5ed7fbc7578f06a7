import { UsageError } from '../core/errors.ts'
import { isDate } from '../core/params.ts'
import { dayOf, forexRests, isMoved, nyseEarlyCloses, nyseHolidays, type Rule } from './calendar-rules.ts'
import { datesBetween } from './days.ts'

/** On which days a market has a file. */
export interface Calendar {
  readonly about: string
  /** Days of the week that have one, from 0, Sunday. */
  readonly weekdays: readonly number[]
  /** Days without one. */
  readonly holidays: readonly Rule[]
  /** Days of which no source tells whether they have one. */
  readonly perhaps: readonly Rule[]
}

const mondayToFriday = [1, 2, 3, 4, 5]

/** The calendars that a dataset may name. */
export const calendars = {
  nyse: {
    about: 'the New York Stock Exchange: Monday to Friday but for its holidays and special closings',
    weekdays: mondayToFriday,
    holidays: nyseHolidays,
    perhaps: [],
  },
  forex: {
    about: 'Sunday to Friday, UTC',
    weekdays: [0, ...mondayToFriday],
    holidays: [],
    perhaps: forexRests,
  },
  futures: {
    // Sunday evening belongs to the session that ends on Monday. Products of one exchange keep different holidays.
    about: 'session end dates, Monday to Friday; the holidays of the exchanges are not known',
    weekdays: mondayToFriday,
    holidays: [],
    perhaps: nyseHolidays,
  },
  crypto: { about: 'every day, UTC', weekdays: [0, ...mondayToFriday, 6], holidays: [], perhaps: [] },
} as const satisfies Readonly<Record<string, Calendar>>

export type CalendarName = keyof typeof calendars

/** A day that ends before its time. */
export interface EarlyClose {
  readonly date: string
  /** In New York. */
  readonly time: string
  readonly name: string
}

/** First day of the rules. What the exchange did before is not in them. */
const calendarSince = '2003-01-01'

/**
 * Days from `start` to `end`, both included, on which a market trades; the New York Stock Exchange, by default. The
 * exchange has announced its holidays up to 2028; later years follow the same rules.
 *
 * @throws {UsageError} for a date that is none, or one before 2003.
 */
export function tradingDays(start: string, end: string, calendar: CalendarName = 'nyse'): string[] {
  for (const date of [start, end]) checkDate(date)
  const closed = new Set<string>()
  for (let year = yearOf(start); year <= yearOf(end); year++)
    for (const date of daysOf(calendars[calendar].holidays, year).keys()) closed.add(date)
  return datesBetween(start, end).filter((date) => isOpenWeekday(date, calendar) && !closed.has(date))
}

/** @throws {UsageError} for a date that is none, or one before 2003. */
export const isTradingDay = (date: string, calendar: CalendarName = 'nyse'): boolean =>
  tradingDays(date, date, calendar).length === 1

/**
 * Name of the holiday or special closing that leaves a day without trading, as `Christmas Day (observed)`. A Saturday
 * or Sunday is none.
 *
 * @throws {UsageError} for a date that is none, or one before 2003.
 */
export function holidayOn(date: string, calendar: CalendarName = 'nyse'): string | undefined {
  return ruleOn(calendars[calendar].holidays, date, calendar)
}

/** The same for days of which no source tells whether the market has a file. */
export const perhapsHolidayOn = (date: string, calendar: CalendarName): string | undefined =>
  ruleOn(calendars[calendar].perhaps, date, calendar)

/** Whether a market is open on that day of the week. */
export const isOpenWeekday = (date: string, calendar: CalendarName): boolean => {
  const weekdays: readonly number[] = calendars[calendar].weekdays
  return weekdays.includes(new Date(date).getUTCDay())
}

/**
 * Days from `start` to `end` on which the New York Stock Exchange closes at 13:00.
 *
 * @throws {UsageError} for a date that is none, or one before 2003.
 */
export function earlyCloses(start: string, end: string): EarlyClose[] {
  const names = new Map<string, string>()
  for (let year = yearOf(start); year <= yearOf(end); year++)
    for (const [date, name] of daysOf(nyseEarlyCloses, year)) names.set(date, name)
  return tradingDays(start, end).flatMap((date) => {
    const name = names.get(date)
    return name === undefined ? [] : [{ date, time: '13:00', name }]
  })
}

const yearOf = (date: string): number => Number(date.slice(0, 4))

/** Names of the days that some rules make in a year. */
function daysOf(rules: readonly Rule[], year: number): ReadonlyMap<string, string> {
  const days = new Map<string, string>()
  for (const rule of rules) {
    const date = dayOf(rule, year)
    if (date !== undefined) days.set(date, isMoved(rule, date) ? `${rule.name} (observed)` : rule.name)
  }
  return days
}

function ruleOn(rules: readonly Rule[], date: string, calendar: CalendarName): string | undefined {
  checkDate(date)
  return isOpenWeekday(date, calendar) ? daysOf(rules, yearOf(date)).get(date) : undefined
}

function checkDate(date: string): void {
  if (!isDate(date)) throw new UsageError(`${date} is not a day`, { hint: 'write 2024-03-01' })
  if (date < calendarSince)
    throw new UsageError(`${date}: the calendar begins on ${calendarSince}`, {
      hint: 'the flat files begin in September 2003',
    })
}
