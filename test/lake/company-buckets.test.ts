import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { companyPrinter, periodKeys } from '../../src/columnar/period-rows.ts'
import { companyBuckets } from '../../src/lake/company-buckets.ts'
import { openSpill } from '../../src/lake/spill.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const company = fc.record({
  cik: fc.option(fc.integer({ min: 0, max: 9 }).map(String)),
  tickers: fc.option(fc.constantFrom('A', 'B', 'C,D')),
})
const cuts = fc.array(fc.array(company, { maxLength: 12 }), { maxLength: 6 })

/** Rows are told apart by their year. */
async function* batchesOf(given: readonly (readonly { cik: string | null; tickers: string | null }[])[]) {
  let year = 0
  for (const rows of given) {
    const none = rows.map(() => null)
    yield batchOf(periodKeys, {
      cik: rows.map(({ cik }) => cik),
      tickers: rows.map(({ tickers }) => tickers),
      period_end: none,
      filing_date: none,
      fiscal_year: rows.map(() => year++),
      fiscal_quarter: none,
      timeframe: none,
    })
  }
}

test('every row is in one bucket, and so is every company, however the rows are cut', async (t) => {
  const root = tempDir(t)
  let runs = 0
  const bucketsOf = async (given: Parameters<typeof batchesOf>[0], buckets: number) => {
    const spill = openSpill(join(root, String(runs++)), new AbortController().signal)
    const found = []
    for await (const bucket of companyBuckets(batchesOf(given), buckets, spill)) found.push(bucket)
    await spill.close()
    return found
  }
  await fc.assert(
    fc.asyncProperty(cuts, fc.integer({ min: 1, max: 5 }), async (given, most) => {
      const buckets = await bucketsOf(given, most)
      const numbers = buckets.map(({ number }) => number)
      assert.deepEqual(
        numbers,
        [...new Set(numbers)].sort((a, b) => a - b),
      )
      assert.ok(numbers.every((number) => number < most))
      const rows = buckets.flatMap(({ batches }) => batches.flatMap(rowsOf))
      assert.deepEqual(
        rows.map(({ fiscal_year }) => Number(fiscal_year)).sort((a, b) => a - b),
        given.flat().map((_, i) => i),
      )
      const homes = new Map<string | undefined, number>()
      for (const { number, batches } of buckets)
        for (const batch of batches) {
          const nameOf = companyPrinter(batch)
          for (let row = 0; row < batch.numRows; row++) {
            assert.equal(homes.get(nameOf(row)) ?? number, number)
            homes.set(nameOf(row), number)
          }
        }
      const whole = await bucketsOf([given.flat()], most)
      assert.deepEqual(
        whole.map(({ number, batches }) => [number, batches.flatMap(rowsOf)]),
        buckets.map(({ number, batches }) => [number, batches.flatMap(rowsOf)]),
      )
    }),
    { numRuns: 60 },
  )
})
