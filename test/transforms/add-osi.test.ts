import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDate } from '../../src/columnar/numbers.ts'
import { from } from '../../src/core/pipeline.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { fileColumns } from '../../src/datasets/dataset.ts'
import { optionsTrades } from '../../src/datasets/options.ts'
import { addOsi } from '../../src/transforms/add-osi.ts'
import { normalize } from '../../src/transforms/normalize.ts'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { select } from '../../src/transforms/select.ts'
import { batchOf, rowsOf, schemaOf } from '../helpers/batches.ts'
import { feed } from '../helpers/collect.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { tallied } from './tallied.ts'

const columns = { ticker: 'utf8', n: 'int32' } as const
const options = (...tickers: readonly (string | null)[]) =>
  batchOf(columns, { ticker: tickers, n: tickers.map((_, i) => i) })
const nulls = { underlying: null, expiry: null, right: null, strike: null }
const spy = { underlying: 'SPY', expiry: parseDate('2024-12-20') ?? null, right: 'P', strike: 720 }

batchTransformLaws(addOsi<typeof columns>, {
  input: [
    options('O:SPY241220P00720000', 'O:SPY241220P00720000', 'AAPL', null, 'O:SPY1241220C00000125'),
    options('O:SPY241220P00720000'),
  ],
  check: (output) =>
    assert.deepEqual(output.flatMap(rowsOf), [
      { ticker: 'O:SPY241220P00720000', n: 0, ...spy },
      { ticker: 'O:SPY241220P00720000', n: 1, ...spy },
      { ticker: 'AAPL', n: 2, ...nulls },
      { ticker: null, n: 3, ...nulls },
      { ticker: 'O:SPY1241220C00000125', n: 4, ...spy, underlying: 'SPY1', right: 'C', strike: 0.125 },
      { ticker: 'O:SPY241220P00720000', n: 0, ...spy },
    ]),
})

test('the four columns stand behind the others, of fixed types, also in a batch of no rows', async () => {
  const expected = [
    'ticker: Utf8',
    'n: Int32',
    'underlying: Utf8',
    'expiry: Date32<DAY>',
    'right: Utf8',
    'strike: Float64',
  ]
  for (const batch of [options(), options('AAPL'), options('O:SPY241220P00720000')]) {
    const { output } = await tallied([batch], addOsi<typeof columns>())
    assert.deepEqual(output.map(schemaOf), [expected])
  }
})

test('tickers that are no symbols are warned of once, with how many rows they have', async () => {
  const stage = addOsi<typeof columns>()
  const { warnings } = await tallied([options('O:X', 'O:X', null), options('O:A260618C00100000', 'Y')], stage)
  assert.deepEqual(warnings, ['rows whose ticker is no option symbol: 4, as O:X; what it would say is null'])
  const { warnings: none } = await tallied([options('O:A260618C00100000')], stage)
  assert.deepEqual(none, [])
})

test('a strike is the double nearest to what is written', async () => {
  const tickers = Array.from({ length: 2000 }, (_, i) => `O:A260618C${String(i * 997).padStart(8, '0')}`)
  const { output } = await tallied([options(...tickers)], addOsi<typeof columns>())
  for (const [i, { strike }] of output.flatMap(rowsOf).entries()) assert.equal(strike, (i * 997) / 1000)
})

test('a chain knows the columns, and that the ticker must be one of them', () => {
  const bytes = from(feed<Bytes>([]))
  const rows = bytes.through(parseCsv(fileColumns(optionsTrades))).through(normalize(optionsTrades))
  rows.through(addOsi()).through(select(['ticker', 'strike', 'price']))
  // @ts-expect-error There is no such column.
  rows.through(addOsi()).through(select(['strikes']))
  // @ts-expect-error There is no ticker.
  rows.through(select(['price'])).through(addOsi())
})

test('that they are there shapes the output', () => {
  assert.deepEqual(addOsi().shape, { osi: true })
})
