import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { layouts, type Replaced } from '../../src/lake/merge-rule.ts'
import { bring, type SharedRow, sharedFiles, sharedRule } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const day = (date: string): number => Date.parse(date) / 86_400_000
const parquetOf = (root: string): string[] => filesUnder(root).filter((path) => path.endsWith('.parquet'))

const arbitraryRow = (tickers: readonly string[]) =>
  fc.record({
    ticker: fc.constantFrom(...tickers),
    day: fc.option(fc.integer({ min: 19_700, max: 19_790 })),
    value: fc.option(fc.integer({ min: 0, max: 3 })),
    seen: fc.constant(0),
  })
const date = fc
  .integer({ min: 19_700, max: 19_790 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
const arbitraryUnit = (tickers: readonly string[]) =>
  fc.record({
    rows: fc.array(arbitraryRow(tickers), { maxLength: 6 }),
    replaces: fc.option(
      fc.record(
        { tickers: fc.subarray(['A', 'B', 'C'], { minLength: 1 }), from: date, to: date },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    ),
  })

/** What a table holds after a unit, said as plainly as possible. */
function after(
  held: readonly SharedRow[],
  unit: { rows: readonly SharedRow[]; replaces: Replaced | undefined },
) {
  const { replaces } = unit
  const isReplaced = (one: SharedRow): boolean => {
    if (!replaces) return false
    const { tickers, from, to } = replaces
    if (tickers && !one.ticker.split(',').some((ticker) => tickers.includes(ticker))) return false
    if (one.day === null) return from === undefined && to === undefined
    return (from === undefined || one.day >= day(from)) && (to === undefined || one.day <= day(to))
  }
  return [...held.filter((one) => !isReplaced(one)), ...unit.rows]
}

const text = (rows: Iterable<SharedRow>): string[] =>
  [...new Set([...rows].map((one) => JSON.stringify(one)))].sort()

const forms = layouts.flatMap((layout) => [
  { layout, rows: 'of several tickers', tickers: ['A', 'B', 'B,C'], one: {} },
  { layout, rows: 'of one ticker each', tickers: ['A', 'B', 'C'], one: { single: true } as const },
])
for (const { layout, rows, tickers, one } of forms)
  test(`whatever units bring and replace, in however many runs, the files of the layout by ${layout} hold that and nothing else, rows ${rows}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(arbitraryUnit(tickers), { maxLength: 3 }), { maxLength: 3 }),
        async (runs) => {
          const root = tempDir(t)
          let expected: readonly SharedRow[] = []
          for (const [i, units] of runs.entries()) {
            // One at a time, so that it is known which of them came last.
            for (const unit of units) expected = after(expected, unit)
            await bring(
              root,
              units.map(({ rows, replaces }, n) => ({
                id: `${i}.${n}`,
                rows,
                ...(replaces && { replaces: { ...replaces, ...one } }),
              })),
              { rule: sharedRule({ layout }), workers: 1 },
            )
          }
          const files = await sharedFiles(root).catch(() => ({}))
          assert.deepEqual(text(Object.values(files).flat()), text(expected))
          assert.deepEqual(parquetOf(root), Object.keys(files).sort())
        },
      ),
      { numRuns: 40 },
    )
  })
