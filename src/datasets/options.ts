import {
  barPricesOf,
  codesOf,
  correctionOf,
  countOf,
  decimalOf,
  exchangeOf,
  official,
  tickerOf,
  tickOf,
  windowStartOf,
} from './columns.ts'
import type { Column, Dataset } from './dataset.ts'
import { osiColumns } from './osi.ts'

const source = official('options')
/** What all of them have in common, but for the first day of the quotes. */
const opra = {
  since: '2014-06-02',
  day: { zone: 'America/New_York', start: '00:00' },
  calendar: 'nyse',
  symbols: 'option',
  examples: 'O:SPY241220P00720000,O:SPX*',
  derived: osiColumns,
  version: 1,
} as const

const ticker = tickerOf(source, 'O: and the OSI symbol: root, expiry, C or P, strike in thousandths')
const exchange = exchangeOf(source)
const price = decimalOf(source, 'USD for one share')
const size = decimalOf(source, 'contracts')
const tick = tickOf(source)

const trades = {
  name: 'options-trades',
  aliases: ['options_trades', 'us_options_opra/trades_v1', 'us_options/trades_v1'],
  summary: 'Every trade of US options, one file a day',
  table: 'options_trades',
  prefix: 'us_options_opra/trades_v1',
  ...opra,
  columns: {
    ticker,
    conditions: codesOf(source, 'condition codes, comma-separated, as 209,227'),
    correction: correctionOf(source),
    exchange: { ...exchange, about: 'where it was traded' },
    participant_timestamp: {
      ...tick,
      about: 'when the exchange made the trade; in older files only',
      optional: true,
    },
    price: { ...price, about: 'price of the option' },
    sip_timestamp: { ...tick, about: 'when the SIP received it' },
    size: { ...size, about: 'contracts traded' },
  },
} as const satisfies Dataset

const quotes = {
  name: 'options-quotes',
  aliases: ['options_quotes', 'us_options_opra/quotes_v1', 'us_options/quotes_v1'],
  summary: 'Every best bid and offer of US options, one file a day',
  table: 'options_quotes',
  prefix: 'us_options_opra/quotes_v1',
  ...opra,
  since: '2022-03-07',
  columns: {
    ticker,
    ask_exchange: { ...exchange, about: 'where the best ask is' },
    ask_price: { ...price, about: 'best ask; 0 when there is none' },
    ask_size: { ...size, about: 'contracts at the ask' },
    bid_exchange: { ...exchange, about: 'where the best bid is' },
    bid_price: { ...price, about: 'best bid; 0 when there is none' },
    bid_size: { ...size, about: 'contracts at the bid' },
    sequence_number: { ...countOf(source, 'count'), about: 'ascending for a ticker and day, with gaps' },
    sip_timestamp: { ...tick, about: 'when the SIP received it; ascending for a ticker' },
  },
} as const satisfies Dataset

/** Only minutes and days with eligible trades have a bar. */
const bar = {
  ticker,
  volume: { ...size, about: 'contracts traded in the window' },
  ...barPricesOf(price),
  window_start: windowStartOf('start of the window; of a day, midnight in New York'),
  transactions: { ...countOf(source, 'trades'), about: 'trades in the window' },
} as const satisfies Record<string, Column>

const minute = {
  name: 'options-minute',
  aliases: [
    'options_minute',
    'options_minute_aggs',
    'us_options_opra/minute_aggs_v1',
    'us_options/minute_aggs_v1',
  ],
  summary: 'One-minute price bars of US options, one file a day',
  table: 'options_minute',
  prefix: 'us_options_opra/minute_aggs_v1',
  ...opra,
  columns: bar,
} as const satisfies Dataset

const daily = {
  name: 'options-daily',
  aliases: ['options_daily', 'options_day_aggs', 'us_options_opra/day_aggs_v1', 'us_options/day_aggs_v1'],
  summary: 'Daily price bars of US options, one file a day',
  table: 'options_daily',
  prefix: 'us_options_opra/day_aggs_v1',
  ...opra,
  columns: bar,
} as const satisfies Dataset

export { daily as optionsDaily, minute as optionsMinute, quotes as optionsQuotes, trades as optionsTrades }
