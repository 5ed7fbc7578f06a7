import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, dateIn, datesBetween, isWeekend, timeIn } from '../../src/datasets/days.ts'

const newYork = 'America/New_York'
const zones: readonly [zone: string, at: string, date: string][] = [
  ['UTC', '2024-03-01T00:00:00Z', '2024-03-01'],
  ['UTC', '2024-02-29T23:59:59.999Z', '2024-02-29'],
  [newYork, '2024-03-01T04:59:59Z', '2024-02-29'],
  [newYork, '2024-03-01T05:00:00Z', '2024-03-01'],
  [newYork, '2024-07-01T03:59:59Z', '2024-06-30'],
  [newYork, '2024-07-01T04:00:00Z', '2024-07-01'],
  [newYork, '2024-03-10T06:59:59Z', '2024-03-10'],
  [newYork, '2025-01-01T04:59:59Z', '2024-12-31'],
  ['Asia/Tokyo', '2024-03-01T15:00:00Z', '2024-03-02'],
]

test('the date in a zone is the one its clocks show', () => {
  for (const [zone, at, date] of zones) assert.equal(dateIn(zone, Date.parse(at)), date, `${at} in ${zone}`)
})

const times: readonly [zone: string, at: string, time: string][] = [
  ['UTC', '2024-03-01T00:00:00Z', '00:00'],
  [newYork, '2024-03-01T15:59:59Z', '10:59'],
  [newYork, '2024-03-01T16:00:00Z', '11:00'],
  [newYork, '2024-07-01T15:00:00Z', '11:00'],
]

test('the time in a zone is the one its clocks show, midnight being 00:00', () => {
  for (const [zone, at, time] of times) assert.equal(timeIn(zone, Date.parse(at)), time, `${at} in ${zone}`)
})

const sums: readonly [date: string, days: number, sum: string][] = [
  ['2024-02-28', 1, '2024-02-29'],
  ['2023-02-28', 1, '2023-03-01'],
  ['2024-03-01', -1, '2024-02-29'],
  ['2024-12-31', 1, '2025-01-01'],
  // Days on which New York's clocks change have 23 and 25 hours.
  ['2024-03-09', 2, '2024-03-11'],
  ['2024-11-02', 2, '2024-11-04'],
  ['2024-03-01', 0, '2024-03-01'],
  ['2024-01-01', 366, '2025-01-01'],
]

test('days are added over the ends of months and years, and no clock change moves them', () => {
  for (const [date, days, sum] of sums) assert.equal(addDays(date, days), sum, `${date} and ${days}`)
})

const spans: readonly [start: string, end: string, dates: readonly string[]][] = [
  ['2024-02-28', '2024-03-01', ['2024-02-28', '2024-02-29', '2024-03-01']],
  ['2024-03-01', '2024-03-01', ['2024-03-01']],
  ['2024-03-02', '2024-03-01', []],
]

test('between two dates lie both of them and all days in between', () => {
  for (const [start, end, dates] of spans) assert.deepEqual(datesBetween(start, end), dates)
})

test('of any span there are as many dates as days, each one after the last', () => {
  const date = fc.integer({ min: 12_000, max: 24_000 }).map((days) => addDays('1970-01-01', days))
  const spans = fc.property(date, fc.nat(800), (start, days) => {
    const dates = datesBetween(start, addDays(start, days))
    assert.equal(dates.length, days + 1)
    dates.slice(1).forEach((next, i) => {
      assert.equal(Date.parse(next) - Date.parse(dates[i] as string), 86_400_000)
    })
  })
  fc.assert(spans)
})

test('Saturday and Sunday are the weekend, wherever the machine stands', () => {
  const week = datesBetween('2024-03-04', '2024-03-10').map(isWeekend)
  assert.deepEqual(week, [false, false, false, false, false, true, true])
})
