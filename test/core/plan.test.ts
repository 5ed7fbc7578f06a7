import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { alsoInto } from '../../src/core/also-into.ts'
import { UsageError } from '../../src/core/errors.ts'
import { from } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed, keepIn } from '../helpers/collect.ts'
import { data, names, runNames, sharing } from '../helpers/name-recipes.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

test('--limit counts the units that are not done yet', async (t) => {
  const root = tempDir(t)
  const units = ['a', 'b', 'c', 'd']
  await runNames({ root, units }, { limit: 1 })
  await runNames({ root, units }, { limit: 2 })
  assert.deepEqual(data(root), ['names/a', 'names/b', 'names/c'])
})

const planning: readonly (readonly [string, object, RegExp])[] = [
  [
    'two units of one name',
    { units: () => [{ id: 'a' }, { id: 'a' }] },
    /two units, a and a, have the name a/,
  ],
  [
    'two units in one place',
    { units: () => [{ id: 'a' }, { id: 'b' }], unit: 'one' },
    /a and b, have names one in /,
  ],
  ['units that are no list', { units: () => undefined }, /units\(\) of the recipe names answers no list/],
  [
    'a chain without an end',
    { build: () => ({ stages: [feed([])] }) },
    /cannot build a: its chain does not end/,
  ],
  [
    'a build that fails',
    {
      build() {
        throw new TypeError('no such thing')
      },
    },
    /cannot build a: no such thing/,
  ],
]
for (const [what, { unit, ...parts }, message] of planning as [string, { unit?: string }, RegExp][])
  test(`${what} is a usage error before anything is written`, async (t) => {
    const root = tempDir(t)
    const build: typeof names.build = ({ id }, params) =>
      from(feed([Buffer.from(id)])).into(
        rawFile({
          path: join(params.root, id),
          slot: { root: params.root, table: 'names', unit: unit ?? id },
        }),
      )
    const odd = { ...names, build, ...parts }
    const ended = runRecipe(odd, { root, units: ['a'] }, createRun(), { tool: 'test' })
    await assert.rejects(ended, (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, message)
      return true
    })
    assert.deepEqual(filesUnder(root), [])
  })

test('a unit knows whether it begins and ends what it shares, after the limit', async () => {
  const places: unknown[] = []
  const shared = sharing(() => keepIn<Bytes>([]))
  const build: typeof shared.build = (unit, params, place) => {
    places.push([unit.id, place.first, place.last])
    return shared.build(unit, params, place)
  }
  await runRecipe({ ...shared, build }, ['a', 'b', 'c'], createRun(), { tool: 'test', limit: 2 })
  assert.deepEqual(places.slice(-2), [
    ['a', true, false],
    ['b', false, true],
  ])
})

test('a file kept beside the output belongs to what is done', async (t) => {
  const root = tempDir(t)
  const copy = join(root, 'copy')
  const kept: typeof names = {
    ...names,
    build: ({ id }, params) =>
      from(feed([Buffer.from(id)]))
        .through(alsoInto(rawFile({ path: copy })))
        .into(
          rawFile({
            path: join(root, 'names', id),
            slot: { root, table: 'names', unit: id },
            shape: { root: params.root },
          }),
        ),
  }
  const again = () => runRecipe(kept, { root, units: ['a'] }, createRun(), { tool: 'test' })
  assert.deepEqual([(await again()).done, (await again()).skipped], [1, 1])
  rmSync(copy)
  assert.equal((await again()).done, 1)
})
