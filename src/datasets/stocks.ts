import type { Column, Dataset } from './dataset.ts'

const official = 'massive.com, flat files, stocks'
const observed = 'public code that read the files'
const nanoseconds = 'ns since 1970-01-01T00:00Z'
/** What all of them have in common. */
const sip = {
  since: '2003-09-10',
  day: { zone: 'America/New_York', start: '00:00' },
  calendar: 'nyse',
  version: 1,
} as const

const ticker = {
  kind: 'utf8',
  unit: 'symbol',
  about: 'ticker symbol, case-sensitive',
  source: official,
} as const
const exchange = { kind: 'int32', unit: 'exchange id', source: official } as const
const price = { kind: 'float64', unit: 'USD', source: official } as const
const size = { kind: 'float64', unit: 'shares, fractional since 2026', source: official } as const
const tick = { kind: 'timestamp_ns', unit: nanoseconds, source: official } as const

const trades = {
  name: 'stocks-trades',
  aliases: ['stocks_trades'],
  summary: 'Every trade of US stocks, one file a day',
  table: 'stocks_trades',
  prefix: 'us_stocks_sip/trades_v1',
  ...sip,
  columns: {
    ticker,
    conditions: {
      kind: 'utf8',
      unit: 'codes',
      about: 'condition codes, comma-separated, as 12,37',
      source: official,
    },
    correction: { kind: 'int32', unit: 'code', about: 'trade correction indicator', source: official },
    exchange: { ...exchange, about: 'where it was traded' },
    id: {
      kind: 'utf8',
      unit: 'id',
      about: 'unique for ticker, exchange and TRF; not always a number',
      source: observed,
    },
    participant_timestamp: { ...tick, about: 'when the exchange made the trade' },
    price: { ...price, about: 'price of one share' },
    sequence_number: {
      kind: 'int64',
      unit: 'count',
      about: 'ascending for a ticker and day, with gaps',
      source: official,
    },
    sip_timestamp: { ...tick, about: 'when the SIP received it; ascending for a ticker' },
    size: { ...size, about: 'shares traded' },
    tape: { kind: 'int32', unit: 'tape', about: '1 NYSE, 2 Arca and American, 3 Nasdaq', source: official },
    trf_id: { kind: 'int32', unit: 'TRF id', about: 'trade reporting facility', source: official },
    trf_timestamp: { ...tick, about: 'when the TRF received it', zeroIsNull: true },
  },
} as const satisfies Dataset

const quotes = {
  name: 'stocks-quotes',
  aliases: ['stocks_quotes'],
  summary: 'Every best bid and offer of US stocks, one file a day',
  table: 'stocks_quotes',
  prefix: 'us_stocks_sip/quotes_v1',
  ...sip,
  columns: {
    ticker,
    ask_exchange: { ...exchange, about: 'where the best ask is' },
    ask_price: { ...price, about: 'best ask; 0 when there is none' },
    ask_size: { ...size, about: 'shares at the ask; up to 2011 in round lots' },
    bid_exchange: { ...exchange, about: 'where the best bid is' },
    bid_price: { ...price, about: 'best bid; 0 when there is none' },
    bid_size: { ...size, about: 'shares at the bid; up to 2011 in round lots' },
    conditions: { kind: 'utf8', unit: 'codes', about: 'condition codes, comma-separated', source: official },
    indicators: { kind: 'utf8', unit: 'codes', about: 'indicator codes, comma-separated', source: official },
    participant_timestamp: { ...tick, about: 'when the exchange made the quote' },
    sequence_number: {
      kind: 'int64',
      unit: 'count',
      about: 'ascending for a ticker and day, with gaps',
      source: official,
    },
    sip_timestamp: { ...tick, about: 'when the SIP received it; ascending for a ticker' },
    tape: { kind: 'int32', unit: 'tape', about: '1 NYSE, 2 Arca and American, 3 Nasdaq', source: official },
    trf_timestamp: { ...tick, about: 'when the TRF received it', zeroIsNull: true },
  },
} as const satisfies Dataset

/** Prices are not adjusted for splits. Only minutes and days with eligible trades have a bar. */
const bar = {
  ticker,
  volume: { ...size, about: 'shares traded in the window' },
  open: { ...price, about: 'first price' },
  close: { ...price, about: 'last price' },
  high: { ...price, about: 'highest price' },
  low: { ...price, about: 'lowest price' },
  window_start: {
    kind: 'timestamp_us',
    unit: 'us since 1970-01-01T00:00Z (ns in the file)',
    about: 'start of the window; of a day, midnight in New York',
    source: observed,
  },
  transactions: { kind: 'int64', unit: 'trades', about: 'trades in the window', source: official },
} as const satisfies Record<string, Column>

const minute = {
  name: 'stocks-minute',
  aliases: ['stocks_minute', 'stocks_minute_aggs'],
  summary: 'One-minute price bars of US stocks, one file a day',
  table: 'stocks_minute',
  prefix: 'us_stocks_sip/minute_aggs_v1',
  ...sip,
  columns: bar,
} as const satisfies Dataset

const daily = {
  name: 'stocks-daily',
  aliases: ['stocks_daily', 'stocks_day_aggs'],
  summary: 'Daily price bars of US stocks, one file a day',
  table: 'stocks_daily',
  prefix: 'us_stocks_sip/day_aggs_v1',
  ...sip,
  columns: bar,
} as const satisfies Dataset

export { daily as stocksDaily, minute as stocksMinute, quotes as stocksQuotes, trades as stocksTrades }
