import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datasets } from '../../src/datasets/all.ts'
import { restTables } from '../../src/datasets/rest-tables.ts'
import { registry } from '../../src/pipelines/registry.ts'
import { parsed } from '../helpers/run-flat.ts'

test('every dataset and every table is a recipe, under its name and aliases', () => {
  assert.deepEqual(
    registry.map(({ name, aliases }) => [name, aliases]),
    [
      ...datasets,
      ...restTables,
      { name: 'screener', aliases: ['fundamentals'] },
      { name: 'financial-ratios', aliases: ['financial_ratios'] },
      { name: 'ratio-definitions', aliases: [] },
      { name: 'symbols', aliases: [] },
    ].map(({ name, aliases }) => [name, aliases]),
  )
  const words = registry.flatMap(({ name, aliases }) => [name, ...aliases])
  assert.equal(new Set(words).size, words.length)
})

/** Where the rows of each kind come from, and what they go through. */
const chains = {
  bucket: ['s3-object', 'gunzip', 'parse-csv', 'normalize', 'parquet-lake'],
  api: ['rest-pages', 'pending-rows'],
}
/** Those of the lake have each its own. */
const made: Readonly<Record<string, readonly string[]>> = {
  'financial-ratios': ['lake-periods', 'add-market', 'add-ratios', 'pending-rows'],
  'ratio-definitions': ['ratio-definitions', 'pending-rows'],
  symbols: ['lake-symbols', 'pending-rows'],
}

for (const { name, summary, of, load } of registry)
  test(`${name} loads, and builds a chain for its sample`, async () => {
    const recipe = await load()
    assert.deepEqual([recipe.name, recipe.summary], [name, summary])
    assert.ok(recipe.sample)
    const chain = recipe.build(
      recipe.sample,
      parsed(recipe.params, of === 'bucket' ? { start: '2024-03-01' } : {}),
      {
        first: true,
        last: true,
      },
    )
    assert.deepEqual(
      chain.stages.map((stage) => stage.name),
      of === 'lake' ? made[name] : chains[of],
    )
  })

test('only recipes of which the API can be asked by company have --tickers: others would get all of it, and a row of another', async () => {
  const asked = await Promise.all(
    restTables.map(async ({ name }) => {
      const { params = {} } = (await registry.find((one) => one.name === name)?.load()) ?? {}
      return 'tickers' in params ? [] : [name]
    }),
  )
  assert.deepEqual(asked.flat(), ['conditions', 'exchanges'])
})
