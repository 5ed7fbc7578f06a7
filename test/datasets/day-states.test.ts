import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DayEvidence, dayStates, gapsOf, isLacking, stateText } from '../../src/datasets/day-states.ts'

const dataset = { since: '2003-09-10', calendar: 'nyse' } as const
const none: DayEvidence = {
  there: new Set(),
  changed: new Set(),
  failed: new Set(),
  lost: new Set(),
  listed: new Set(),
  published: '2024-04-05',
  wallMs: Date.parse('2024-04-09T14:00:00Z'),
}
const on = (date: string, evidence: Partial<DayEvidence>) =>
  dayStates(dataset, { first: date, last: date }, { ...none, ...evidence })[0]
const of = (...dates: readonly string[]): ReadonlySet<string> => new Set(dates)

interface Case {
  readonly date: string
  readonly by?: Partial<DayEvidence>
  readonly kind: string
  /** Whether somebody should look after it: always, when it may not be late, or never. */
  readonly lacking: 'always' | 'strict' | 'never'
}
const day = '2024-04-02'
const cases: readonly Case[] = [
  { date: day, by: { there: of(day) }, kind: 'there', lacking: 'never' },
  { date: day, by: { there: of(day), failed: of(day) }, kind: 'there', lacking: 'never' },
  { date: day, by: { there: of(day), changed: of(day) }, kind: 'changed', lacking: 'never' },
  { date: day, by: { there: of(day), changed: of(day), lost: of(day) }, kind: 'lost', lacking: 'always' },
  { date: day, by: { failed: of(day), listed: of(day) }, kind: 'failed', lacking: 'always' },
  { date: day, by: { listed: of(day) }, kind: 'not-fetched', lacking: 'always' },
  { date: day, kind: 'hole', lacking: 'always' },
  { date: day, by: { listed: undefined }, kind: 'unknown', lacking: 'always' },
  { date: day, by: { listed: undefined, published: '2024-04-01' }, kind: 'unknown', lacking: 'strict' },
  { date: day, by: { published: '2024-04-01' }, kind: 'late', lacking: 'strict' },
  { date: '2024-03-29', kind: 'holiday', lacking: 'never' },
  { date: '2024-03-29', by: { listed: undefined }, kind: 'holiday', lacking: 'never' },
  { date: '2024-03-30', kind: 'weekend', lacking: 'never' },
  // A Monday that is due at 15:00 UTC of Tuesday, an hour from now.
  { date: '2024-04-08', kind: 'not-published', lacking: 'strict' },
  { date: '2003-09-09', kind: 'before-first', lacking: 'never' },
]
for (const { date, by = {}, kind, lacking } of cases)
  test(`${date} with ${JSON.stringify(by, (_key, part) => (part instanceof Set ? [...part] : part))} is ${kind}`, () => {
    const one = on(date, by)
    assert.ok(one)
    assert.equal(one.state.kind, kind)
    assert.notEqual(stateText(one.state), '')
    const { published = none.published } = by
    assert.equal(isLacking(one, { published, strict: false }), lacking === 'always')
    assert.equal(isLacking(one, { published, strict: true }), lacking !== 'never')
  })

test('days in a row that lack for one reason are one gap, whatever weekends and holidays are between', () => {
  const there = of('2024-03-25', '2024-04-03')
  const listed = of('2024-03-27', '2024-03-28', '2024-04-01', '2024-04-02', '2024-04-05')
  const days = dayStates(dataset, { first: '2024-03-25', last: '2024-04-07' }, { ...none, there, listed })
  assert.deepEqual(
    gapsOf(days).map((gap) => [gap.first, gap.last, gap.days, gap.kind]),
    [
      ['2024-03-26', '2024-03-26', 1, 'hole'],
      ['2024-03-27', '2024-04-02', 4, 'not-fetched'],
      ['2024-03-29', '2024-03-29', 1, 'holiday'],
      ['2024-04-04', '2024-04-04', 1, 'hole'],
      ['2024-04-05', '2024-04-05', 1, 'not-fetched'],
    ],
  )
})
