import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gatherTickers, numbersOf } from '../../src/lake/ticker-order.ts'
import { batchOf } from '../helpers/batches.ts'

const texts = fc.oneof(
  fc.constantFrom('A', 'AA', 'a', 'BApA', 'BAPA', '', 'ü', '€', '😀', '\uFFFD'),
  fc.string({ unit: 'binary' }),
)
const tickers = fc.array(fc.option(texts, { freq: 5 }), { maxLength: 30 })
const batchWith = (ticker: readonly (string | null)[]) => batchOf({ ticker: 'utf8' }, { ticker })

test('numbers are in the order of the bytes of the tickers, and null has the last', () => {
  fc.assert(
    fc.property(fc.array(tickers, { maxLength: 4 }), (batches) => {
      const gathered = gatherTickers()
      for (const batch of batches) gathered.add(batchWith(batch))
      const order = gathered.order()
      const all = batches.flat()
      const numbers = batches.flatMap((batch) => [...numbersOf(batchWith(batch), order)])
      const known = [...new Set(all.filter((ticker) => ticker !== null))]
      const expected = known.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      assert.deepEqual(
        numbers,
        all.map((ticker) => (ticker === null ? expected.length : expected.indexOf(ticker))),
      )
    }),
  )
})

test('a slice of a batch has numbers of its own rows', () => {
  const whole = batchWith(['B', 'B', null, 'A', 'C'])
  const gathered = gatherTickers()
  gathered.add(whole)
  const slice = whole.slice(1, 4) as typeof whole
  assert.deepEqual([...numbersOf(slice, gathered.order())], [1, 3, 0])
})

test('a ticker that was not gathered is an error', () => {
  assert.throws(() => numbersOf(batchWith(['A']), gatherTickers().order()), /the ticker A has come only now/)
})
