import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Answer, at, merged, newest, type Said, type Seen, said } from '../helpers/seen-statements.ts'

const text = (one: Said): string => {
  const { tickers, period_end, filing_date, fiscal_quarter, revenue } = one
  return JSON.stringify([tickers, period_end, filing_date, fiscal_quarter, revenue])
}
const versions = [
  said(),
  said({ revenue: 2, filing_date: 19_900 }),
  said({ revenue: null, filing_date: 19_901 }),
  said({ revenue: 2, filing_date: null }),
  said({ period_end: 19_801, filing_date: 19_899 }),
  // As late as the one before, so that nothing but the order in the file tells which is the newest.
  said({ period_end: 19_801, filing_date: 19_899, revenue: 5 }),
  said({ tickers: 'A,B', filing_date: 19_898 }),
]
const oneVersion = fc.constantFrom(...versions).map((one): Answer => [one])
const someVersions = fc.shuffledSubarray(versions, { minLength: 1 }).map((some): Answer => some)

/** Histories, and how their answers come to be merged: some at a time, those shuffled, some once more. */
const coming = (answer: fc.Arbitrary<Answer>) =>
  fc.array(answer, { minLength: 1, maxLength: 8 }).chain((answers) =>
    fc.record({
      answers: fc.constant(answers),
      cuts: fc.array(fc.boolean(), { minLength: answers.length, maxLength: answers.length }),
      seed: fc.integer(),
      again: fc.array(fc.nat({ max: answers.length - 1 }), { maxLength: 3 }),
    }),
  )

function shuffled(rows: readonly Seen[], seed: number): Seen[] {
  const rank = (i: number): number => Math.sin(seed + i * 7919)
  return rows
    .map((row, i) => [rank(i), row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row)
}

interface Life {
  readonly answers: readonly Answer[]
  readonly cuts: readonly boolean[]
  readonly seed: number
}

function lived({ answers, cuts, seed }: Life, keeps: Parameters<typeof merged>[2] = {}) {
  let held: readonly Seen[] = []
  let waiting: Seen[] = []
  for (const [i, row] of answers.entries()) {
    waiting.push(...row.map((one) => ({ ...one, observed_at: BigInt(i) })))
    if (!cuts[i] && i < answers.length - 1) continue
    held = merged(held, shuffled(waiting, seed), keeps)
    waiting = []
  }
  return held
}

test('the newest row is always of the last answer, rows are as many as there were changes, and answers merged again add none', () => {
  fc.assert(
    fc.property(coming(oneVersion), ({ answers, cuts, seed, again }) => {
      const held = lived({ answers, cuts, seed })
      assert.deepEqual(newest(held), answers.at(-1)?.[0])
      const changes = answers.filter(
        (one, i) => i === 0 || text(one[0] as Said) !== text(answers[i - 1]?.[0] as Said),
      )
      assert.equal(held.length, changes.length)
      assert.equal(
        merged(
          held,
          again.flatMap((i) => at(answers).filter((row) => row.observed_at === BigInt(i))),
        ),
        held,
      )
      assert.deepEqual(merged([], shuffled(at(answers), seed)), held)
    }),
    { numRuns: 500 },
  )
})

test('the same is true of answers that tell several versions, none of which is lost, and the last of them fetched again adds none', () => {
  fc.assert(
    fc.property(coming(someVersions), ({ answers, cuts, seed, again }) => {
      const held = lived({ answers, cuts, seed })
      const last = (answers.at(-1) ?? []).map((one) => ({ ...one, observed_at: 99n }))
      assert.deepEqual(newest(held), newest(last))
      assert.deepEqual([...new Set(held.map(text))].sort(), [...new Set(answers.flat().map(text))].sort())
      assert.equal(
        merged(
          held,
          again.flatMap((i) => at(answers).filter((row) => row.observed_at === BigInt(i))),
        ),
        held,
      )
      assert.equal(merged(held, shuffled(last, seed)), held)
      assert.deepEqual(merged([], shuffled(at(answers), seed)), held)
    }),
    { numRuns: 500 },
  )
})

test('where only the newest is kept it is that of the last answer, and seen when that was said first', () => {
  const keeps = { keeps: 'newest' } as const
  fc.assert(
    fc.property(coming(someVersions), ({ answers, cuts, seed }) => {
      const held = lived({ answers, cuts, seed }, keeps)
      const saidLast = answers.map((_, i) => newest(at([answers[i] as Answer])))
      const last = saidLast.at(-1) as Said
      const since = saidLast.findLastIndex((one) => text(one as Said) !== text(last)) + 1
      assert.deepEqual(held, [{ ...last, observed_at: BigInt(since) }])
      assert.equal(merged(held, shuffled(at([...answers, answers.at(-1) as Answer]), seed), keeps), held)
    }),
    { numRuns: 500 },
  )
})
