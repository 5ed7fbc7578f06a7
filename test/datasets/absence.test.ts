import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Absence, absenceOf, absenceText, isExcused } from '../../src/datasets/absence.ts'
import { type CalendarName, calendars } from '../../src/datasets/calendar.ts'
import { addDays } from '../../src/datasets/days.ts'

const at = (now: string) => ({ listed: false, wallMs: Date.parse(now) })
const since = '2003-09-10'

interface Case {
  readonly date: string
  readonly now?: string
  readonly calendar?: CalendarName
  readonly says: string
  readonly excused: boolean
}

const due = (date: string) => `not yet published: due on ${date} by about 11:00 New York time`
const hole = 'hole: a trading day without a file'
const cases: readonly Case[] = [
  { date: '2003-09-09', says: 'before the first day, 2003-09-10', excused: false },
  { date: '2003-09-10', says: hole, excused: false },
  { date: '2024-03-30', says: 'weekend', excused: true },
  { date: '2024-03-29', says: 'holiday: Good Friday', excused: true },
  { date: '2024-07-05', says: hole, excused: false },
  // 11:00 in New York is 15:00 UTC in summer, 16:00 in winter.
  { date: '2024-06-11', now: '2024-06-12T14:59:00Z', says: due('2024-06-12'), excused: true },
  { date: '2024-06-11', now: '2024-06-12T15:00:00Z', says: hole, excused: false },
  { date: '2024-01-11', now: '2024-01-12T15:59:00Z', says: due('2024-01-12'), excused: true },
  { date: '2024-01-11', now: '2024-01-12T16:00:00Z', says: hole, excused: false },
  // A Friday is due on Saturday, and a day to come is not yet published either.
  { date: '2024-06-14', now: '2024-06-15T14:00:00Z', says: due('2024-06-15'), excused: true },
  { date: '2024-06-14', now: '2024-06-15T15:00:00Z', says: hole, excused: false },
  { date: '2024-06-12', now: '2024-06-11T00:00:00Z', says: due('2024-06-13'), excused: true },
  // A holiday is one before it comes.
  { date: '2024-07-04', now: '2024-07-04T14:00:00Z', says: 'holiday: Independence Day', excused: true },
  { date: '2024-12-25', calendar: 'crypto', says: hole, excused: false },
  { date: '2024-03-30', calendar: 'crypto', says: hole, excused: false },
  { date: '2024-03-30', calendar: 'forex', says: 'weekend', excused: true },
  { date: '2024-03-31', calendar: 'forex', says: hole, excused: false },
  { date: '2024-12-25', calendar: 'forex', says: 'perhaps a holiday: Christmas Day', excused: true },
  { date: '2024-03-31', calendar: 'futures', says: 'weekend', excused: true },
  { date: '2024-03-29', calendar: 'futures', says: 'perhaps a holiday: Good Friday', excused: true },
  {
    date: '2024-03-29',
    now: '2024-03-30T10:00:00Z',
    calendar: 'futures',
    says: due('2024-03-30'),
    excused: true,
  },
]
for (const { date, now = '2025-01-01T00:00:00Z', calendar = 'nyse', says, excused } of cases)
  test(`${date} of ${calendar} is absent at ${now}: ${says}`, () => {
    const absence = absenceOf({ since, calendar }, date, at(now))
    assert.equal(absenceText(absence), says)
    assert.equal(isExcused(absence), excused)
  })

test('what the listing has is not fetched, whatever the calendar says', () => {
  const names = Object.keys(calendars) as CalendarName[]
  const days = fc.nat(9000).map((n) => addDays('2002-01-01', n))
  const listed = fc.property(days, fc.constantFrom(...names), (date, calendar) => {
    const absence: Absence = absenceOf({ since, calendar }, date, { listed: true, wallMs: 0 })
    assert.deepEqual(absence, { kind: 'not-fetched' })
    assert.equal(isExcused(absence), false)
  })
  fc.assert(listed)
})
