import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ParseCsvOptions, parseCsv } from '../../src/transforms/parse-csv.ts'
import { outcomeOf } from './parse-csv-outcome.ts'

const columns = { ticker: 'utf8', n: 'int32' } as const
const pairs = ['X:BTC-USD', 'X:BTC-EUR', 'X:BTCB-USD', 'X:BTCUSD', '"X:ETH-USD"']
const options = [
  'O:SPX241220P00720000',
  'O:SPXW241220P00720000',
  'O:SPXW241220P00720000',
  'SPX',
  '',
  'O:SPX1241220P00720000',
]

const cases: readonly [
  file: readonly string[],
  asked: Omit<ParseCsvOptions, 'delimiter'>,
  rows: readonly number[],
  warnings: readonly string[],
][] = [
  [pairs, { symbols: 'pair', tickers: ['X:BTCUSD'] }, [0, 3], []],
  [pairs, { symbols: 'pair', tickers: ['X:BTC-USD'] }, [0, 3], []],
  [pairs, { symbols: 'pair', tickers: ['X:BTC-*'] }, [0, 1], []],
  [pairs, { symbols: 'pair', tickers: ['X:BTC*'] }, [0, 1, 2, 3], []],
  [pairs, { symbols: 'pair', tickers: ['X:BTCU*'] }, [0, 3], []],
  [pairs, { symbols: 'pair', tickers: ['X:ETHUSD', 'X:XRP-USD'] }, [4], ['no row has the ticker X:XRPUSD']],
  [pairs, { tickers: ['X:BTCUSD'] }, [3], []],
  [options, { underlyings: ['SPXW'] }, [1, 2], []],
  [options, { underlyings: ['SPX'] }, [0], []],
  [options, { underlyings: ['SPX*'] }, [0, 1, 2, 5], []],
  [options, { underlyings: ['SPX', 'SPY'] }, [0], ['no row has the underlying SPY']],
  [options, { underlyings: ['SPX', 'SPXW'], tickers: ['O:SPX2*', 'SPX'] }, [0], []],
  [
    options,
    { underlyings: ['O*', '*P007*'] },
    [],
    ['no row has the underlying *P007*', 'no row has the underlying O*'],
  ],
]

for (const [file, asked, rows, warnings] of cases)
  test(`with ${JSON.stringify(asked)} rows ${rows} of ${file[0]} and others are read`, async () => {
    const text = `n,ticker\n${file.map((ticker, i) => `${i},${ticker}\n`).join('')}`
    const told = await outcomeOf([Buffer.from(text)], parseCsv(columns, asked))
    assert.deepEqual(
      told.rows.map(({ n }) => n),
      rows,
    )
    assert.deepEqual(told.filtered, file.length - rows.length)
    assert.deepEqual(told.warnings, warnings)
  })

test('a pair with its dash and without has one shape, and underlyings have theirs', () => {
  const shapeOf = (asked: ParseCsvOptions) => parseCsv(columns, asked).shape
  assert.deepEqual(shapeOf({ symbols: 'pair', tickers: ['X:BTC-USD', 'X:BTCUSD'] }), {
    tickers: ['X:BTCUSD'],
  })
  assert.deepEqual(shapeOf({ underlyings: ['B', 'A', 'B'] }), { underlyings: ['A', 'B'] })
  assert.deepEqual(shapeOf({ symbols: 'option' }), {})
})
