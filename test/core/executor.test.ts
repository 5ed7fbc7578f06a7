import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadId } from 'node:worker_threads'
import type { Report } from '../../src/core/ledger.ts'
import { from } from '../../src/core/pipeline.ts'
import { type Recipe, recipe } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import { sink } from '../../src/core/stage.ts'
import { workerEntry } from '../../src/pipelines/worker-entry.ts'
import { feed } from '../helpers/collect.ts'
import { inOrder, listed, type Noted, noting, type Params } from '../helpers/noting-recipes.ts'
import { allBytes } from '../helpers/s3-run.ts'

async function run(
  one: Recipe<Params, Noted>,
  params: Params = {},
  options: Partial<RecipeOptions> = {},
  cores = 2,
) {
  const said: string[] = []
  const given = createRun({ cores, warn: (text) => said.push(text) })
  const report: Report = await runRecipe(one, params, given, {
    tool: 'test',
    workers: 2,
    threads: { entry: workerEntry },
    ...options,
  })
  assert.equal(report.done, 2, JSON.stringify(report.failed))
  const here = report.warnings.some(({ text }) => text === `thread ${threadId}`)
  return { here, said }
}

class Dollars {
  readonly n = 3
}

const elsewhere: readonly (readonly [string, Recipe<Params, Noted>, Params, Partial<RecipeOptions>])[] = [
  ['a recipe that a module exports', noting, {}, {}],
  ['one of a list that it exports', listed[1] as Recipe<Params, Noted>, {}, {}],
  [
    'params of dates, maps and bytes',
    noting,
    { sent: [new Date(0), new Map([[1, { a: undefined }]]), new Uint8Array(2)] },
    {},
  ],
]
for (const [what, one, params, options] of elsewhere)
  test(`${what}: units run on threads of their own`, async () => {
    assert.deepEqual(await run(one, params, options), { here: false, said: [] })
  })

const quietly: readonly (readonly [string, Recipe<Params, Noted>, Partial<RecipeOptions>])[] = [
  ['one worker', noting, { workers: 1 }],
  ['no entry for threads', noting, { threads: undefined as never }],
  ['a recipe without a module', recipe(withoutModule(noting)), {}],
  ['units that share an output', inOrder, {}],
]
for (const [what, one, options] of quietly)
  test(`${what}: units run on the thread of the caller, and nothing is said`, async () => {
    assert.deepEqual(await run(one, {}, options), { here: true, said: [] })
  })

for (const [cores, here] of [
  [2, true],
  [3, false],
] as const)
  test(`with ${cores} cores units that only carry bytes ${here ? 'run on the thread of the caller' : 'have threads of their own'}`, async () => {
    const carrying = recipe({ ...noting, carries: () => true })
    assert.deepEqual(await run(carrying, {}, {}, cores), { here, said: [] })
  })

for (const workers of [1, 2, 5])
  test(`${workers} units at a time on one thread keep one core busy, until the last is done`, async () => {
    const busy: unknown[] = []
    const given = createRun({ cores: 8 })
    const noted = feed(async function* ({ cores }) {
      busy.push(cores.busy[0])
      yield Buffer.alloc(1)
    })
    const build = () => from(noted).into(sink('nowhere', () => (input) => allBytes(input).then(() => {})))
    const units = () => ['a', 'b', 'c'].map((id) => ({ id }))
    await runRecipe(recipe({ ...withoutModule(noting), units, build }), {}, given, { tool: 'test', workers })
    assert.deepEqual([busy, given.cores.busy[0]], [[1, 1, 1], 0])
  })

const aloud: readonly (readonly [string, Recipe<Params, Noted>, Params, RegExp])[] = [
  ['params with a function', noting, { sent: () => 3 }, /sent its params \(.*could not be cloned/],
  [
    'params with an object of a class',
    noting,
    { sent: new Dollars() },
    /sent its params \(a copy is not the same/,
  ],
  ['params with a URL', noting, { sent: new URL('http://host') }, /sent its params/],
  [
    'a unit with a method',
    recipe<Params, Noted>({ ...noting, units: () => [{ id: 'a' }, { id: 'b', sent: () => 3 }] }),
    {},
    /sent its unit b/,
  ],
  [
    'a recipe made from one of another name',
    recipe({ ...noting, name: 'mine' }),
    {},
    /another recipe of this name, or none/,
  ],
  [
    'a recipe whose module is nowhere',
    recipe({ ...noting, module: 'file:///nowhere.js' }),
    {},
    /its module cannot be loaded \(.*nowhere\.js/,
  ],
  [
    'a recipe that builds otherwise than that of its name',
    recipe({ ...noting, build: (...given) => noting.build(...given) }),
    {},
    /another recipe of this name, or none/,
  ],
]
for (const [what, one, params, says] of aloud)
  test(`${what}: units run on the thread of the caller, and the user is told why`, async () => {
    const { here, said } = await run(one, params)
    assert.equal(here, true)
    assert.equal(said.length, 1)
    assert.match(said[0] ?? '', new RegExp(`^${one.name} runs on one thread: `))
    assert.match(said[0] ?? '', says)
  })

function withoutModule({ module: _module, ...rest }: Recipe<Params, Noted>): Recipe<Params, Noted> {
  return rest
}
