import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datasets } from '../../src/datasets/all.ts'
import { anomalies, anomaliesOf } from '../../src/datasets/anomalies.ts'
import { windowOf } from '../../src/datasets/day-window.ts'
import { dateIn, instantOf, timeIn } from '../../src/datasets/days.ts'

const cases: readonly (readonly [what: string, dataset: string, date: string, from: string, to: string])[] = [
  ['winter in New York', 'stocks-trades', '2024-03-01', '2024-03-01T05:00', '2024-03-02T05:00'],
  [
    'the 23 hours of a Sunday in March',
    'stocks-trades',
    '2024-03-10',
    '2024-03-10T05:00',
    '2024-03-11T04:00',
  ],
  [
    'the 25 hours of a Sunday in November',
    'stocks-trades',
    '2024-11-03',
    '2024-11-03T04:00',
    '2024-11-04T05:00',
  ],
  ['a day of UTC', 'crypto-trades', '2024-03-10', '2024-03-10T00:00', '2024-03-11T00:00'],
  ['a session from its eve on', 'futures-cme-trades', '2025-07-08', '2025-07-07T22:00', '2025-07-09T05:00'],
  ['Monday from Sunday on', 'futures-cme-trades', '2025-07-14', '2025-07-13T22:00', '2025-07-15T05:00'],
  [
    'Tuesday after Labor Day from Sunday on',
    'futures-cme-trades',
    '2025-09-02',
    '2025-08-31T22:00',
    '2025-09-03T05:00',
  ],
  [
    'Monday after a holiday on Friday from Thursday on',
    'futures-cme-trades',
    '2025-07-07',
    '2025-07-03T22:00',
    '2025-07-08T05:00',
  ],
]
for (const [what, name, date, from, to] of cases)
  test(`${what}: ${name} of ${date} is from ${from} to ${to} UTC`, () => {
    const dataset = datasets.find((one) => one.name === name)
    assert.ok(dataset)
    const { fromMs, toMs } = windowOf(dataset, date)
    assert.deepEqual(
      [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 16)),
      [from, to],
    )
  })

test('an instant of a zone is shown there as it was asked for', () => {
  for (const zone of ['UTC', 'America/New_York', 'America/Chicago'])
    for (const date of ['2024-03-09', '2024-03-10', '2024-03-11', '2024-11-02', '2024-11-03', '2024-11-04'])
      for (const time of ['00:00', '04:00', '17:00', '23:59']) {
        const ms = instantOf(zone, date, time)
        assert.deepEqual([dateIn(zone, ms), timeIn(zone, ms)], [date, time], zone)
      }
})

test('each known anomaly is of datasets that there are, and says who told of it', () => {
  const names = new Set(datasets.map(({ name }) => name))
  for (const { datasets: named, first, last, source } of anomalies) {
    assert.ok(
      named.every((name) => names.has(name)),
      named.join(),
    )
    assert.ok(first <= last && source !== '')
  }
  assert.equal(anomaliesOf('options-daily', '2025-02-10').length, 1)
  assert.deepEqual(anomaliesOf('options-daily', '2025-02-11'), [])
  assert.deepEqual(anomaliesOf('stocks-minute', '2025-02-10'), [])
})
