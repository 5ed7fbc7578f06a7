import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Dataset } from '../src/datasets/dataset.ts'
import {
  countKeys,
  datasetNamed,
  isKey,
  keyOf,
  keysBetween,
  massiveFlatFiles,
  missingDays,
  parseKey,
  stocksDaily,
  stocksMinute,
  tradingDays,
} from '../src/index.ts'
import { startS3Server } from '../src/testing/s3-server.ts'
import { millrace } from './cli/spawn-millrace.ts'
import { withOptions } from './helpers/made-up-datasets.ts'

const date = '2024-01-02'
const key = 'us_stocks_sip/day_aggs_v1/2024/01/2024-01-02.csv.gz'
const named = (word: string) => datasetNamed(word, withOptions) as Dataset

/** What a script gets from the class, by the row of the table, and what it gets here. */
const rows: Readonly<Record<string, () => void | Promise<void>>> = {
  S3Catalog: () => assert.equal(massiveFlatFiles.bucket, 'flatfiles'),
  get_stocks_daily_key: () => assert.equal(keyOf(stocksDaily, date), key),
  get_stocks_minute_key: () =>
    assert.equal(keyOf(stocksMinute, date), 'us_stocks_sip/minute_aggs_v1/2024/01/2024-01-02.csv.gz'),
  get_options_daily_key: () =>
    assert.equal(
      keyOf(named('options_daily'), date),
      'us_options_opra/day_aggs_v1/2024/01/2024-01-02.csv.gz',
    ),
  get_options_minute_key: () =>
    assert.equal(
      keyOf(named('options_minute'), date),
      'us_options_opra/minute_aggs_v1/2024/01/2024-01-02.csv.gz',
    ),
  get_date_range_keys: () => {
    const keys = keysBetween(stocksDaily, '2024-01-01', '2024-01-31')
    assert.equal(keys.length, 21)
    assert.equal(keys[0], key)
    assert.equal(keysBetween(stocksDaily, '2024-01-01', '2024-01-31', { days: 'all' }).length, 31)
  },
  data_type: () => {
    assert.equal(datasetNamed('stocks_daily'), stocksDaily)
    assert.equal(datasetNamed('stocks_minute'), stocksMinute)
  },
  symbols: async () => {
    const objects = { [key]: readFileSync('test/fixtures/three-tickers.csv.gz') }
    const flags = ['--start', date, '--out', '-', '--format', 'csv', '--columns', 'ticker']
    const { stdout } = await asked(objects, ['run', 'stocks-daily', ...flags, '--tickers', 'AAPL,MS*'])
    assert.equal(stdout, 'ticker\nAAPL\nMSFT\n')
  },
  parse_key_metadata: () => {
    assert.deepEqual(parseKey(key), {
      key,
      dataset: stocksDaily,
      date,
      year: '2024',
      month: '01',
      corrected: false,
    })
  },
  validate_key: () => {
    assert.equal(isKey(key), true)
    assert.equal(isKey('some/other.csv.gz'), false)
  },
  get_summary: () =>
    assert.deepEqual(countKeys([key, 'x']), { total: 2, datasets: { 'stocks-daily': 1 }, invalid: 1 }),
  get_business_days: () => assert.equal(tradingDays('2024-01-01', '2024-01-31').length, 21),
  get_missing_dates: () =>
    assert.deepEqual(missingDays(['2024-01-02', '2024-01-03'], '2024-01-01', '2024-01-05'), [
      '2024-01-04',
      '2024-01-05',
    ]),
  list_objects: async () => {
    const objects = Object.fromEntries(
      keysBetween(stocksDaily, '2024-01-01', '2024-01-31').map((one) => [one, Buffer.from(one)]),
    )
    const prefix = 'us_stocks_sip/day_aggs_v1/2024/01/'
    assert.equal(linesOf(await asked(objects, ['ls', prefix])), 21)
    assert.equal(linesOf(await asked(objects, ['ls', prefix, '--max-keys', '5'])), 5)
  },
}

const linesOf = ({ stdout }: { readonly stdout: string }): number => stdout.split('\n').length - 1

async function asked(objects: Readonly<Record<string, Buffer>>, args: readonly string[]) {
  const server = await startS3Server({ objects, pageSize: 4 })
  try {
    const keys = ['--access-key', 'demo', '--secret-key', 'demo']
    const told = await millrace([...args, '--endpoint', server.endpoint, ...keys])
    assert.equal(told.code, 0, told.stderr)
    return told
  } finally {
    await server.close()
  }
}

const table = readFileSync('docs/s3-catalog.md', 'utf8')
  .split('\n')
  .flatMap((line) => /^\| `(\w+)/.exec(line)?.[1] ?? [])

test('every row of docs/s3-catalog.md is run here, and nothing else', () => {
  assert.deepEqual(table, Object.keys(rows))
})

for (const [theirs, run] of Object.entries(rows)) test(`what ${theirs} does, ours does`, async () => run())
