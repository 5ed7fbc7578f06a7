import {
  barPricesOf,
  countOf,
  decimalOf,
  exchangeOf,
  official,
  tickerOf,
  tickOf,
  windowStartOf,
} from './columns.ts'
import type { Column, Dataset } from './dataset.ts'

const source = official('forex')
/** What all of them have in common. */
const forex = {
  since: '2009-09-25',
  day: { zone: 'UTC', start: '00:00' },
  calendar: 'forex',
  symbols: 'pair',
  examples: 'C:EUR-USD,C:JPY*',
  version: 1,
} as const

const ticker = tickerOf(source, 'C: and two currencies, as C:EUR-USD')
const exchange = exchangeOf(source)
const price = decimalOf(source, 'units of the second currency')

const quotes = {
  name: 'forex-quotes',
  aliases: ['forex_quotes', 'global_forex/quotes_v1'],
  summary: 'Every quote of currency pairs, one file a day',
  table: 'forex_quotes',
  prefix: 'global_forex/quotes_v1',
  ...forex,
  columns: {
    ticker,
    ask_exchange: { ...exchange, about: 'where the ask is' },
    ask_price: { ...price, about: 'ask for one unit of the first currency' },
    bid_exchange: { ...exchange, about: 'where the bid is' },
    bid_price: { ...price, about: 'bid for one unit of the first currency' },
    participant_timestamp: { ...tickOf(source), about: 'when the quote was made' },
  },
} as const satisfies Dataset

const bar = {
  ticker,
  volume: { ...decimalOf(source, 'quotes'), about: 'quotes in the window: nothing is traded in one place' },
  ...barPricesOf(price),
  window_start: windowStartOf('start of the window; of a day, midnight UTC'),
  transactions: { ...countOf(source, 'quotes'), about: 'quotes in the window' },
} as const satisfies Record<string, Column>

const minute = {
  name: 'forex-minute',
  aliases: ['forex_minute', 'forex_minute_aggs', 'global_forex/minute_aggs_v1'],
  summary: 'One-minute bars of currency pairs, one file a day',
  table: 'forex_minute',
  prefix: 'global_forex/minute_aggs_v1',
  ...forex,
  columns: bar,
} as const satisfies Dataset

const daily = {
  name: 'forex-daily',
  aliases: ['forex_daily', 'forex_day_aggs', 'global_forex/day_aggs_v1'],
  summary: 'Daily bars of currency pairs, one file a day',
  table: 'forex_daily',
  prefix: 'global_forex/day_aggs_v1',
  ...forex,
  columns: bar,
} as const satisfies Dataset

export { daily as forexDaily, minute as forexMinute, quotes as forexQuotes }
