import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Planned } from '../../src/core/plan.ts'
import type { Unit } from '../../src/core/recipe.ts'
import { type Ending, followWholes, wholesOf } from '../../src/core/wholes.ts'

const batch = { nth: 1, all: 1 }
const unitsOf = (of: string): Unit[] => [
  { id: `${of} sheet`, of, part: 'sheet', isMain: true, batch },
  { id: `${of} flow`, of, part: 'flow', isMain: true, batch },
  { id: `${of} splits`, of, part: 'splits', batch },
]
const plan = (units: readonly Unit[], done: readonly string[] = []): Planned[] =>
  units.map((unit) => ({ unit, done: done.includes(unit.id) }) as Planned)

const error = new Error('no')
const failed: Ending = { error }
const rows = (n: number): Ending => ({ rows: n })

/** How the three units of a company end, those done before left out, and what is said of it. */
const cases: Readonly<
  Record<
    string,
    readonly [
      endings: readonly (Ending | undefined)[],
      told: readonly (number | undefined)[],
      noData: boolean,
    ]
  >
> = {
  'all of it came': [[rows(5), rows(6), rows(0)], [5, 6, 0], false],
  'an answer without rows in all main parts is no data': [[rows(0), rows(0), rows(1)], [0, 0, 1], true],
  'one main part with rows is enough': [[rows(0), rows(3), rows(0)], [0, 3, 0], false],
  'a failure is not taken for no data': [[rows(0), failed, rows(0)], [0, undefined, 0], false],
  'what was done before is not told, and not known to be empty': [
    [undefined, rows(0), rows(0)],
    [0, 0],
    false,
  ],
}

for (const [what, [endings, told, noData]] of Object.entries(cases))
  test(`of a company: ${what}`, () => {
    const units = unitsOf('A')
    const before = units.filter((_, i) => endings[i] === undefined).map(({ id }) => id)
    const wholes = followWholes(plan([...units, { id: 'alone' }], before))
    assert.deepEqual([wholes.all, wholes.before], [1, 0])
    assert.equal(wholes.ended({ id: 'alone' }, rows(1)), undefined)
    const order = units
      .map((unit, i) => [unit, endings[i]] as const)
      .filter(([, ending]) => ending)
      .reverse()
    const ended = order.map(([unit, ending]) => wholes.ended(unit, ending as Ending))
    const whole = ended.pop()
    assert.ok(
      ended.every((one) => one === undefined),
      'it is told with its last unit',
    )
    assert.deepEqual(
      whole?.parts.map((part) => part.rows),
      told,
    )
    assert.deepEqual([whole?.name, whole?.batch, whole?.noData], ['A', batch, noData])
    assert.equal(whole?.error, endings.includes(failed) ? error : undefined)
  })

test('companies are listed once, in the order of the plan, and what stands beside them is not; alone it is', () => {
  assert.deepEqual([...wholesOf(plan([{ id: 'w' }, { id: 'x' }])).keys()], ['w', 'x'])
  const units = [{ id: 'w' }, ...unitsOf('B'), ...unitsOf('A')]
  const found = [...wholesOf(plan(units))].map(([name, parts]) => [name, parts.length])
  assert.deepEqual(found, [
    ['B', 3],
    ['A', 3],
  ])
  const done = followWholes(
    plan(
      units,
      unitsOf('A').map(({ id }) => id),
    ),
  )
  assert.deepEqual([done.all, done.before], [2, 1])
})
