import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { datasets, type Pen, type Ticker } from './sample-rows.ts'

/** Equal options make equal bytes. */
export type SampleOptions = {
  readonly dataset: keyof typeof datasets
  /** The New York trading day, YYYY-MM-DD, from 2002 to 2037: its seconds have ten digits and fit an int32. */
  readonly date: string
  /** Exactly so many; of 'stocks-daily' as many tickers. From nine on, every ticker to be wary of is there. */
  readonly rows: number
  /** 'old' (default): whole sizes, prices of 1 to 4 decimals, empty fields. '2026': six decimals, parts of shares. */
  readonly format?: 'old' | '2026'
  readonly seed?: number
}

/** By column: sums of the integers, exact sums of the decimals in millionths, and how many fields are empty. */
export type SampleTotals = {
  readonly rows: number
  readonly ints: Readonly<Record<string, bigint>>
  readonly micros: Readonly<Record<string, bigint>>
  readonly empty: Readonly<Record<string, number>>
}

const pageBytes = 512 * 1024
const longestRow = 512
const leaders = ['AAPL', 'MSFT']
const hostile = ['NA', 'TRUE', 'NAN', 'BRK.B', 'BApA', 'BAPA', 'ZVZZT']

/** The object key under which the vendor keeps this day. */
export function sampleKey(dataset: SampleOptions['dataset'], date: string): string {
  return `us_stocks_sip/${datasets[dataset].type}/${date.slice(0, 4)}/${date.slice(5, 7)}/${date}.csv.gz`
}

/** CSV in chunks of 512 KiB, cut after a line; each is the caller's to keep. Throws RangeError for what it cannot make. */
export function* sampleDay(options: SampleOptions): Generator<Buffer> {
  const { next, columns } = datasets[options.dataset]
  const puts = Object.values(columns)
  let page = Buffer.alloc(pageBytes)
  const header = page.write(`${Object.keys(columns).join(',')}\n`)
  const pen: Pen = { ...openDay(options), bytes: page, at: header }
  for (const ticker of tickersOf(options, pen.draw)) {
    for (; ticker.seen < ticker.rows; ticker.seen++) {
      next(pen, ticker)
      for (const put of puts) {
        put(pen, ticker)
        pen.bytes[pen.at++] = 44
      }
      pen.bytes[pen.at - 1] = 10
      if (pen.at < pageBytes - longestRow) continue
      yield page.subarray(0, pen.at)
      page = Buffer.alloc(pageBytes)
      pen.bytes = page
      pen.at = 0
    }
  }
  if (pen.at > 0) yield page.subarray(0, pen.at)
}

/** The whole file in memory, for small ones: the bytes that writeSampleGzip writes. */
export function sampleGzip(options: SampleOptions): Promise<Buffer> {
  return pipeline(Readable.from(sampleDay(options)), createGzip({ level: 6 }), sameHeader, buffer)
}

/** Streams a file of any size to `path`, over what is there. */
export async function writeSampleGzip(path: string, options: SampleOptions): Promise<void> {
  await pipeline(
    Readable.from(sampleDay(options)),
    createGzip({ level: 6 }),
    sameHeader,
    createWriteStream(path),
  )
}

/** Node writes no time, but the operating system: byte 9 is made to say Unix everywhere. */
async function* sameHeader(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let at = 0
  for await (const chunk of chunks) {
    if (at <= 9 && 9 < at + chunk.length) chunk[9 - at] = 3
    at += chunk.length
    yield chunk
  }
}

/** Read back from the text, by a parser that shares nothing with what wrote it. */
export function sampleTotals(options: SampleOptions): SampleTotals {
  const lines = linesOf(sampleDay(options))
  const columns = String(lines.next().value).split(',').map(total)
  let rows = 0
  for (const line of lines) {
    const fields = line.replace(/"[^"]*"/g, 'quoted').split(',')
    if (fields.length !== columns.length) throw new Error(`not ${columns.length} fields: ${line}`)
    for (let i = 0; i < fields.length; i++) columns[i]?.add(fields[i] ?? '')
    rows++
  }
  const done = columns.map((column) => column.done())
  const sums = (kind: Kind) =>
    Object.fromEntries(done.filter((c) => c.kind === kind).map((c) => [c.name, c.sum]))
  const empty = Object.fromEntries(done.map((c) => [c.name, c.empty]))
  return { rows, ints: sums('int'), micros: sums('decimal'), empty }
}

function* linesOf(chunks: Iterable<Buffer>): Generator<string> {
  let rest = ''
  for (const chunk of chunks) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') throw new Error(`no line end after ${rest}`)
}

type Kind = 'text' | 'int' | 'decimal'
const texts = /^(ticker|id|conditions|indicators)$/
const decimals = /price$|size$|^(volume|open|close|high|low)$/

/** High and low digits are added apart, which doubles do exactly for a million rows, and then as bigints. */
function total(name: string) {
  const kind: Kind = texts.test(name) ? 'text' : decimals.test(name) ? 'decimal' : 'int'
  let sum = 0n
  let empty = 0
  let count = 0
  let high = 0
  let low = 0
  const settle = () => {
    sum += BigInt(high) * (kind === 'decimal' ? 1_000_000n : 1_000_000_000n) + BigInt(low)
    count = high = low = 0
  }
  return {
    add(text: string) {
      if (text === '') empty++
      if (text === '' || kind === 'text') return
      const [whole = '', part = ''] =
        kind === 'decimal' ? text.split('.') : [text.slice(0, -9), text.slice(-9)]
      high += Number(whole)
      low += Number(kind === 'decimal' ? part.padEnd(6, '0') : part)
      if (++count === 1_000_000) settle()
    },
    done() {
      settle()
      return { name, kind, sum, empty }
    },
  }
}

function openDay({ dataset, date, rows, format, seed = 1 }: SampleOptions) {
  if (!(Number.isInteger(rows) && rows >= 0 && rows < 2 ** 31))
    throw new RangeError(`no number of rows: ${rows}`)
  if (!/^20(0[2-9]|[12]\d|3[0-7])-\d\d-\d\d$/.test(date))
    throw new RangeError(`no day from 2002 to 2037: ${date}`)
  let hash = seed
  for (const char of dataset + date) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619)
  const midnight = midnightOf(date)
  return { draw: random(hash), six: format === '2026', midnight, opening: midnight + 4 * 3600 }
}

/** In New York, in seconds since 1970. 05:00 UTC is 00:00 or 01:00 there; the clocks change later, and on Sundays. */
function midnightOf(date: string): number {
  const asked = new Date(`${date}T05:00:00Z`)
  if (!asked.toISOString().startsWith(date)) throw new RangeError(`no such day: ${date}`)
  const style = { timeZone: 'America/New_York', hourCycle: 'h23', hour: '2-digit' } as const
  return asked.getTime() / 1000 - Number(asked.toLocaleString('en-US', style)) * 3600
}

/** Mulberry32, without the lowest bit. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 1
  }
}

/** By rank, the hostile ones rarest. Whatever the day and the seed, a longer list holds the shorter one. */
function namesOf(count: number): string[] {
  const draw = random(7)
  const letter = () => String.fromCharCode(65 + (draw() % 26))
  const names = new Set([...leaders, ...hostile])
  const known = names.size
  while (names.size < count) {
    let name = letter() + letter()
    for (let more = draw() % 3; more > 0; more--) name += letter()
    names.add(draw() % 16 === 0 ? `${name}p${letter()}` : name)
  }
  return [...leaders, ...[...names].slice(known), ...hostile].slice(0, count)
}

/** Rows fall with 1 / (rank + 8): of 6000 tickers the first has some 2 %, the last 0.003 %. */
function tickersOf({ dataset, rows }: SampleOptions, draw: Pen['draw']): Ticker[] {
  const { tickers, most } = datasets[dataset]
  const count = Math.max(leaders.length + hostile.length, Math.ceil(tickers(rows)))
  const names = namesOf(Math.min(rows, count))
  const weights = names.map((_, rank) => 1 / (rank + 8))
  const scale = (rows - names.length) / weights.reduce((sum, weight) => sum + weight, 0)
  let due = 0
  let given = 0
  const started = names.map((name, rank) => {
    due += scale * (weights[rank] ?? 0)
    const isLast = rank === names.length - 1
    const more = Math.min(most - 1, (isLast ? rows - names.length : Math.floor(due)) - given)
    given += more
    return startTicker(name, 1 + more, draw)
  })
  return started.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** One in eight is a penny stock; the others begin at 5 to 405 dollars. */
function startTicker(name: string, rows: number, draw: Pen['draw']): Ticker {
  const price = draw() % 8 === 0 ? 1_000 + (draw() % 8_000) : 50_000 + (draw() % 40_000) * 100
  const start = { offset: 0, late: 0, trf: false, open: price, price, margin: 1, events: 0 }
  return {
    name,
    rows,
    tape: 1 + (draw() % 3),
    seen: 0,
    sequence: draw() % 5_000,
    id: draw() % 50_000,
    ...start,
  }
}
