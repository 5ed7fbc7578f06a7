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

const source = official('futures')
/** What all of them have in common: the session of a day begins on the evening before, and may end after it. */
const session = {
  since: '2017-04-03',
  day: { zone: 'America/Chicago', start: '17:00', eve: true },
  calendar: 'futures',
  symbols: 'contract',
  examples: 'ESZ5,NQ*',
  version: 1,
} as const

const ticker = tickerOf(source, 'contract, as ESZ5, or a spread of several, as BZ:BF G6-H6-J6')
const price = decimalOf(source, 'as the exchange quotes it')
const size = decimalOf(source, 'contracts')
const exchange = { ...exchangeOf(source), about: 'where it was traded' }
/** The vendor's older samples have milliseconds, as 1754843586948.6707. */
const tick = { ...tickOf(source), orMilliseconds: true } as const
const sequence = { ...countOf(source, 'count'), about: 'ascending for a ticker and day, with gaps' }
const reported = {
  ...countOf(observed, 'count'),
  about: 'reporting sequence; not in older files',
  optional: true,
} as const
const sessionEnd = {
  kind: 'date',
  unit: 'day',
  about: 'trading day of the session; may differ from that of the file',
  source,
} as const

/** Prices of spreads may be negative. */
const tradeColumns = {
  ticker,
  timestamp: { ...tick, about: 'when the exchange made the trade' },
  sequence_number: sequence,
  report_sequence: reported,
  conditions: { ...codesOf(source, 'condition codes, as [401]; in older files only'), optional: true },
  price: { ...price, about: 'price of one contract' },
  size: { ...size, about: 'contracts traded' },
  correction: correctionOf(source),
  exchange,
  session_end_date: sessionEnd,
} as const satisfies Record<string, Column>

const quoteColumns = {
  ticker,
  timestamp: { ...tick, about: 'when the exchange made the quote' },
  sequence_number: { ...sequence, optional: true },
  report_sequence: reported,
  ask_timestamp: { ...tick, about: 'when the ask was made; may be days before' },
  ask_price: { ...price, about: 'best ask' },
  ask_size: { ...size, about: 'contracts at the ask; 0 when there is none' },
  bid_timestamp: { ...tick, about: 'when the bid was made; may be days before' },
  bid_price: { ...price, about: 'best bid' },
  bid_size: { ...size, about: 'contracts at the bid; 0 when there is none' },
  exchange,
  session_end_date: sessionEnd,
} as const satisfies Record<string, Column>

const { open, close, high, low } = barPricesOf(price)
const bar = {
  ticker,
  exchange,
  session_end_date: sessionEnd,
  window_start: windowStartOf('start of the window; of a session, the evening before'),
  open,
  high,
  low,
  close,
  volume: { ...size, about: 'contracts traded in the window' },
  dollar_volume: {
    ...decimalOf(observed, 'USD'),
    about: 'what they were worth; the vendor says that minutes lack it, files have it',
    optional: true,
  },
  transactions: { ...countOf(source, 'trades'), about: 'trades in the window' },
} as const satisfies Record<string, Column>

/** What follows from the names of an exchange, of a dataset, and of its type in the bucket. */
const named = <const X extends string, const D extends string, const T extends string>(
  exchange: X,
  dataset: D,
  type: T,
) =>
  ({
    name: `futures-${exchange}-${dataset}`,
    aliases: [`futures_${exchange}_${dataset}`, `us_futures_${exchange}/${type}`],
    table: `futures_${exchange}_${dataset}`,
    prefix: `us_futures_${exchange}/${type}`,
    ...session,
  }) as const

/** The four datasets of an exchange: they differ in nothing but its name. */
const datasetsOf = <const X extends string>(exchange: X, title: string) => {
  const minute = named(exchange, 'minute', 'minute_aggs_v1')
  const daily = named(exchange, 'daily', 'session_aggs_v1')
  return {
    trades: {
      ...named(exchange, 'trades', 'trades_v1'),
      summary: `Every trade of ${title} futures, one file a day`,
      columns: tradeColumns,
    },
    quotes: {
      ...named(exchange, 'quotes', 'quotes_v1'),
      summary: `Every best bid and offer of ${title} futures, one file a day`,
      columns: quoteColumns,
    },
    minute: {
      ...minute,
      aliases: [...minute.aliases, `futures_${exchange}_minute_aggs`],
      summary: `One-minute price bars of ${title} futures, one file a day`,
      columns: bar,
    },
    daily: {
      ...daily,
      aliases: [...daily.aliases, `futures-${exchange}-session`, `futures_${exchange}_session_aggs`],
      summary: `Price bars of the sessions of ${title} futures, one file a day`,
      columns: bar,
    },
  } as const satisfies Readonly<Record<string, Dataset>>
}

export const futuresCbot = datasetsOf('cbot', 'CBOT')
export const futuresCme = datasetsOf('cme', 'CME')
export const futuresComex = datasetsOf('comex', 'COMEX')
export const futuresNymex = datasetsOf('nymex', 'NYMEX')
