import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Vocabulary } from '../../src/columnar/formula-check.ts'
import { compile, evaluator, type PeriodRows } from '../../src/columnar/formula-program.ts'
import { UsageError } from '../../src/core/errors.ts'

const flow = { dollars: 1, shares: 0, period: 1 } as const
const stock = { dollars: 1, shares: 0, period: 0 } as const
const number = { dollars: 0, shares: 0, period: 0 } as const
const vocabulary: Vocabulary = {
  fields: {
    revenue: flow,
    assets: stock,
    shares: { dollars: 0, shares: 1, period: 0 },
    share_factor: number,
    a: number,
    b: number,
    nothing: number,
  },
  periods: { DAYS: { year: 365, quarter: 91.25 } },
  definitions: { TURNOVER: 'revenue / assets' },
  formulas: { round: 'again + 1', again: 'round', taken: 'a' },
  shareFactor: 'share_factor',
}

/** Two years and two quarters: prior of row 1 is row 0, previous of row 3 is row 2. */
const columns: Readonly<Record<string, readonly number[]>> = {
  revenue: [100, 150, 30, 45],
  assets: [200, 200, 200, 200],
  shares: [10, 50, 50, 50],
  share_factor: [4, 1, 1, 1],
  a: [8, 9, -1, 0],
  b: [2, 0, 3, Number.NaN],
}
const rows: PeriodRows = {
  rows: 4,
  column: (name) => columns[name] && Float64Array.from(columns[name]),
  isQuarter: Uint8Array.of(0, 0, 1, 1),
  earlier: (back) =>
    'years' in back ? Int32Array.of(-1, back.years === 1 ? 0 : -1, -1, -1) : Int32Array.of(-1, -1, -1, 2),
}

function valuesOf(formula: string, annualize = false): (number | null)[] {
  const all = { ...vocabulary, formulas: { ...vocabulary.formulas, mine: formula } }
  const [column] = evaluator(compile(all, ['mine'], { annualize }))(rows)
  return Array.from(column as Float64Array, (value) => (Number.isNaN(value) ? null : value))
}

describe('a formula gives', () => {
  const cases: Readonly<Record<string, readonly (number | null)[]>> = {
    '1 + 2 * 3 - 4 / 2': [5, 5, 5, 5],
    '-2 ^ 2 + 2 ^ -1 + 2 ^ 3 ^ 2': [508.5, 508.5, 508.5, 508.5],
    '(a - b) * 1e1 + .5': [60.5, 90.5, -39.5, null],
    'a / b': [4, null, -1 / 3, null],
    '0 / 0 + a': [null, null, null, null],
    'min(1 / b, 5)': [0.5, null, 1 / 3, null],
    '1e308 * 10 * a / (1e308 * 10)': [null, null, null, null],
    nothing: [null, null, null, null],
    'coalesce(nothing, b, 7)': [2, 0, 3, 7],
    'sqrt(a)': [Math.sqrt(8), 3, null, 0],
    'ln(a)': [Math.log(8), Math.log(9), null, null],
    'abs(a) + max(a, b, 1)': [16, 18, 4, null],
    'a ^ 0.5': [8 ** 0.5, 3, null, 0],
    'if(a > b, 1, null)': [1, 1, null, null],
    'if(a >= 0 and b > 0, 1, 0)': [1, 0, 0, null],
    'if(b > 0 or a = 0, 1, 0)': [1, 0, 1, 1],
    'if(not a < 0, 1, 0)': [1, 1, 0, 1],
    'if(not (a != 0 and b = 0), 1, 0)': [1, 0, 1, 1],
    'prior(revenue)': [null, 100, null, null],
    'prior(revenue, 2)': [null, null, null, null],
    'previous(revenue)': [null, null, null, 30],
    'avg(assets) + change(assets)': [null, 200, null, null],
    'growth(revenue)': [null, 0.5, null, null],
    'growth(-revenue)': [null, null, null, null],
    'growth(shares)': [null, 0.25, null, null],
    'growth(revenue / shares)': [null, 0.2, null, null],
    'DAYS * assets / revenue': [730, 365 * (200 / 150), 608.3333333333334, 91.25 * (200 / 45)],
    TURNOVER: [0.5, 0.75, null, null],
    'assets + revenue': [300, 350, null, null],
    'if(revenue > 40, 1, 0)': [1, 1, 0, 1],
    'if(TURNOVER > 0.2, 1, 0)': [1, 1, null, null],
    'if(TURNOVER > 0, 1, 0)': [1, 1, 1, 1],
  }
  for (const [formula, expected] of Object.entries(cases))
    test(formula, () => {
      for (const [i, value] of valuesOf(formula).entries()) {
        const wanted = expected[i] as number | null
        if (value === null || wanted === null) assert.equal(value, wanted)
        else assert.ok(Math.abs(value - wanted) < 1e-12 * Math.max(1, Math.abs(wanted)), `${value}`)
      }
    })
  test('a flow taken four times, where it stands against a stock of a quarter', () => {
    assert.deepEqual(valuesOf('TURNOVER', true), [0.5, 0.75, 0.6, 0.9])
    assert.deepEqual(valuesOf('revenue', true), [100, 150, 30, 45])
  })
})

describe('what no formula may say is told with its place', () => {
  const cases: Readonly<Record<string, RegExp>> = {
    '': /^position 1 of the formula : a number, a name or \( should stand where the end is$/,
    'a +': /^position 4 .*should stand where the end is$/,
    'a b': /^position 3 .*an operator is missing before b$/,
    'a $ b': /^position 3 .*\$ means nothing here$/,
    '(a + b': /^position 7 .*\) is missing for the \( of position 1$/,
    'min(a, b': /^position 9 .*\) is missing for the \( of position 4$/,
    'a < b < 1': /^position 7 .*comparisons cannot be chained$/,
    'a and': /^position 6 /,
    'assts / 2': /^position 1 .*there is no field, definition or ratio assts$/,
    'a + sqr(b)': /^position 5 .*there is no function sqr$/,
    'constructor + 1': /^position 1 .*there is no field/,
    'min(a)': /^position 1 .*it is called min\(a, b, \.\.\.\)$/,
    'prior(a, b)': /^position 1 .*a whole number from 1 to 50$/,
    'prior(a, 0)': /a whole number from 1 to 50$/,
    'a > b': /it is a condition$/,
    'if(a, 1, 2)': /^position 1 .*a condition should stand here/,
    '(a > b) + 1': /^position 9 .*a number is needed/,
    'a and b > 1': /^position 3 .*a condition should stand here/,
    'assets + shares': /^position 8 .*dollars and shares do not go together$/,
    'assets > shares / 2': /dollars and shares do not go together$/,
    'assets ^ a': /the power of an amount must be a number$/,
    round: /^the formula round needs itself: mine -> round -> again -> round$/,
    [`${'('.repeat(101)}a${')'.repeat(101)}`]: /nested more than 100 deep$/,
  }
  for (const [formula, message] of Object.entries(cases))
    test(formula.slice(0, 40) || 'an empty text', () => {
      assert.throws(
        () => valuesOf(formula),
        (error) => {
          assert.ok(error instanceof UsageError)
          assert.match(error.message, message)
          return true
        },
      )
    })
  test('and the nearest name is the hint', () => {
    assert.throws(() => valuesOf('assts'), { hint: 'did you mean assets?' })
    assert.throws(() => valuesOf('sqr(a)'), { hint: 'did you mean sqrt?' })
  })
})

test('whatever text is given, it is read or refused with a place', () => {
  const words = [
    'a',
    'b',
    'assets',
    '1',
    '2.5',
    '+',
    '-',
    '*',
    '/',
    '^',
    '(',
    ')',
    ',',
    '<',
    'and',
    'not',
    'if',
    'min',
    '=',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (text) => {
      try {
        assert.equal(valuesOf(text.join(' ')).length, 4)
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error))
      }
    }),
  )
})

test('what formulas have in common is calculated once', () => {
  const formulas = { one: 'revenue / assets + 1', two: 'sqrt(TURNOVER)', three: 'taken * 2', taken: 'a' }
  const { steps } = compile({ ...vocabulary, formulas }, ['one', 'two'], { annualize: false })
  assert.equal(steps.filter((step) => step.does === 'loop' && step.loop === '/').length, 1)
  assert.deepEqual(
    steps.flatMap((step) => (step.does === 'field' ? [step.name] : [])),
    ['revenue', 'assets'],
  )
})
