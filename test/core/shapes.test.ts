import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../../src/core/errors.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { names, pick, runNames } from '../helpers/name-recipes.ts'
import { tempDir } from '../helpers/temp-dir.ts'

test('another shape is refused with both named, and taken with --replace when it covers the folder', async (t) => {
  const root = tempDir(t)
  await runNames({ root, units: ['a', 'b'] })
  const other = { root, units: ['a'], shape: 'other' }
  await assert.rejects(runNames(other), (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, /holds shape "plain".*would write shape "other"/)
    assert.match(String(error.hint), /--name/)
    return true
  })
  await assert.rejects(runNames(other, { replace: true }), /--replace|holds/)
  assert.deepEqual(pick(await runNames({ ...other, units: ['a', 'b'] }, { replace: true })), {
    done: 2,
    skipped: 0,
    failed: 0,
  })
  assert.equal((await runNames({ ...other, units: ['a', 'b'] })).skipped, 2)
})

test('two shapes in one folder are refused, and a folder that was removed holds none', async (t) => {
  const root = tempDir(t)
  await runNames({ root, units: ['a'] })
  rmSync(join(root, 'names'), { recursive: true })
  assert.equal((await runNames({ root, units: ['b'], shape: 'other' })).done, 1)
  const mixed: typeof names.build = ({ id, identity }, params, place) =>
    names.build({ id, identity }, { ...params, shape: id }, place)
  const ended = runRecipe(
    { ...names, build: mixed },
    { root: join(root, 'x'), units: ['a', 'b'] },
    createRun(),
    {
      tool: 'test',
    },
  )
  await assert.rejects(ended, /names in .* holds shape "a" and shape "b"/)
})
