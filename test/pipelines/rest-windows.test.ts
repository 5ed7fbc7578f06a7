import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays } from '../../src/datasets/days.ts'
import { windowsOf } from '../../src/pipelines/rest-windows.ts'

const [first, last] = ['0000-01-01', '9999-12-31']
const date = fc.integer({ min: 0, max: 4000 }).map((days) => addDays('2018-01-01', days))
const window = fc.constantFrom('month' as const, 'quarter' as const, 'year' as const)
const given = fc.record({
  since: date,
  today: date,
  start: fc.option(date, { nil: undefined }),
  end: fc.option(date, { nil: undefined }),
})

test('windows cover each day asked for once, whatever is asked, and each has a name of its own', () => {
  fc.assert(
    fc.property(window, given, (window, { since, today, start, end }) => {
      fc.pre(start === undefined || end === undefined || start <= end)
      const windows = windowsOf({ column: 'day', window, since }, { start, end, today })
      assert.equal(windows[0]?.from, start)
      assert.equal(windows.at(-1)?.to, end)
      for (const [i, { from, to }] of windows.entries()) {
        assert.ok((from ?? first) <= (to ?? last), `${from} to ${to}`)
        if (i > 0) assert.equal(from, addDays(windows[i - 1]?.to as string, 1))
      }
      assert.equal(new Set(windows.map(({ name }) => name)).size, windows.length)
    }),
  )
})

const cases: readonly (readonly [asked: { start?: string; end?: string }, names: readonly string[]])[] = [
  [{}, ['until-2024-Q1', '2024-Q2', 'from-2024-Q3']],
  [{ start: '2024-05-02' }, ['2024-05-02-to-2024-06-30', 'from-2024-Q3']],
  [{ end: '2024-05-02' }, ['until-2024-Q1', '2024-04-01-to-2024-05-02']],
  [{ start: '2024-04-01', end: '2024-06-30' }, ['2024-Q2']],
  [{ start: '2030-02-03' }, ['from-2030-02-03']],
  [{ end: '1999-02-03' }, ['until-1999-02-03']],
]
for (const [asked, names] of cases)
  test(`windows of quarters since 2024, in August, when ${JSON.stringify(asked)} is asked`, () => {
    const bulk = { column: 'day', window: 'quarter', since: '2024-01-01' } as const
    assert.deepEqual(
      windowsOf(bulk, { ...asked, today: '2024-08-20' }).map(({ name }) => name),
      names,
    )
  })

test('a name tells what days a window has: no two of them that differ share one', () => {
  fc.assert(
    fc.property(window, given, given, (window, one, other) => {
      const all = [one, other].flatMap(({ start, end, today, since }) =>
        start !== undefined && end !== undefined && start > end
          ? []
          : windowsOf({ column: 'day', window, since }, { start, end, today }),
      )
      const days = new Map<string, string>()
      for (const { name, from, to } of all) {
        assert.equal(days.get(name) ?? `${from} ${to}`, `${from} ${to}`)
        days.set(name, `${from} ${to}`)
      }
    }),
  )
})
