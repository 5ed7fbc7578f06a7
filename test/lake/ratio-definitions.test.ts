import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ratios } from '../../src/datasets/ratios/all.ts'
import { ratioDefinitions } from '../../src/lake/ratio-definitions.ts'
import { rowsOf } from '../helpers/batches.ts'

test('the definitions are a row for each ratio, and say what the catalogue says', () => {
  const rows = rowsOf(ratioDefinitions())
  assert.equal(rows.length, 246)
  assert.deepEqual(rows[0], {
    name: 'current_ratio',
    group: 'liquidity',
    unit: 'ratio',
    formula: 'total_current_assets / total_current_liabilities',
    meaning: ratios[0]?.meaning,
    needs: 'statements',
  })
})
