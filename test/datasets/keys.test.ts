import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyOf } from '../../src/datasets/dataset.ts'
import { addDays } from '../../src/datasets/days.ts'
import {
  correctedKey,
  countKeys,
  datasetNamed,
  isKey,
  keysBetween,
  missingDays,
  parseKey,
  prefixesBetween,
} from '../../src/datasets/keys.ts'
import { stocksDaily, stocksTrades } from '../../src/datasets/stocks.ts'
import { withOptions } from '../helpers/made-up-datasets.ts'

const dates = fc.nat(365 * 25).map((days) => addDays('2003-09-10', days))

test('a key of any dataset and day is taken apart into what it was made from', () => {
  const keys = fc.property(fc.constantFrom(...withOptions), dates, (dataset, date) => {
    const key = keyOf(dataset, date)
    const [year, month] = date.split('-')
    assert.deepEqual(parseKey(key, withOptions), { key, dataset, date, year, month, corrected: false })
    assert.ok(isKey(key, withOptions))
  })
  fc.assert(keys)
})

test('the form us_options/ is understood and corrected', () => {
  const theirs = 'us_options/day_aggs_v1/2024/01/2024-01-02.csv.gz'
  const ours = 'us_options_opra/day_aggs_v1/2024/01/2024-01-02.csv.gz'
  assert.equal(correctedKey(theirs), ours)
  assert.equal(correctedKey('us_options/'), 'us_options_opra/')
  assert.equal(correctedKey(ours), ours)
  const parsed = parseKey(theirs, withOptions)
  assert.ok('dataset' in parsed)
  assert.deepEqual([parsed.key, parsed.dataset.name, parsed.corrected], [ours, 'options-daily', true])
  assert.ok(isKey(theirs, withOptions))
})

const none: readonly [key: string, why: string][] = [
  ['', 'a key is PREFIX/2024/01/2024-01-02.csv.gz'],
  ['us_stocks_sip/day_aggs_v1/2024/01/', 'a key is PREFIX/2024/01/2024-01-02.csv.gz'],
  ['us_stocks_sip/day_aggs_v1/2024/01/2024-01-02.csv', 'a key is PREFIX/2024/01/2024-01-02.csv.gz'],
  ['us_stocks_sip/day_aggs_v1/2024/1/2024-01-02.csv.gz', 'a key is PREFIX/2024/01/2024-01-02.csv.gz'],
  ['us_stocks_sip/day_aggs_v9/2024/01/2024-01-02.csv.gz', 'no dataset lies in us_stocks_sip/day_aggs_v9'],
  ['us_stocks_sip/day_aggs_v1/2024/02/2024-02-30.csv.gz', '2024-02-30 is not a day'],
  ['us_stocks_sip/day_aggs_v1/2024/02/2024-01-02.csv.gz', '2024-01-02 is not in 2024/02'],
]
for (const [key, why] of none)
  test(`${key || 'nothing'} is no key: ${why}`, () => {
    assert.deepEqual(parseKey(key), { key, why })
    assert.ok(!isKey(key))
  })

test('keys of a range are those of its trading days, or of all days', () => {
  const [start, end] = ['2024-03-28', '2024-04-01']
  const keys = (days: readonly string[]) => days.map((date) => keyOf(stocksDaily, date))
  assert.deepEqual(keysBetween(stocksDaily, start, end), keys([start, end]))
  assert.equal(keysBetween(stocksDaily, start, end, { days: 'all' }).length, 5)
  assert.deepEqual(
    keysBetween({ prefix: 'global_crypto/trades_v1', calendar: 'crypto' }, start, '2024-03-30').length,
    3,
  )
  assert.deepEqual(keysBetween(stocksDaily, end, start), [])
})

const listings: readonly [start: string, end: string, prefixes: readonly string[]][] = [
  ['2024-03-01', '2024-03-31', ['2024/03/']],
  ['2024-03-31', '2024-04-01', ['2024/']],
  ['2023-12-29', '2024-01-02', ['2023/12/', '2024/01/']],
  ['2022-11-01', '2024-01-31', ['2022/', '2023/', '2024/01/']],
  ['2023-12-31', '2024-12-31', ['2023/12/', '2024/']],
]
test('a range is listed by the year, or the month where only one is asked for', () => {
  for (const [start, end, prefixes] of listings)
    assert.deepEqual(
      prefixesBetween(stocksTrades, start, end),
      prefixes.map((prefix) => `us_stocks_sip/trades_v1/${prefix}`),
    )
})

test('every key of a range is in one of its listings', () => {
  const ranges = fc.property(dates, fc.nat(800), (start, length) => {
    const end = addDays(start, length)
    const prefixes = prefixesBetween(stocksTrades, start, end)
    assert.equal(new Set(prefixes).size, prefixes.length)
    for (const key of keysBetween(stocksTrades, start, end, { days: 'all' }))
      assert.equal(prefixes.filter((prefix) => key.startsWith(prefix)).length, 1)
  })
  fc.assert(ranges)
})

test('keys are counted by their dataset, and what is no key is counted, too', () => {
  const keys = [
    keyOf(stocksTrades, '2024-01-02'),
    keyOf(stocksDaily, '2024-01-02'),
    'readme.txt',
    keyOf(stocksDaily, '2024-01-03'),
    'us_options/day_aggs_v1/2024/01/2024-01-02.csv.gz',
  ]
  assert.deepEqual(countKeys(keys, withOptions), {
    total: 5,
    datasets: { 'stocks-trades': 1, 'stocks-daily': 2, 'options-daily': 1 },
    invalid: 1,
  })
  assert.deepEqual(countKeys([]), { total: 0, datasets: {}, invalid: 0 })
})

test('missing days are the trading days that are not there', () => {
  const present = ['2024-03-28', '2024-03-30', '2024-04-02']
  assert.deepEqual(missingDays(present, '2024-03-27', '2024-04-02'), ['2024-03-27', '2024-04-01'])
  assert.deepEqual(missingDays([], '2024-03-30', '2024-03-31', 'crypto'), ['2024-03-30', '2024-03-31'])
})

test('a dataset is found by its name and its aliases', () => {
  for (const word of ['stocks-daily', 'stocks_daily', 'stocks_day_aggs'])
    assert.equal(datasetNamed(word), stocksDaily)
  assert.equal(datasetNamed('weather'), undefined)
})
