import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formulaFacts } from '../../src/columnar/formula-facts.ts'
import { expandFormula, printFormula } from '../../src/columnar/formula-print.ts'
import { parseFormula } from '../../src/columnar/formula-syntax.ts'
import { ratios, ratioVocabulary } from '../../src/datasets/ratios/all.ts'

describe('a formula is printed with the parentheses that it needs', () => {
  const cases: Readonly<Record<string, string>> = {
    '((a + b)) * (c)': '(a + b) * c',
    'a - (b - c) - (d)': 'a - (b - c) - d',
    'a / (b * c)': 'a / (b * c)',
    '(a ^ b) ^ c ^ d': '(a ^ b) ^ c ^ d',
    '(-a) ^ 2 + -(a ^ 2)': '(-a) ^ 2 + -a ^ 2',
    'not (a < b and c > d) or e = f': 'not (a < b and c > d) or e = f',
    'if((a) >= (b), max(1, (2)), null)': 'if(a >= b, max(1, 2), null)',
  }
  for (const [given, expected] of Object.entries(cases))
    test(given, () => assert.equal(printFormula(parseFormula(given)), expected))
})

/** Without places, which differ. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one) => (key === 'at' ? 0 : one)))

test('a printed formula of the catalogue reads as the same, also expanded', () => {
  for (const { formula, name } of ratios) {
    const expanded = expandFormula(formula, ratioVocabulary)
    for (const expression of [parseFormula(formula), expanded])
      assert.deepEqual(bare(parseFormula(printFormula(expression))), bare(expression), name)
  }
})

test('an expanded formula has only fields, and is null as the short one is', () => {
  const { expanded, fields, nullWhen } = formulaFacts('return_on_average_invested_capital', ratioVocabulary)
  assert.doesNotMatch(expanded, /[A-Z]/)
  assert.ok(fields.includes('income_taxes') && fields.includes('debt_current'))
  assert.ok(nullWhen.includes('income_before_income_taxes is 0'))
  assert.ok(nullWhen.includes('the prior fiscal year is missing'))
  assert.ok(nullWhen.includes('the row is of a quarter, unless annualized'))
})
