import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dataset } from '../../src/datasets/dataset.ts'
import { fileColumns } from '../../src/datasets/dataset.ts'
import { stocksDaily, stocksMinute, stocksQuotes, stocksTrades } from '../../src/datasets/stocks.ts'

/** Headers as the vendor writes them. */
const bars = 'ticker,volume,open,close,high,low,window_start,transactions'
const trades =
  'ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp'
const quotes =
  'ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp'

const headers: readonly [Dataset, prefix: string, header: string][] = [
  [stocksTrades, 'us_stocks_sip/trades_v1', trades],
  [stocksQuotes, 'us_stocks_sip/quotes_v1', quotes],
  [stocksMinute, 'us_stocks_sip/minute_aggs_v1', bars],
  [stocksDaily, 'us_stocks_sip/day_aggs_v1', bars],
]

for (const [dataset, prefix, header] of headers) {
  test(`${dataset.name} has the columns of the vendor's header, in its order`, () => {
    assert.equal(Object.keys(dataset.columns).join(), header)
    assert.equal(dataset.prefix, prefix)
  })

  test(`${dataset.name} reads times as nanoseconds, prices and sizes as doubles, and ids as text`, () => {
    const rules: readonly [RegExp, string][] = [
      [/^(ticker|id|conditions|indicators)$/, 'utf8'],
      [/_timestamp$|^window_start$/, 'timestamp_ns'],
      [/^(price|size|.*_price|.*_size|volume|open|close|high|low)$/, 'float64'],
      [/^(correction|exchange|.*_exchange|tape|trf_id)$/, 'int32'],
      [/^(sequence_number|transactions)$/, 'int64'],
    ]
    for (const [name, kind] of Object.entries(fileColumns(dataset)))
      assert.deepEqual(
        rules.filter(([pattern]) => pattern.test(name)).map(([, expected]) => expected),
        [kind],
        name,
      )
  })
}

test('only the time of the TRF is null when it is zero', () => {
  const zeroIsNull = headers.map(([{ name, columns }]) => [
    name,
    Object.entries(columns).flatMap(([column, { zeroIsNull }]) => (zeroIsNull ? [column] : [])),
  ])
  assert.deepEqual(Object.fromEntries(zeroIsNull), {
    'stocks-trades': ['trf_timestamp'],
    'stocks-quotes': ['trf_timestamp'],
    'stocks-minute': [],
    'stocks-daily': [],
  })
})

test('a lake stores ticks in nanoseconds and bars in microseconds', () => {
  for (const [{ name, columns }] of headers) {
    const times = Object.values(columns).flatMap(({ kind }) => (kind.startsWith('timestamp') ? [kind] : []))
    assert.deepEqual(
      [...new Set(times)],
      [/-(trades|quotes)$/.test(name) ? 'timestamp_ns' : 'timestamp_us'],
      name,
    )
  }
})
