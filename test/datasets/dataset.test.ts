import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kind } from '../../src/core/schema.ts'
import {
  type Dataset,
  fileColumns,
  keyOf,
  lakeColumns,
  monthPrefixOf,
  timestampStyles,
} from '../../src/datasets/dataset.ts'

const about = { unit: 'u', about: 'a', source: 's' } as const

const little = {
  name: 'little',
  aliases: [],
  summary: 'a little dataset',
  table: 'little',
  prefix: 'us_little/v1',
  since: '2024-01-01',
  day: { zone: 'UTC', start: '00:00' },
  calendar: 'nyse',
  version: 1,
  columns: {
    ticker: { ...about, kind: 'utf8' },
    up: { ...about, kind: 'bool' },
    code: { ...about, kind: 'int32' },
    sequence: { ...about, kind: 'int64' },
    price: { ...about, kind: 'float64' },
    day: { ...about, kind: 'date' },
    tick: { ...about, kind: 'timestamp_ns' },
    bar: { ...about, kind: 'timestamp_us' },
  },
} as const satisfies Dataset

const others = {
  ticker: 'utf8',
  up: 'bool',
  code: 'int32',
  sequence: 'int64',
  price: 'float64',
  day: 'date',
} as const

const styles: Readonly<
  Record<(typeof timestampStyles)[number], { readonly tick: Kind; readonly bar: Kind }>
> = {
  documented: { tick: 'timestamp_ns', bar: 'timestamp_us' },
  us: { tick: 'timestamp_us', bar: 'timestamp_us' },
  int64: { tick: 'int64', bar: 'int64' },
  utc: { tick: 'timestamp_ns_utc', bar: 'timestamp_us_utc' },
}

for (const style of timestampStyles)
  test(`in the style ${style} a lake holds ticks as ${styles[style].tick}, bars as ${styles[style].bar}, and the rest as it is`, () => {
    const columns = lakeColumns(little, style)
    assert.deepEqual(Object.entries(columns), Object.entries({ ...others, ...styles[style] }))
  })

test('a file holds nanoseconds, also where a lake stores microseconds', () => {
  const columns = Object.entries(fileColumns(little))
  assert.deepEqual(columns, Object.entries({ ...others, tick: 'timestamp_ns', bar: 'timestamp_ns' }))
})

const keys: readonly [date: string, key: string][] = [
  ['2024-03-01', 'us_little/v1/2024/03/2024-03-01.csv.gz'],
  ['2003-09-10', 'us_little/v1/2003/09/2003-09-10.csv.gz'],
  ['2024-12-31', 'us_little/v1/2024/12/2024-12-31.csv.gz'],
]

test('the key of a day is prefix, year, month and date, and begins with the prefix of its month', () => {
  for (const [date, key] of keys) {
    assert.equal(keyOf(little, date), key)
    assert.ok(key.startsWith(monthPrefixOf(little, date.slice(0, 7))))
  }
  assert.equal(monthPrefixOf(little, '2024-03'), 'us_little/v1/2024/03/')
})
