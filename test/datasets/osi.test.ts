import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type OptionSymbol, readOsi } from '../../src/datasets/osi.ts'

const symbols: readonly [
  ticker: string,
  underlying: string,
  expiry: string,
  right: string,
  strike: string,
][] = [
  ['O:SPY241220P00720000', 'SPY', '2024-12-20', 'P', '00720.000'],
  ['SPY241220P00720000', 'SPY', '2024-12-20', 'P', '00720.000'],
  ['O:SPY1241220P00720000', 'SPY1', '2024-12-20', 'P', '00720.000'],
  ['O:SOXS1270115C00000500', 'SOXS1', '2027-01-15', 'C', '00000.500'],
  ['O:A260618C00100000', 'A', '2026-06-18', 'C', '00100.000'],
  ['O:BRKB240229C99999999', 'BRKB', '2024-02-29', 'C', '99999.999'],
  ['O:C240119C00050000', 'C', '2024-01-19', 'C', '00050.000'],
  ['O:240119240119P00000001', '240119', '2024-01-19', 'P', '00000.001'],
]

for (const [ticker, underlying, expiry, right, strike] of symbols)
  test(`${ticker} is read from its right`, () =>
    assert.deepEqual(readOsi(ticker), { underlying, expiry, right, strike } satisfies OptionSymbol))

const others = [
  '',
  'AAPL',
  'O:',
  'O:241220P00720000',
  'O:SPY241320P00720000',
  'O:SPY240230P00720000',
  'O:SPY241220X00720000',
  'O:SPY241220p00720000',
  'O:SPY241220P0072000',
  'O:SPY241220P007200000',
  'O:SPY241220P00720000 ',
  'O:SPY241220P0072000\u0660',
  'X:BTC-USD',
]
for (const ticker of others)
  test(`${JSON.stringify(ticker)} is no symbol of an option`, () => assert.equal(readOsi(ticker), undefined))

test('any symbol that is put together is taken apart again, its strike to the thousandth', () => {
  const parts = fc.record({
    root: fc.stringMatching(/^[A-Z]{1,5}[0-9]?$/),
    day: fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    right: fc.constantFrom('C', 'P'),
    thousandths: fc.nat(99_999_999),
  })
  const reads = fc.property(parts, ({ root, day, right, thousandths }) => {
    const expiry = day.toISOString().slice(0, 10)
    const date = expiry.slice(2).replaceAll('-', '')
    const read = readOsi(`O:${root}${date}${right}${String(thousandths).padStart(8, '0')}`)
    assert.deepEqual([read?.underlying, read?.expiry, read?.right], [root, expiry, right])
    assert.equal(Number(read?.strike), thousandths / 1000)
  })
  fc.assert(reads)
})
