import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AddRatiosOptions, addRatios } from '../../src/transforms/add-ratios.ts'
import { periods, ratiosOf } from './period-rows.ts'

describe('it refuses', () => {
  const cases: Readonly<Record<string, { readonly options: AddRatiosOptions; readonly message: RegExp }>> = {
    'a ratio that there is not': {
      options: { ratios: ['curent_ratio'] },
      message: /^there is no ratio curent_ratio$/,
    },
    'a figure that there is not': {
      options: { absentAsZero: ['goodwil'] },
      message: /^goodwil is no figure of a statement$/,
    },
    'a figure of the market': { options: { absentAsZero: ['price'] }, message: /^price is no figure/ },
    'a formula without a name': { options: { own: ['gross_profit / 2'] }, message: /is no ratio$/ },
    'a name that is taken': { options: { own: ['goodwill = 2'] }, message: /^the name goodwill is taken$/ },
    'a formula that is none': {
      options: { own: ['mine = goodwill +'] },
      message: /^position 11 of the formula/,
    },
  }
  for (const [title, { options, message }] of Object.entries(cases))
    test(title, () => {
      assert.throws(() => addRatios(options), { name: 'UsageError', message })
    })
})

test('one ratio of ones own may name another, whichever comes first', async () => {
  const own = ['twice = 2 * half', 'half = gross_margin / 2']
  const [row] = await ratiosOf({ ratios: [], own }, periods({ gross_profit: 1, revenue: 4 }))
  assert.equal(row?.['twice'], 0.25)
})
