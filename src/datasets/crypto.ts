import {
  barPricesOf,
  codesOf,
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

const source = official('crypto')
/** What all of them have in common. */
const crypto = {
  since: '2013-11-01',
  day: { zone: 'UTC', start: '00:00' },
  calendar: 'crypto',
  symbols: 'pair',
  examples: 'X:BTC-USD,X:ETH*',
  version: 1,
} as const

const ticker = tickerOf(source, 'X: and two currencies, as X:BTC-USD')
const price = decimalOf(source, 'units of the second currency')
const size = decimalOf(source, 'units of the first currency')

const trades = {
  name: 'crypto-trades',
  aliases: ['crypto_trades', 'global_crypto/trades_v1'],
  summary: 'Every trade of crypto pairs, one file a day',
  table: 'crypto_trades',
  prefix: 'global_crypto/trades_v1',
  ...crypto,
  columns: {
    ticker,
    conditions: codesOf(source, 'condition codes: 0 regular, 1 a seller came, 2 a buyer came'),
    exchange: {
      ...exchangeOf(source),
      about: 'where it was traded: 1 Coinbase, 2 Bitfinex, 6 Bitstamp, 10 Binance.US, 23 Kraken',
    },
    id: {
      kind: 'utf8',
      unit: 'id',
      about: 'unique for ticker and exchange; not always a number',
      source: observed,
    },
    participant_timestamp: { ...tickOf(source), about: 'when the exchange made the trade' },
    price: { ...price, about: 'price of one unit of the first currency' },
    size: { ...size, about: 'units of the first currency traded' },
  },
} as const satisfies Dataset

const bar = {
  ticker,
  volume: { ...size, about: 'units of the first currency traded in the window' },
  ...barPricesOf(price),
  window_start: windowStartOf('start of the window; of a day, midnight UTC'),
  transactions: { ...countOf(source, 'trades'), about: 'trades in the window' },
} as const satisfies Record<string, Column>

const minute = {
  name: 'crypto-minute',
  aliases: ['crypto_minute', 'crypto_minute_aggs', 'global_crypto/minute_aggs_v1'],
  summary: 'One-minute price bars of crypto pairs, one file a day',
  table: 'crypto_minute',
  prefix: 'global_crypto/minute_aggs_v1',
  ...crypto,
  columns: bar,
} as const satisfies Dataset

const daily = {
  name: 'crypto-daily',
  aliases: ['crypto_daily', 'crypto_day_aggs', 'global_crypto/day_aggs_v1'],
  summary: 'Daily price bars of crypto pairs, one file a day',
  table: 'crypto_daily',
  prefix: 'global_crypto/day_aggs_v1',
  ...crypto,
  columns: bar,
} as const satisfies Dataset

export { daily as cryptoDaily, minute as cryptoMinute, trades as cryptoTrades }
