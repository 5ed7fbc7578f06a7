import assert from 'node:assert/strict'
import { test } from 'node:test'
import { periodSql } from '../../src/lake/statement-keys.ts'
import { query } from '../helpers/duckdb.ts'
import { at, merged, newest, type Said, type Seen, said, seenIn } from '../helpers/seen-statements.ts'

test('what is restated and taken back again is there three times, and the last is what was said last', () => {
  const [a, b] = [said(), said({ revenue: 2, filing_date: 19_900 })]
  let held: readonly Seen[] = []
  for (const row of at([[a], [a], [b], [b], [a], [a]])) held = merged(held, [row])
  assert.deepEqual(seenIn(held), [
    [1, 0],
    [1, 4],
    [2, 2],
  ])
  assert.deepEqual(newest(held), a)
})

test('an answer of two versions of a period is kept once, and again when there is a third, older one', () => {
  const [first, second] = [said(), said({ revenue: 2, filing_date: 19_900 })]
  const older = said({ revenue: 0, filing_date: 19_849 })
  const answers = [
    [first, second],
    [second, first],
    [first, older, second],
    [older, first, second],
  ]
  let held: readonly Seen[] = []
  for (const rows of answers.keys())
    held = merged(
      held,
      at(answers).filter((row) => row.observed_at === BigInt(rows)),
    )
  assert.deepEqual(seenIn(held), [
    [0, 2],
    [1, 0],
    [2, 0],
    [2, 2],
  ])
  assert.deepEqual(newest(held), second)
})

test('rows of a company that come under tickers of their own are not taken for restatements of each other', () => {
  const [one, other] = [said({ tickers: 'BRK.A' }), said({ tickers: 'BRK.B', revenue: 2 })]
  let held: readonly Seen[] = []
  // Units come in any order.
  for (const row of at([[one], [other], [other], [one], [one], [other]])) held = merged(held, [row])
  assert.deepEqual(seenIn(held), [
    [1, 0],
    [2, 1],
  ])
})

test('rows of two tickers that once came as one are told apart again, and what each says again adds none', () => {
  const both = said({ tickers: 'A,B' })
  const [one, other] = [said(), said({ tickers: 'B', revenue: 2 })]
  for (const [keeps, seen] of [
    [
      {},
      [
        [1, 1],
        [1, 0],
        [2, 2],
      ],
    ],
    [
      { keeps: 'newest' },
      [
        [1, 1],
        [2, 2],
      ],
    ],
  ] as const) {
    let held: readonly Seen[] = []
    for (const row of at([[both], [one], [other], [one], [other], [one]])) held = merged(held, [row], keeps)
    assert.deepEqual(seenIn(held), seen)
  }
})

test('rows that name nobody are no versions of each other, and those of a cik without tickers are', () => {
  for (const [cik, kept] of [
    [null, 2],
    ['1', 1],
  ] as const) {
    const [one, other] = [said({ cik, tickers: null }), said({ cik, tickers: null, revenue: 2 })]
    let held: readonly Seen[] = []
    for (const row of at([[one], [other], [one], [other]])) held = merged(held, [row], { keeps: 'newest' })
    assert.equal(held.length, kept)
    if (cik) assert.deepEqual(newest(held), other)
  }
})

const keys = ['cik', 'tickers', 'timeframe', 'fiscal_year', 'fiscal_quarter', 'period_end'] as const
const text = (value: string | number | null): string =>
  typeof value === 'string' ? `'${value}'` : `${value ?? 'null'}`

test('a period is whose it is, its timeframe, year and quarter, and views have it so, too', async () => {
  const kinds: Readonly<
    Record<string, { readonly other: Partial<Said>; readonly of?: Partial<Said>; readonly isSame: boolean }>
  > = {
    'another end': { other: { period_end: 19_801 }, isSame: true },
    'other tickers, of which one is the same': { other: { tickers: 'A,B' }, isSame: true },
    'another company': { other: { cik: '2' }, isSame: false },
    'another quarter': { other: { fiscal_quarter: 2 }, isSame: false },
    'another year': { other: { fiscal_year: 2023 }, isSame: false },
    'another timeframe': { other: { timeframe: 'annual' }, isSame: false },
    'a year that ends with another quarter': {
      of: { timeframe: 'annual' },
      other: { timeframe: 'annual', fiscal_quarter: null },
      isSame: true,
    },
    'no year, and another end': {
      of: { fiscal_year: null },
      other: { fiscal_year: null, period_end: 19_801 },
      isSame: false,
    },
    'no cik, and other tickers': { of: { cik: null }, other: { cik: null, tickers: 'A,B' }, isSame: false },
  }
  for (const [title, { other, of = {}, isSame }] of Object.entries(kinds)) {
    const [a, b] = [said(of), said({ ...of, ...other, revenue: 2 })]
    let held: readonly Seen[] = []
    for (const row of at([[a], [b], [a]])) held = merged(held, [row])
    assert.equal(held.length, isSame ? 3 : 2, title)
    const rows = [a, b].map((one) => `(${keys.map((key) => text(one[key])).join(', ')})`).join(', ')
    const grouped = `select 1 from (values ${rows}) as t(${keys.join(', ')}) group by ${periodSql}`
    assert.equal((await query(grouped)).length, isSame ? 1 : 2, title)
  }
})
