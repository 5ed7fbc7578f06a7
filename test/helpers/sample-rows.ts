/** What rows are written with. `midnight`, `opening`: seconds since 1970 at 00:00 and 04:00 in New York. */
export type Pen = {
  bytes: Uint8Array
  at: number
  readonly midnight: number
  readonly opening: number
  /** The format of 2026: six decimals, and zeros where the old one leaves fields out. */
  readonly six: boolean
  /** A whole number below 2 ** 31, pseudo-random. */
  readonly draw: () => number
}

/** Where a ticker stands. Whole numbers all: ns since 04:00 (below 2 ** 46, so exact), prices in 0.0001 dollars. */
export type Ticker = {
  readonly name: string
  readonly rows: number
  readonly tape: number
  seen: number
  offset: number
  /** How many ns before `offset` the participant saw it. */
  late: number
  trf: boolean
  open: number
  price: number
  /** What is between the price and the bid, the ask, the high or the low. */
  margin: number
  sequence: number
  id: number
  events: number
}

type Put = (pen: Pen, ticker: Ticker) => void

const second = 1_000_000_000
/** Which part of a ticker's ticks falls into which seconds after 04:00; ten seconds in, as others saw it before. */
const preMarket = { from: 0, upTo: 0.04, starts: 10, ends: 19_800 }
const regular = { from: 0.04, upTo: 0.96, starts: 19_800, ends: 43_200 }
const postMarket = { from: 0.96, upTo: 1, starts: 43_200, ends: 57_600 }

/** Moves a ticker on to its next trade or quote; half of them come within 66 us of the one before. */
function tick({ draw }: Pen, ticker: Ticker): void {
  const part = (ticker.seen + (draw() + draw() / 2 ** 31) / 2 ** 31) / ticker.rows
  const { from, upTo, starts, ends } =
    part < regular.from ? preMarket : part < regular.upTo ? regular : postMarket
  const due = Math.floor((starts + ((part - from) / (upTo - from)) * (ends - starts)) * second)
  const next = ticker.seen > 0 && draw() % 2 ? ticker.offset + (draw() % 65_536) : due
  ticker.offset = Math.min(Math.max(ticker.offset, next), 57_600 * second - 1)
  ticker.trf = draw() % 3 === 0
  ticker.late = draw() % (ticker.trf ? 2 * second : 500_000)
  ticker.sequence += 1 + (draw() % 64)
  ticker.id += 1 + (draw() % 8)
  walk(ticker, draw())
}

/** Moves a ticker on to its next bar, in another of the 960 minutes. */
function bar({ draw }: Pen, ticker: Ticker): void {
  const first = Math.floor((ticker.seen * 960) / ticker.rows)
  const end = Math.floor(((ticker.seen + 1) * 960) / ticker.rows)
  ticker.offset = (first + (draw() % (end - first))) * 60 * second
  ticker.events = 1 + (draw() % 2_000)
  ticker.open = ticker.price
  walk(ticker, draw())
}

/** The price stays half of the time, or moves by one to three cents; below a dollar, by hundredths of those. */
function walk(ticker: Ticker, bits: number): void {
  const step = ticker.price < 10_000 ? 1 : 100
  ticker.margin = step * (1 + ((bits >> 8) % 3))
  if ((bits & 1) === 0) return
  const move = step * (1 + ((bits >> 2) % 3))
  ticker.price += (bits & 2) === 0 && ticker.price > 500 ? -move : move
}

function pick<T>({ draw }: Pen, all: readonly T[]): T {
  return all[draw() % all.length] as T // a remainder is an index
}

function putText(pen: Pen, text: string): void {
  for (let i = 0; i < text.length; i++) pen.bytes[pen.at++] = text.charCodeAt(i)
}

/** Exactly `width` digits of a value below 2 ** 31. */
function putDigits(pen: Pen, value: number, width: number): void {
  let rest = value | 0
  for (let at = pen.at + width - 1; at >= pen.at; at--) {
    const tens = (rest / 10) | 0
    pen.bytes[at] = 48 + rest - tens * 10
    rest = tens
  }
  pen.at += width
}

function putInt(pen: Pen, value: number): void {
  let width = 1
  for (let limit = 10; limit <= value; limit *= 10) width++
  putDigits(pen, value, width)
}

/** Nineteen digits, in two parts of which neither is beyond an int32: `seconds` and `offset` ns after it. */
function putTime(pen: Pen, seconds: number, offset: number): void {
  const more = Math.floor(offset / second)
  putDigits(pen, seconds + more, 10)
  putDigits(pen, offset - more * second, 9)
}

function putPrice(pen: Pen, price: number): void {
  const part = price % 10_000
  putInt(pen, (price / 10_000) | 0)
  putText(pen, '.')
  putDigits(pen, part, 4)
  if (pen.six) putText(pen, '00')
  else pen.at -= part % 10 ? 0 : part % 100 ? 1 : part % 1000 ? 2 : 3
}

function putSize(pen: Pen, size: number): void {
  putInt(pen, size)
  if (!pen.six) return
  putText(pen, '.')
  putDigits(pen, size > 0 && pen.draw() % 8 === 0 ? pen.draw() % 1_000_000 : 0, 6)
}

const oneOf =
  (...texts: string[]): Put =>
  (pen) =>
    putText(pen, pick(pen, texts))

const zeroOrEmpty = (pen: Pen) => putText(pen, pen.six || pen.draw() % 4 > 0 ? '0' : '')
const corrected = oneOf('1', '7', '10', '12')
const exchanges = [11, 8, 12, 19, 10, 3, 12, 7]
const sizes = [100, 1, 100, 10, 5, 100, 2, 50, 100, 200, 100, 25, 1, 300, 20, 100]

const ticker: Put = (pen, { name }) => putText(pen, name)
const exchange: Put = (pen) => putInt(pen, pick(pen, exchanges))
const tape: Put = (pen, { tape }) => putInt(pen, tape)
const sequence_number: Put = (pen, { sequence }) => putInt(pen, sequence)
const sip_timestamp: Put = (pen, { offset }) => putTime(pen, pen.opening, offset)
const participant_timestamp: Put = (pen, { offset, late }) => putTime(pen, pen.opening, offset - late)

/** The keys, in this order, are the header. */
const trades: Record<string, Put> = {
  ticker,
  conditions: oneOf('', '12', '"12,37"', '', '37', '"14,41"', '"14,37,41"', ''),
  correction: (pen, ticker) => (pen.draw() % 64 ? zeroOrEmpty(pen) : corrected(pen, ticker)),
  exchange: (pen, { trf }) => putInt(pen, trf ? 4 : pick(pen, exchanges)),
  id(pen, { id, trf }) {
    if (!trf) return putInt(pen, id)
    putText(pen, '529835')
    putDigits(pen, id, 8)
  },
  participant_timestamp,
  price: (pen, { price, trf }) =>
    putPrice(pen, trf && pen.draw() % 8 === 0 ? price + (pen.draw() % 100) : price),
  sequence_number,
  sip_timestamp,
  size: (pen) => putSize(pen, pen.draw() % 2 ? pick(pen, sizes) : 1 + (pen.draw() % 400)),
  tape,
  trf_id: (pen, { trf }) => (trf ? putInt(pen, 201 + (pen.draw() % 3)) : zeroOrEmpty(pen)),
  trf_timestamp: (pen, { trf, offset, late }) =>
    trf ? putTime(pen, pen.opening, offset - (late >> 4)) : putText(pen, '0'),
}

/** One side is missing when the sequence number ends so; never both. */
const bidOf = ({ sequence, price, margin }: Ticker) => (sequence % 64 === 0 ? 0 : price - margin)
const askOf = ({ sequence, price, margin }: Ticker) => (sequence % 64 === 1 ? 0 : price + margin)
const putQuoted = (pen: Pen, price: number) => putSize(pen, price && 100 * (1 + (pen.draw() % 9)))

const quotes: Record<string, Put> = {
  ticker,
  ask_exchange: exchange,
  ask_price: (pen, ticker) => putPrice(pen, askOf(ticker)),
  ask_size: (pen, ticker) => putQuoted(pen, askOf(ticker)),
  bid_exchange: exchange,
  bid_price: (pen, ticker) => putPrice(pen, bidOf(ticker)),
  bid_size: (pen, ticker) => putQuoted(pen, bidOf(ticker)),
  conditions: oneOf('1', '1', '1', '"1,81"', '1', '', '1', '1'),
  indicators: oneOf('604', '"604,602"', ...Array<string>(62).fill('')),
  participant_timestamp,
  sequence_number,
  sip_timestamp,
  tape,
  trf_timestamp: (pen, ticker) => (pen.draw() % 64 ? putText(pen, '0') : sip_timestamp(pen, ticker)),
}

const daily: Record<string, Put> = {
  ticker,
  volume: (pen, { events }) => putSize(pen, events * (1 + (pen.draw() % 99))),
  open: (pen, { open }) => putPrice(pen, open),
  close: (pen, { price }) => putPrice(pen, price),
  high: (pen, { open, price, margin }) => putPrice(pen, Math.max(open, price) + margin),
  low: (pen, { open, price, margin }) => putPrice(pen, Math.min(open, price) - margin),
  window_start: (pen) => putTime(pen, pen.midnight, 0),
  transactions: (pen, { events }) => putInt(pen, events),
}

const minutes: Record<string, Put> = {
  ...daily,
  window_start: sip_timestamp,
  transactions: (pen, { events }) => (pen.draw() % 16 ? putInt(pen, events) : undefined),
}

const few = (rows: number) => Math.min(6_000, rows / 200)

/** By dataset: the type in its key, how many tickers so many rows have, rows a ticker at most, and what makes a row. */
export const datasets = {
  'stocks-trades': { type: 'trades_v1', tickers: few, most: 2 ** 31, next: tick, columns: trades },
  'stocks-quotes': { type: 'quotes_v1', tickers: few, most: 2 ** 31, next: tick, columns: quotes },
  'stocks-minute': {
    type: 'minute_aggs_v1',
    tickers: (n: number) => n / 150,
    most: 960,
    next: bar,
    columns: minutes,
  },
  'stocks-daily': { type: 'day_aggs_v1', tickers: (n: number) => n, most: 1, next: bar, columns: daily },
}
