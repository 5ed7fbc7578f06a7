import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { ratiosJson } from '../../src/lake/ratio-facts.ts'
import { definitions } from '../../src/pipelines/derived.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const run = async (out: string): Promise<readonly [done: number, skipped: number]> => {
  const params = { out, compression: undefined }
  const { done, skipped } = await runRecipe(definitions, params, createRun({ durability: 'none' }), {
    tool: 'test',
  })
  return [done, skipped]
}

test('ratios.json is there with the definitions of the ratios, and is put right when it is gone or another one', async (t) => {
  const out = tempDir(t)
  const path = join(out, '_millrace/ratios.json')
  const spoils = [() => {}, () => rmSync(path), () => writeFileSync(path, '{}')]
  for (const spoil of spoils) {
    spoil()
    assert.deepEqual(await run(out), [1, 0])
    assert.equal(readFileSync(path, 'utf8'), ratiosJson())
    assert.deepEqual(await run(out), [0, 1])
  }
})
