import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spareHeap } from '../../src/cli/spare-heap.ts'
import { planOne } from '../../src/core/plan.ts'
import type { AnyRecipe } from '../../src/core/recipe.ts'
import { financialRatios } from '../../src/pipelines/derived.ts'

const out = { out: 'lake', prices: 'stocks_daily', ratioNames: 'millrace', annualize: false, layout: 'month' }
const gathering = planOne(financialRatios as unknown as AnyRecipe, { id: 'financial_ratios' }, out)
const { gathers: _, ...file } = gathering

const cases = [
  { what: 'units that share files', units: [file, gathering], flags: ['--heap-growing-percent=200'] },
  { what: 'units that have files of their own', units: [file], flags: [] },
] as const
for (const { what, units, flags } of cases)
  test(`the heap is ${flags.length > 0 ? '' : 'not '}spared for ${what}`, () => {
    const set: string[] = []
    spareHeap((flag) => void set.push(flag)).planned?.(units)
    assert.deepEqual(set, flags)
  })
