import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalTicker, namesOfTicker, type SymbolForm, underlyingsOf } from '../../src/datasets/symbols.ts'

const canonical: readonly [given: string, form: SymbolForm | undefined, one: string][] = [
  ['X:BTC-USD', 'pair', 'X:BTCUSD'],
  ['X:BTCUSD', 'pair', 'X:BTCUSD'],
  ['C:EUR-USD', 'pair', 'C:EURUSD'],
  ['X:BTC*', 'pair', 'X:BTC*'],
  ['X:BTC-*', 'pair', 'X:BTC-*'],
  ['BF-A', undefined, 'BF-A'],
  ['O:SPY241220P00720000', 'option', 'O:SPY241220P00720000'],
]

test('a pair has one name, with its dash or without; other tickers and patterns stay', () => {
  for (const [given, form, one] of canonical) assert.equal(canonicalTicker(given, form), one)
})

test('the canonical name is among those that a ticker of a file has', () => {
  for (const [given, form] of canonical.filter(([given]) => !given.endsWith('*')))
    assert.ok(namesOfTicker(given, form).includes(canonicalTicker(given, form)), given)
  assert.deepEqual(namesOfTicker('BF-A', undefined), ['BF-A'])
})

test('an option has the root of its symbol for an underlying, anything else has none', () => {
  assert.deepEqual(underlyingsOf('O:SPXW241220P00720000'), ['SPXW'])
  assert.deepEqual(underlyingsOf('SPXW'), [])
})
