import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lakeSymbols } from '../../src/sources/lake-symbols.ts'
import { batchOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { addUnit } from '../helpers/made-lake.ts'
import { printed } from '../helpers/print-rows.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-symbols-'))
after(() => rmSync(root, { recursive: true, force: true }))

const tickers = batchOf(
  {
    ticker: 'utf8',
    name: 'utf8',
    active: 'bool',
    cik: 'utf8',
    composite_figi: 'utf8',
    delisted_utc: 'timestamp_us',
  },
  {
    ticker: ['META', 'GONE', 'GONE'],
    name: ['Meta', 'Gone', 'New'],
    active: [true, false, true],
    cik: ['1', '2', null],
    composite_figi: ['F1', null, null],
    delisted_utc: [null, 100n * 86_400_000_000n, null],
  },
)
const events = batchOf(
  {
    ticker: 'utf8',
    event_type: 'utf8',
    date: 'date',
    name: 'utf8',
    cik: 'utf8',
    composite_figi: 'utf8',
    new_ticker: 'utf8',
  },
  {
    ticker: ['META', 'META'],
    event_type: ['ticker_change', 'ticker_change'],
    date: [10, 20],
    name: [null, null],
    cik: [null, null],
    composite_figi: [null, null],
    new_ticker: ['FB', 'META'],
  },
)
await addUnit(root, { table: 'tickers', unit: 'all', files: { 'part-0.parquet': [tickers] } })
await addUnit(root, { table: 'ticker_events', unit: 'all', files: { 'part-0.parquet': [events] } })

const spans = [
  ['FB', 'META', '1', '1970-01-11', '1970-01-20', true],
  ['META', 'META', '1', '1970-01-21', null, true],
  ['GONE', 'GONE', '2', null, '1970-04-11', false],
  ['GONE', 'GONE', null, '1970-04-12', null, true],
]

sourceLaws(() => lakeSymbols({ root, tickers: 'tickers', events: 'ticker_events' }), {
  check: (batches) =>
    assert.deepEqual(
      batches
        .flatMap(printed)
        .map((row) => [
          row['ticker'],
          row['current_ticker'],
          row['cik'],
          row['valid_from'],
          row['valid_to'],
          row['active'] === 'true',
        ]),
      spans,
    ),
})

test('a lake with neither of its tables has no symbols', async () => {
  await assert.rejects(collect(lakeSymbols({ root, tickers: 'none', events: 'nothing' })), {
    name: 'MissingError',
    message: /neither none nor nothing/,
  })
})
