import {
  barPricesOf,
  codesOf,
  correctionOf,
  countOf,
  decimalOf,
  exchangeOf,
  observed,
  official,
  tickerOf,
  tickOf,
  windowStartOf,
} from './columns.ts'
import type { Column, Dataset } from './dataset.ts'

const source = official('stocks')
/** What all of them have in common. */
const sip = {
  since: '2003-09-10',
  day: { zone: 'America/New_York', start: '00:00' },
  calendar: 'nyse',
  version: 1,
} as const

const ticker = tickerOf(source, 'ticker symbol, case-sensitive')
const exchange = exchangeOf(source)
const price = decimalOf(source, 'USD')
const size = decimalOf(source, 'shares, fractional since 2026')
const tick = tickOf(source)
const sequenceNumber = { ...countOf(source, 'count'), about: 'ascending for a ticker and day, with gaps' }
const tape = {
  kind: 'int32',
  unit: 'tape',
  about: '1 NYSE, 2 Arca and American, 3 Nasdaq',
  source,
} as const

/** The vendor promises none; all tickers of a whole day were looked at. */
const order = { by: 'sip_timestamp', source: observed } as const

const trades = {
  name: 'stocks-trades',
  aliases: ['stocks_trades', 'us_stocks_sip/trades_v1'],
  summary: 'Every trade of US stocks, one file a day',
  table: 'stocks_trades',
  prefix: 'us_stocks_sip/trades_v1',
  ...sip,
  order,
  columns: {
    ticker,
    conditions: codesOf(source, 'condition codes, comma-separated, as 12,37'),
    correction: correctionOf(source),
    exchange: { ...exchange, about: 'where it was traded' },
    id: {
      kind: 'utf8',
      unit: 'id',
      about: 'unique for ticker, exchange and TRF; not always a number',
      source: observed,
    },
    participant_timestamp: { ...tick, about: 'when the exchange made the trade' },
    price: { ...price, about: 'price of one share' },
    sequence_number: sequenceNumber,
    sip_timestamp: { ...tick, about: 'when the SIP received it; ascending for a ticker' },
    size: { ...size, about: 'shares traded' },
    tape,
    trf_id: { kind: 'int32', unit: 'TRF id', about: 'trade reporting facility', source },
    trf_timestamp: { ...tick, about: 'when the TRF received it', zeroIsNull: true },
  },
} as const satisfies Dataset

const quotes = {
  name: 'stocks-quotes',
  aliases: ['stocks_quotes', 'us_stocks_sip/quotes_v1'],
  summary: 'Every best bid and offer of US stocks, one file a day',
  table: 'stocks_quotes',
  prefix: 'us_stocks_sip/quotes_v1',
  ...sip,
  order,
  columns: {
    ticker,
    ask_exchange: { ...exchange, about: 'where the best ask is' },
    ask_price: { ...price, about: 'best ask; 0 when there is none' },
    ask_size: { ...size, about: 'shares at the ask; up to 2011 in round lots' },
    bid_exchange: { ...exchange, about: 'where the best bid is' },
    bid_price: { ...price, about: 'best bid; 0 when there is none' },
    bid_size: { ...size, about: 'shares at the bid; up to 2011 in round lots' },
    conditions: codesOf(source, 'condition codes, comma-separated'),
    indicators: codesOf(source, 'indicator codes, comma-separated'),
    participant_timestamp: { ...tick, about: 'when the exchange made the quote' },
    sequence_number: sequenceNumber,
    sip_timestamp: { ...tick, about: 'when the SIP received it; ascending for a ticker' },
    tape,
    trf_timestamp: { ...tick, about: 'when the TRF received it', zeroIsNull: true },
  },
} as const satisfies Dataset

/** Prices are not adjusted for splits. Only minutes and days with eligible trades have a bar. */
const bar = {
  ticker,
  volume: { ...size, about: 'shares traded in the window' },
  ...barPricesOf(price),
  window_start: windowStartOf('start of the window; of a day, midnight in New York'),
  transactions: { ...countOf(source, 'trades'), about: 'trades in the window' },
} as const satisfies Record<string, Column>

const minute = {
  name: 'stocks-minute',
  aliases: ['stocks_minute', 'stocks_minute_aggs', 'us_stocks_sip/minute_aggs_v1'],
  summary: 'One-minute price bars of US stocks, one file a day',
  table: 'stocks_minute',
  prefix: 'us_stocks_sip/minute_aggs_v1',
  ...sip,
  columns: bar,
} as const satisfies Dataset

const daily = {
  name: 'stocks-daily',
  aliases: ['stocks_daily', 'stocks_day_aggs', 'us_stocks_sip/day_aggs_v1'],
  summary: 'Daily price bars of US stocks, one file a day',
  table: 'stocks_daily',
  prefix: 'us_stocks_sip/day_aggs_v1',
  ...sip,
  columns: bar,
} as const satisfies Dataset

export { daily as stocksDaily, minute as stocksMinute, quotes as stocksQuotes, trades as stocksTrades }
