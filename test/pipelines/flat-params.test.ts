import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../../src/core/errors.ts'
import { futuresCme } from '../../src/datasets/futures.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { flatParams } from '../../src/pipelines/flat-params.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const { tickers, columns, partitionBy, name } = flatParams(stocksTrades)

const lists: readonly (readonly [string, readonly string[]])[] = [
  ['AAPL', ['AAPL']],
  ['NA,TRUE, BApA', ['NA', 'TRUE', 'BApA']],
  ['BRK*,AAPL,', ['BRK*', 'AAPL']],
]
for (const [text, expected] of lists)
  test(`--tickers ${JSON.stringify(text)}`, () => assert.deepEqual(tickers.parse(text), expected))

test('--tickers @FILE reads one a line, or several', (t) => {
  const path = join(tempDir(t), 'tickers.txt')
  writeFileSync(path, 'AAPL\r\nNA TRUE\n\nBRK.B\n')
  assert.deepEqual(tickers.parse(`@${path}`), ['AAPL', 'NA', 'TRUE', 'BRK.B'])
})

test('--tickers @FILE leaves the spaces in the spreads of futures', (t) => {
  const path = join(tempDir(t), 'tickers.txt')
  writeFileSync(path, 'BZ:BF G6-H6-J6\r\nESZ5, NQ*\n')
  const { tickers } = flatParams(futuresCme.trades)
  assert.deepEqual(tickers.parse(`@${path}`), ['BZ:BF G6-H6-J6', 'ESZ5', 'NQ*'])
})

const refused: readonly (readonly [{ parse(text: string): unknown }, string, RegExp])[] = [
  [tickers, '@missing.txt', /missing\.txt cannot be read/],
  [tickers, ',', /names no ticker/],
  [tickers, 'A*B', /can only stand at the end/],
  [columns, 'price,prize', /stocks-trades has no column prize/],
  [columns, 'price,price', /price is named twice/],
  [name, '../x', /cannot name a folder/],
  [partitionBy, 'tickr', /stocks-trades has no column tickr/],
  [partitionBy, 'ticker,ticker', /ticker is named twice/],
  [partitionBy, 'ticker,price', /price is a float64 and cannot be a partition/],
  [partitionBy, 'sip_timestamp', /sip_timestamp is a timestamp_ns and cannot be a partition/],
  [name, '_millrace', /cannot name a folder/],
  [name, 'a/b', /cannot name a folder/],
  [name, 'CON', /cannot name a folder/],
  [name, 'trades.', /cannot name a folder/],
  [name, 'x'.repeat(300), /cannot name a folder/],
]
for (const [param, text, message] of refused)
  test(`${JSON.stringify(text)} is refused`, () =>
    assert.throws(
      () => param.parse(text),
      (error) => error instanceof UsageError && message.test(error.message),
    ))
