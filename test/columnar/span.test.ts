import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tallySpan } from '../../src/columnar/span.ts'
import type { Batch, Columns } from '../../src/core/schema.ts'
import { batchOf } from '../helpers/batches.ts'

const times = (...values: readonly (bigint | null)[]): Batch =>
  batchOf({ ticker: 'utf8', at: 'timestamp_ns' }, { ticker: values.map(() => 'A'), at: values })

function spanOf(batches: readonly Batch[], time?: string) {
  const tally = tallySpan(time)
  for (const batch of batches) tally.add(batch)
  return tally.span
}

const value = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -3n, max: 3n }),
  // Neighbours: as doubles they would be one.
  fc.bigInt({ min: 1709283600000000000n, max: 1709283600000000009n }),
)

test('the span of any batches is their least and greatest value to the last digit, nulls not counted', () => {
  const batches = fc.array(fc.array(fc.option(value), { maxLength: 20 }), { maxLength: 4 })
  const same = fc.property(batches, fc.boolean(), (lists, sliced) => {
    const found = spanOf(
      lists.map((list) => (sliced ? (times(5n, ...list).slice(1) as Batch) : times(...list))),
    )
    const sorted = lists
      .flat()
      .filter((one) => one !== null)
      .sort((a, b) => (a < b ? -1 : 1))
    const [least, most] = [sorted[0], sorted.at(-1)]
    const expected = { column: 'at', kind: 'timestamp_ns', min: String(least), max: String(most) }
    assert.deepEqual(found, least === undefined ? undefined : expected)
  })
  fc.assert(same, { numRuns: 500 })
})

const columns: readonly (readonly [
  what: string,
  kinds: Columns,
  time: string | undefined,
  column?: string,
])[] = [
  ['the first timestamp', { n: 'int64', a: 'timestamp_us', b: 'timestamp_ns' }, undefined, 'a'],
  ['the one that is named', { n: 'int64', a: 'timestamp_us', b: 'timestamp_ns_utc' }, 'b', 'b'],
  ['one named that holds digits', { n: 'int64', a: 'timestamp_us' }, 'n', 'n'],
  ['none, when there is no timestamp', { n: 'int64', d: 'date' }, undefined],
  ['none, when the named one was left out', { a: 'timestamp_ns' }, 'b'],
  ['none, when the named one is no whole number of 64 bits', { a: 'float64', b: 'timestamp_ns' }, 'a'],
]
for (const [what, kinds, time, column] of columns)
  test(`the column of the span is ${what}`, () => {
    const row = Object.entries(kinds).map(([name, kind]) => [
      name,
      [kind === 'float64' || kind === 'date' ? 1 : 1n],
    ])
    const batch = batchOf(kinds, Object.fromEntries(row)) as Batch
    assert.equal(spanOf([batch], time)?.column, column)
  })
