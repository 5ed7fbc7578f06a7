import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { datasets } from '../../src/datasets/all.ts'
import {
  type CalendarName,
  calendars,
  earlyCloses,
  holidayOn,
  isTradingDay,
  perhapsHolidayOn,
  tradingDays,
} from '../../src/datasets/calendar.ts'
import { addDays, datesBetween, isWeekend } from '../../src/datasets/days.ts'

/** What the exchange has published, which no code of ours has made. */
const published = readFileSync('test/fixtures/nyse-holidays.txt', 'utf8')
  .split('\n')
  .filter((line) => /^\d/.test(line))
  .map((line) => {
    const [year = '', closed = '', early = '', days = ''] = line.split('|').map((part) => part.trim())
    const dates = (part: string) => part.split(' ').map((day) => `${year}-${day}`)
    return { year, closed: dates(closed), early: dates(early), days: Number(days) }
  })

test('there is a published line for every year from 2003 to 2030', () => {
  assert.deepEqual(
    published.map(({ year }) => Number(year)),
    Array.from({ length: 28 }, (_, i) => 2003 + i),
  )
})

for (const { year, closed, early, days } of published)
  test(`${year} has the holidays, early closes and ${days} trading days that the exchange published`, () => {
    const [first, last] = [`${year}-01-01`, `${year}-12-31`]
    const open = tradingDays(first, last)
    const weekdays = datesBetween(first, last).filter((date) => !isWeekend(date))
    assert.deepEqual(
      weekdays.filter((date) => !open.includes(date)),
      closed,
    )
    assert.deepEqual(
      weekdays.filter((date) => holidayOn(date) !== undefined),
      closed,
    )
    assert.deepEqual(
      earlyCloses(first, last).map(({ date }) => date),
      early,
    )
    assert.equal(open.length, days)
  })

const named: readonly [date: string, name: string | undefined][] = [
  ['2024-03-29', 'Good Friday'],
  ['2024-06-19', 'Juneteenth'],
  ['2022-06-20', 'Juneteenth (observed)'],
  ['2021-06-18', undefined],
  ['2021-12-24', 'Christmas Day (observed)'],
  ['2021-12-31', undefined],
  ['2023-01-02', "New Year's Day (observed)"],
  ['2027-07-05', 'Independence Day (observed)'],
  ['2004-06-11', 'mourning for President Reagan'],
  ['2012-10-30', 'Hurricane Sandy'],
  ['2025-01-09', 'mourning for President Carter'],
  ['2025-01-20', 'Martin Luther King Jr. Day'],
  // The years in which the reckoning of Easter has its exceptions.
  ['2049-04-16', 'Good Friday'],
  ['2076-04-17', 'Good Friday'],
  // A Saturday holiday is a Saturday.
  ['2026-07-04', undefined],
  ['2024-03-28', undefined],
]
test('a day without trading has the name of its holiday, and any other has none', () => {
  for (const [date, name] of named) assert.equal(holidayOn(date), name, date)
})

test('an early close tells its time and its name', () => {
  assert.deepEqual(earlyCloses('2024-12-20', '2024-12-31'), [
    { date: '2024-12-24', time: '13:00', name: 'Christmas Eve' },
  ])
})

// 2024-12-23 is a Monday.
const weeks: readonly [calendar: CalendarName, open: string][] = [
  ['nyse', '23 24 26 27'],
  ['forex', '23 24 25 26 27 29'],
  ['futures', '23 24 25 26 27'],
  ['crypto', '23 24 25 26 27 28 29'],
]
for (const [calendar, open] of weeks)
  test(`in the week of Christmas 2024 ${calendar} is open on the ${open}`, () => {
    assert.deepEqual(
      tradingDays('2024-12-23', '2024-12-29', calendar).map((date) => date.slice(8)),
      open.split(' '),
    )
  })

test('what is not known of forex and futures is said to be so', () => {
  assert.equal(perhapsHolidayOn('2024-12-25', 'forex'), 'Christmas Day')
  assert.equal(perhapsHolidayOn('2024-03-29', 'forex'), undefined)
  assert.equal(perhapsHolidayOn('2024-03-29', 'futures'), 'Good Friday')
  assert.equal(perhapsHolidayOn('2024-12-25', 'crypto'), undefined)
  assert.equal(holidayOn('2024-12-25', 'forex'), undefined)
})

test('of any span, the trading days are those of its days that are one, in order', () => {
  const names = Object.keys(calendars) as CalendarName[]
  const date = fc.nat(365 * 27).map((days) => addDays('2003-01-01', days))
  const days = fc.property(date, fc.nat(40), fc.constantFrom(...names), (start, length, calendar) => {
    const end = addDays(start, length)
    assert.deepEqual(
      tradingDays(start, end, calendar),
      datesBetween(start, end).filter((day) => isTradingDay(day, calendar)),
    )
  })
  fc.assert(days)
})

for (const date of ['2024-02-30', '2024-3-1', '2002-12-31'])
  test(`${date} is refused`, () => {
    for (const ask of [
      () => tradingDays(date, '2024-03-01'),
      () => holidayOn(date),
      () => isTradingDay(date),
    ])
      assert.throws(ask, { reason: 'usage', message: new RegExp(`^${date}`) })
  })

for (const { name, calendar } of datasets)
  test(`${name} names a calendar that is there`, () => {
    assert.ok(Object.hasOwn(calendars, calendar))
  })
