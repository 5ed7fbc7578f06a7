import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { partitionFolder, partitionValue, partName } from '../../src/lake/layout.ts'

test('a partition lies at table/name=value, level below level', () => {
  assert.equal(
    partitionFolder('lake', 'stocks_trades', { date: '2024-03-01', ticker: 'BApA' }),
    'lake/stocks_trades/date=2024-03-01/ticker=BA%70A',
  )
  assert.equal(partName(3), 'part-3.parquet')
})

const values: readonly (readonly [string | null, string])[] = [
  ['2024-03-01', '2024-03-01'],
  ['BRK.B', 'BRK.B'],
  ['BApA', 'BA%70A'],
  ['BAPA', 'BAPA'],
  ['O:SPY', 'O%3ASPY'],
  ['a/b', '%61%2F%62'],
  ['../../X', '%2E.%2F..%2FX'],
  ['..', '%2E%2E'],
  ['X.', 'X%2E'],
  ['CON', '%43ON'],
  ['CON.A', '%43ON.A'],
  ['CONE', 'CONE'],
  ['', ''],
  [null, '__HIVE_DEFAULT_PARTITION__'],
]
for (const [value, encoded] of values)
  test(`${JSON.stringify(value)} is written as ${encoded}`, () =>
    assert.equal(partitionValue(value), encoded))

test('what is written decodes to the value, and only case decides nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 15 }), (value) => {
      const encoded = partitionValue(value)
      if (encoded.length <= 200) assert.equal(decodeURIComponent(encoded), value)
      assert.equal(encoded, encoded.toUpperCase())
      assert.match(encoded, /^[A-Z0-9_.%~-]*$/)
    }),
  )
})

test('long values stay below 200 bytes and apart', () => {
  const [a, b] = [partitionValue(`${'A'.repeat(400)}1`), partitionValue(`${'A'.repeat(400)}2`)]
  assert.ok(a.length <= 200)
  assert.notEqual(a, b)
})
