import { barPricesOf, decimalOf, official, tickerOf, tickOf, windowStartOf } from './columns.ts'
import type { Column, Dataset } from './dataset.ts'

const source = official('indices')
/** What all of them have in common. */
const indices = {
  since: '2023-02-14',
  day: { zone: 'America/New_York', start: '00:00' },
  calendar: 'nyse',
  examples: 'I:SPX,I:NDX*',
  version: 1,
} as const

const ticker = tickerOf(source, 'I: and the symbol of the index, case-sensitive')
const points = decimalOf(source, 'points')

const values = {
  name: 'indices-values',
  aliases: ['indices_values', 'us_indices/values_v1'],
  summary: 'Every value of US indices, one file a day',
  table: 'indices_values',
  prefix: 'us_indices/values_v1',
  ...indices,
  columns: {
    ticker,
    value: { ...points, about: 'value of the index' },
    timestamp: { ...tickOf(source), about: 'when it had that value' },
  },
} as const satisfies Dataset

/** Nothing is traded: there is no volume. */
const bar = {
  ticker,
  ...barPricesOf(points),
  window_start: windowStartOf('start of the window; of a day, 01:00 in New York'),
} as const satisfies Record<string, Column>

const minute = {
  name: 'indices-minute',
  aliases: ['indices_minute', 'indices_minute_aggs', 'us_indices/minute_aggs_v1'],
  summary: 'One-minute bars of US indices, one file a day',
  table: 'indices_minute',
  prefix: 'us_indices/minute_aggs_v1',
  ...indices,
  columns: bar,
} as const satisfies Dataset

const daily = {
  name: 'indices-daily',
  aliases: ['indices_daily', 'indices_day_aggs', 'us_indices/day_aggs_v1'],
  summary: 'Daily bars of US indices, one file a day',
  table: 'indices_daily',
  prefix: 'us_indices/day_aggs_v1',
  ...indices,
  // So has the file of Good Friday 2023.
  columns: { ...bar, window_start: { ...bar.window_start, zeroTimeIsNull: true } },
} as const satisfies Dataset

export { daily as indicesDaily, minute as indicesMinute, values as indicesValues }
