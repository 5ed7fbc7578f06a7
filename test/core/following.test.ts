import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinReports, type Report } from '../../src/core/ledger.ts'
import { from } from '../../src/core/pipeline.ts'
import { type AnyRecipe, recipe, type Unit } from '../../src/core/recipe.ts'
import { createRun, noCounts } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import { feed, keepIn } from '../helpers/collect.ts'

/** A recipe whose units note that they ran; those that are to fail do. */
const noting = (
  name: string,
  units: readonly string[],
  ran: string[],
  following: readonly AnyRecipe[] = [],
) =>
  recipe<object, Unit>({
    name,
    summary: name,
    params: {},
    units: () => units.map((id) => ({ id })),
    following: () => following.map((one) => ({ recipe: one, params: {} })),
    build: ({ id }) =>
      from(
        feed(async function* () {
          ran.push(`${name} ${id}`)
          if (id === 'fails') throw new Error('it fails')
          yield 1
        }),
      ).into(keepIn<number>([])),
  })

const cases: readonly (readonly [
  what: string,
  units: readonly string[],
  options: Partial<RecipeOptions>,
  ran: readonly string[],
  report: Partial<Report>,
])[] = [
  ['all is done', ['a', 'b'], {}, ['first a', 'first b', 'next x', 'last y'], { done: 4 }],
  ['a unit fails', ['fails', 'b'], {}, ['first fails', 'first b', 'next x', 'last y'], { done: 3 }],
  ['a unit fails, and no further one is wanted', ['fails'], { failFast: true }, ['first fails'], { done: 0 }],
  ['only some units are wanted', ['a', 'b'], { limit: 1 }, ['first a', 'next x', 'last y'], { done: 3 }],
]
for (const [what, units, options, expected, report] of cases)
  test(`what follows a recipe runs after it, when ${what}`, async () => {
    const ran: string[] = []
    const others = [noting('next', ['x'], ran), noting('last', ['y'], ran)] as unknown as AnyRecipe[]
    const found = await runRecipe(noting('first', units, ran, others), {}, createRun(), {
      tool: 'test',
      ...options,
    })
    assert.deepEqual(ran, expected)
    assert.equal(found.recipe, 'first')
    assert.equal(found.done, report.done)
    assert.deepEqual(
      found.failed.map(({ unit }) => unit),
      units.filter((id) => id === 'fails'),
    )
  })

test('what there is nothing to make of is left out, as that is when its turn has come', async () => {
  const ran: string[] = []
  const follow = (name: string, isReady: () => boolean) => ({
    recipe: noting(name, ['x'], ran) as unknown as AnyRecipe,
    params: {},
    isReady: async () => isReady(),
  })
  const first = {
    ...noting('first', ['a'], ran),
    following: () => [follow('never', () => false), follow('after', () => ran.includes('first a'))],
  }
  await runRecipe(first, {}, createRun(), { tool: 'test' })
  assert.deepEqual(ran, ['first a', 'after x'])
})

test('reports of runs that followed each other add up, and say what limit ended the last', () => {
  const one: Report = {
    recipe: 'one',
    done: 1,
    skipped: 2,
    notStarted: 3,
    failed: [],
    counts: { ...noCounts(), rowsIn: 4 },
    files: ['a'],
    warnings: [{ text: 'w', units: 1 }],
    seconds: 1,
  }
  const next = { ...one, recipe: 'next', files: ['b'], limit: '--max-duration 2h' }
  assert.deepEqual(joinReports(one, next), {
    ...one,
    done: 2,
    skipped: 4,
    notStarted: 6,
    counts: { ...noCounts(), rowsIn: 8 },
    files: ['a', 'b'],
    warnings: [...one.warnings, ...one.warnings],
    seconds: 2,
    limit: '--max-duration 2h',
  })
})
