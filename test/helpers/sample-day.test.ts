import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import {
  type SampleOptions,
  sampleDay,
  sampleGzip,
  sampleKey,
  sampleTotals,
  writeSampleGzip,
} from './sample-day.ts'

/** From the vendor's files, letter by letter. */
const headers = {
  'stocks-trades':
    'ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp',
  'stocks-quotes':
    'ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp',
  'stocks-minute': 'ticker,volume,open,close,high,low,window_start,transactions',
  'stocks-daily': 'ticker,volume,open,close,high,low,window_start,transactions',
}
const names = Object.keys(headers) as SampleOptions['dataset'][]
const special = ['AAPL', 'BAPA', 'BApA', 'BRK.B', 'MSFT', 'NA', 'NAN', 'TRUE', 'ZVZZT']

const textOf = (options: SampleOptions) => Buffer.concat([...sampleDay(options)]).toString('latin1')

/** Rows as objects from column to text, quotes taken off. */
function rowsOf(options: SampleOptions): Record<string, string>[] {
  const [header = '', ...lines] = textOf(options).trimEnd().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const fields = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    )
    assert.equal(fields.length, columns.length, line)
    return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? '']))
  })
}

const column = (rows: Record<string, string>[], name: string) => rows.map((row) => row[name] ?? '')

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
})
/** As 2024-03-01 09:30:00 in New York. */
const timeOf = (nanoseconds: string) => clock.format(Number(BigInt(nanoseconds) / 1_000_000n))

test('Every dataset begins with the header of its files, and has as many rows as asked for', () => {
  for (const dataset of names) {
    for (const rows of [0, 1, 8, 9, 10, 500, 5_000]) {
      const lines = textOf({ dataset, date: '2024-03-01', rows }).split('\n')
      assert.equal(lines[0], headers[dataset])
      assert.deepEqual([lines.length, lines.at(-1)], [rows + 2, ''])
    }
  }
})

test('Tickers come in the order of their bytes, the special ones always among them', () => {
  for (const dataset of names) {
    assert.deepEqual(column(rowsOf({ dataset, date: '2024-03-01', rows: 9 }), 'ticker'), special)
    const tickers = column(rowsOf({ dataset, date: '2024-03-01', rows: 20_000 }), 'ticker')
    const groups = tickers.filter((ticker, i) => ticker !== tickers[i - 1])
    assert.deepEqual(groups, [...new Set(tickers)].sort())
    assert.deepEqual(
      special.filter((ticker) => !groups.includes(ticker)),
      [],
    )
    assert.equal(groups.length, { 'stocks-daily': 20_000, 'stocks-minute': 134 }[dataset as string] ?? 100)
  }
})

test('A few tickers have most of the rows, and none has more than 960 minutes', () => {
  const counts = (options: SampleOptions) => {
    const count = new Map<string, number>()
    for (const ticker of column(rowsOf(options), 'ticker')) count.set(ticker, (count.get(ticker) ?? 0) + 1)
    return [...count.values()].sort((a, b) => b - a)
  }
  const trades = counts({ dataset: 'stocks-trades', date: '2024-03-01', rows: 40_000 })
  assert.equal(trades.length, 200)
  assert.ok(trades.slice(0, 40).reduce((sum, count) => sum + count) > 20_000)
  const minutes = counts({ dataset: 'stocks-minute', date: '2024-03-01', rows: 40_000 })
  assert.equal(minutes[0], 960)
})

test('Ticks ascend within a ticker and lie between 04:00 and 20:00 New York, in winter and in summer', () => {
  for (const date of ['2024-03-08', '2024-03-11', '2024-11-01', '2024-11-04', '2003-09-10']) {
    for (const dataset of ['stocks-trades', 'stocks-quotes'] as const) {
      const rows = rowsOf({ dataset, date, rows: 3_000 })
      rows.forEach((row, i) => {
        const before = rows[i - 1]
        if (before?.['ticker'] !== row['ticker']) return
        assert.ok(BigInt(row['sip_timestamp'] ?? '') >= BigInt(before?.['sip_timestamp'] ?? ''))
        assert.ok(Number(row['sequence_number']) > Number(before?.['sequence_number']))
      })
      const times = ['sip', 'participant', 'trf'].flatMap((name) => column(rows, `${name}_timestamp`))
      for (const time of times.filter((time) => time !== '0')) {
        assert.match(time, /^\d{19}$/)
        assert.ok(timeOf(time) >= `${date} 04:00:00` && timeOf(time) < `${date} 20:00:00`, timeOf(time))
      }
      const lastDigits = new Set(times.filter((time) => time !== '0').map((time) => time.slice(-3)))
      assert.ok(lastDigits.size > 980, `${lastDigits.size}`)
    }
  }
})

test('A day bar begins at midnight in New York, a minute bar at a whole minute of its own', () => {
  const days = column(rowsOf({ dataset: 'stocks-daily', date: '2026-10-02', rows: 20 }), 'window_start')
  assert.deepEqual([...new Set(days)], ['1790913600000000000']) // as in the vendor's file of that day
  const winter = column(rowsOf({ dataset: 'stocks-daily', date: '2024-03-01', rows: 20 }), 'window_start')
  assert.deepEqual([...new Set(winter)], ['1709269200000000000'])
  const rows = rowsOf({ dataset: 'stocks-minute', date: '2024-03-01', rows: 5_000 })
  assert.equal(new Set(rows.map((row) => `${row['ticker']} ${row['window_start']}`)).size, 5_000)
  for (const time of column(rows, 'window_start')) {
    assert.equal(BigInt(time) % 60_000_000_000n, 0n)
    assert.ok(timeOf(time) >= '2024-03-01 04:00:00' && timeOf(time) <= '2024-03-01 19:59:00', timeOf(time))
  }
  for (const { open, close, high, low } of rows) {
    assert.ok(Number(high) >= Math.max(Number(open), Number(close)))
    assert.ok(Number(low) <= Math.min(Number(open), Number(close)) && Number(low) > 0)
  }
})

test('Numbers are written as in the old files or as in those of 2026', () => {
  const price = /^(price|(ask|bid)_price|open|close|high|low)$/
  const size = /^(size|(ask|bid)_size|volume)$/
  for (const dataset of names) {
    const fields = (format: 'old' | '2026', which: RegExp) =>
      rowsOf({ dataset, date: '2024-03-01', rows: 4_000, format }).flatMap((row) =>
        Object.entries(row).flatMap(([name, text]) => (which.test(name) ? [text] : [])),
      )
    for (const text of fields('old', price)) assert.match(text, /^(0|[1-9]\d*)\.(\d|\d{1,3}[1-9])$/)
    for (const text of fields('old', size)) assert.match(text, /^(0|[1-9]\d*)$/)
    for (const text of fields('2026', price)) assert.match(text, /^(0|[1-9]\d*)\.\d{6}$/)
    for (const text of fields('2026', size)) assert.match(text, /^(0|[1-9]\d*)\.\d{6}$/)
    assert.ok(fields('2026', size).some((text) => !text.endsWith('.000000')))
  }
})

test("Fields that are empty, quoted or zero in the vendor's files are so here", () => {
  const trades = rowsOf({ dataset: 'stocks-trades', date: '2024-03-01', rows: 5_000 })
  for (const name of ['correction', 'trf_id', 'conditions'])
    assert.ok(column(trades, name).includes(''), name)
  assert.ok(trades.every((row) => (row['trf_timestamp'] === '0') === !/^20[123]$/.test(row['trf_id'] ?? '')))
  assert.ok(['12', '12,37'].every((codes) => column(trades, 'conditions').includes(codes)))
  assert.ok(column(trades, 'id').every((id) => /^\d+$/.test(id)))
  const quotes = rowsOf({ dataset: 'stocks-quotes', date: '2024-03-01', rows: 5_000 })
  for (const side of ['ask', 'bid']) {
    const absent = quotes.filter((row) => row[`${side}_price`] === '0.0')
    assert.ok(absent.length > 0 && absent.every((row) => row[`${side}_size`] === '0'))
    assert.ok(quotes.every((row) => row[`${side}_price`] === '0.0' || row[`${side}_size`] !== '0'))
  }
  assert.ok(column(quotes, 'indicators').filter((text) => text === '').length > 4_000)
  assert.ok(column(quotes, 'trf_timestamp').filter((text) => text === '0').length > 4_000)
  assert.ok(
    column(rowsOf({ dataset: 'stocks-minute', date: '2024-03-01', rows: 500 }), 'transactions').includes(''),
  )
})

test('Prices walk by a few cents at most', () => {
  const rows = rowsOf({ dataset: 'stocks-trades', date: '2024-03-01', rows: 5_000 })
  rows.forEach((row, i) => {
    if (row['ticker'] !== rows[i - 1]?.['ticker']) return
    assert.ok(Math.abs(Number(row['price']) - Number(rows[i - 1]?.['price'])) < 0.05)
  })
})

test("Chunks are of 256 KiB to 1 MiB, cut after a line, and each is the caller's", () => {
  const options = { dataset: 'stocks-trades', date: '2024-03-01', rows: 30_000 } as const
  const chunks = [...sampleDay(options)]
  assert.ok(chunks.length > 3)
  for (const chunk of chunks) assert.equal(chunk.at(-1), 10)
  for (const { length } of chunks.slice(0, -1)) assert.ok(length >= 2 ** 18 && length <= 2 ** 20, `${length}`)
  assert.ok(
    Buffer.concat(chunks).equals(Buffer.concat([...sampleDay(options)].map((chunk) => Buffer.from(chunk)))),
  )
})

test('Equal options make equal files, in memory and on disk, and other options others', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'sample-day-'))
  t.after(() => rm(directory, { recursive: true }))
  const options = { dataset: 'stocks-trades', date: '2024-03-01', rows: 20_000 } as const
  const file = await sampleGzip(options)
  await writeSampleGzip(join(directory, 'day.csv.gz'), options)
  assert.ok(file.equals(await readFile(join(directory, 'day.csv.gz'))))
  assert.equal(file.toString('hex', 0, 10), '1f8b0800000000000003')
  assert.equal(gunzipSync(file).toString('latin1'), textOf(options))
  const others = [{ seed: 2 }, { date: '2024-03-04' }, { format: '2026' }, { rows: 20_001 }] as const
  for (const other of others) assert.ok(!file.equals(await sampleGzip({ ...options, ...other })))
  const prices = (date: string) => column(rowsOf({ ...options, date, rows: 100 }), 'price')
  assert.notDeepEqual(prices('2024-03-01'), prices('2024-03-04'))
  const ratio = file.length / gunzipSync(file).length
  assert.ok(ratio > 0.25 && ratio < 0.35, `${ratio}`)
})

test('Totals are those of the text, exactly', () => {
  for (const dataset of names) {
    const options = { dataset, date: '2024-03-01', rows: 3_000, format: '2026' } as const
    const rows = rowsOf(options)
    const totals = sampleTotals(options)
    assert.equal(totals.rows, 3_000)
    const sum = (name: string) =>
      column(rows, name).reduce((all, text) => all + BigInt(text.replace('.', '')), 0n)
    for (const [name, total] of Object.entries({ ...totals.ints, ...totals.micros }))
      assert.equal(total, sum(name), name)
    for (const [name, empty] of Object.entries(totals.empty)) {
      assert.equal(empty, column(rows, name).filter((text) => text === '').length, name)
    }
    const text = ['ticker', 'id', 'conditions', 'indicators'].filter((name) => name in totals.empty)
    const summed = [...Object.keys(totals.ints), ...Object.keys(totals.micros), ...text]
    assert.deepEqual(summed.sort(), headers[dataset].split(',').sort())
  }
  const old = { dataset: 'stocks-daily', date: '2024-03-01', rows: 2 } as const
  const bars = rowsOf(old)
  const open = bars.reduce((all, row) => all + Math.round(Number(row['open']) * 1e6), 0)
  assert.equal(sampleTotals(old).micros['open'], BigInt(open))
  assert.equal(
    sampleTotals(old).micros['volume'],
    1_000_000n * BigInt(Number(bars[0]?.['volume']) + Number(bars[1]?.['volume'])),
  )
  assert.equal(sampleTotals(old).ints['window_start'], 2n * 1_709_269_200_000_000_000n)
})

test('Keys are those of the bucket', () => {
  assert.deepEqual(
    names.map((dataset) => sampleKey(dataset, '2024-03-01')),
    [
      'us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz',
      'us_stocks_sip/quotes_v1/2024/03/2024-03-01.csv.gz',
      'us_stocks_sip/minute_aggs_v1/2024/03/2024-03-01.csv.gz',
      'us_stocks_sip/day_aggs_v1/2024/03/2024-03-01.csv.gz',
    ],
  )
})

test('A day or a number of rows that cannot be is refused by its value', () => {
  const day = (date: string, rows: number) => () => textOf({ dataset: 'stocks-daily', date, rows })
  for (const date of ['2024-3-1', '2024-02-31', '1999-01-04', '2038-01-04']) {
    assert.throws(day(date, 1), (error) => error instanceof RangeError && error.message.includes(date))
  }
  for (const rows of [-1, 1.5, Number.NaN]) assert.throws(day('2024-03-01', rows), RangeError)
})
