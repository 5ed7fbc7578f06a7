import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../../src/core/errors.ts'
import { optionsTrades } from '../../src/datasets/options.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import {
  checkCopy,
  checkOutput,
  checkPlace,
  rawPath,
  type Target,
  targetOf,
} from '../../src/pipelines/flat-output.ts'
import { type Format, flatParams } from '../../src/pipelines/flat-params.ts'
import { parsed, type Texts } from '../helpers/run-flat.ts'

const targets: readonly (readonly [string, Format, Target])[] = [
  ['-', 'csv', 'stdout'],
  ['./lake', 'parquet', 'folder'],
  ['day.parquet', 'parquet', 'file'],
  ['day.parquet', 'csv', 'folder'],
  ['day.csv', 'csv', 'file'],
  ['day.csv.gz', 'raw', 'file'],
  ['day.csv.gz', 'csv', 'folder'],
  ['day.ndjson', 'ndjson', 'file'],
  ['day.arrow', 'arrow', 'file'],
  ['day.arrows', 'arrow', 'file'],
]
for (const [out, format, target] of targets)
  test(`--out ${out} --format ${format} is ${target}`, () => assert.equal(targetOf({ out, format }), target))

const params = (texts: Texts) => parsed(flatParams(stocksTrades), { start: '2024-03-01', ...texts })

const refused: readonly (readonly [Texts, RegExp])[] = [
  [{ format: 'raw', tickers: 'A' }, /--tickers means nothing with --format raw/],
  [{ format: 'raw', columns: 'price' }, /--columns/],
  [{ format: 'raw', keepRaw: 'x' }, /--keep-raw/],
  [{ format: 'csv', out: '-', compression: 'zstd' }, /--compression/],
  [{ format: 'csv', out: '-', rowGroupRows: '5' }, /--row-group-rows/],
  [{ format: 'ndjson', out: '-', name: 'x' }, /--name/],
  [{ format: 'raw', partitionBy: 'ticker' }, /--partition-by means nothing with --format raw/],
  [{ out: 'day.parquet', partitionBy: 'ticker' }, /--partition-by makes folders.*day\.parquet is none/],
  [{ out: '-', partitionBy: 'ticker' }, /--partition-by makes folders/],
  [{ columns: 'price', partitionBy: 'ticker' }, /--partition-by ticker: it is not among --columns price/],
  [{ columns: 'ticker,id', partitionBy: 'id,ticker' }, /leaves no column for the files/],
  [{ flat: 'true' }, /--flat/],
  [{ format: 'arrow' }, /a folder takes parquet or raw, not arrow/],
]
for (const [texts, message] of refused)
  test(`${JSON.stringify(texts)} is refused`, () =>
    assert.throws(
      () => checkOutput(params(texts)),
      (error) => error instanceof UsageError && message.test(error.message),
    ))

const refusedOptions: readonly (readonly [Texts, RegExp])[] = [
  [{ columns: 'strike' }, /strike is a column of no file/],
  [{ partitionBy: 'underlying' }, /underlying is a column of no file/],
  [{ format: 'raw', osi: 'true' }, /--osi means nothing with --format raw/],
  [{ format: 'raw', underlying: 'SPX' }, /--underlying means nothing with --format raw/],
]
for (const [texts, message] of refusedOptions)
  test(`of options ${JSON.stringify(texts)} is refused`, () =>
    assert.throws(
      () => checkOutput(parsed(flatParams(optionsTrades), { start: '2024-03-01', ...texts })),
      (error) => error instanceof UsageError && message.test(error.message),
    ))

test('options take their flags with raw files as long as they are off', () => {
  checkOutput(parsed(flatParams(optionsTrades), { start: '2024-03-01', format: 'raw' }))
})

const taken: readonly Texts[] = [
  {},
  { format: 'raw', flat: 'true' },
  { flat: 'true', keepRaw: 'x' },
  { partitionBy: 'ticker,exchange' },
  { columns: 'ticker,price', partitionBy: 'ticker' },
  { format: 'csv', out: 'a.csv', tickers: 'A', columns: 'price', timestamps: 'us' },
]
for (const texts of taken) test(`${JSON.stringify(texts)} is fine`, () => checkOutput(params(texts)))

test('csv, ndjson and arrow of many days share stdout, parquet and raw do not, and nothing shares a file', () => {
  const [alone, among] = [
    { first: true, last: true },
    { first: true, last: false },
  ]
  for (const format of ['csv', 'ndjson', 'arrow']) checkPlace(params({ format, out: '-' }), among)
  for (const format of ['parquet', 'raw']) {
    checkPlace(params({ format, out: '-' }), alone)
    assert.throws(() => checkPlace(params({ format, out: '-' }), among), UsageError)
  }
  checkPlace(params({ out: 'lake' }), among)
  checkPlace(params({ out: 'day.parquet' }), alone)
  assert.throws(() => checkPlace(params({ out: 'day.parquet' }), among), UsageError)
})

test('a file is not copied over itself', () => {
  const unit = { id: 'd', date: 'd', origin: { kind: 'file', path: resolve('raw/a'), size: 1 } } as const
  assert.equal(checkCopy(unit, 'raw/b'), 'raw/b')
  assert.throws(() => checkCopy(unit, './raw/a'), UsageError)
})

test('a raw file lies where the bucket has it, or flat', () => {
  assert.equal(
    rawPath('raw', stocksTrades, '2024-03-01', false),
    'raw/us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz',
  )
  assert.equal(
    rawPath('raw', stocksTrades, '2024-03-01', true),
    'raw/us_stocks_sip__trades_v1__2024__03__2024-03-01.csv.gz',
  )
})
