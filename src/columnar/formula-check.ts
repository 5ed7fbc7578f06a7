import { excerpt, UsageError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { anything, type Dimension, literalNumber, numberOf, plain, product } from './formula-dimension.ts'
import { type Calling, functions, together, type Value } from './formula-functions.ts'
import type { LoopName } from './formula-kernels.ts'
import { type StepList, stepList } from './formula-steps.ts'
import { type Expression, formulaError, type Operator, parseFormula } from './formula-syntax.ts'

/** What names mean in formulas. A name is looked up as a field, a length of the period, a definition, a formula. */
export interface Vocabulary {
  /** Columns, and what they are made of: what flows during the period has `period` 1. */
  readonly fields: Readonly<Record<string, Dimension>>
  /** `DAYS` and their like: how many there are in a year, and in a quarter. */
  readonly periods: Readonly<Record<string, { readonly year: number; readonly quarter: number }>>
  /** Shorthands for formulas, as text. */
  readonly definitions: Readonly<Record<string, string>>
  /** Formulas that have a column of their own, as text. */
  readonly formulas: Readonly<Record<string, string>>
  /** The field by which a count of shares is multiplied to be in the shares of today. */
  readonly shareFactor: string
}

/** Turns names into values; each is read once. */
export interface Checker {
  readonly list: StepList
  /** @throws {UsageError} for what no formula may say, and for a formula that needs itself. */
  value(name: string): Value
}

/**
 * @param timesFour flows of quarters are taken four times, so that they can stand beside stocks.
 * @param list where the steps go; that of another checker, to share them.
 */
export function checker(vocabulary: Vocabulary, timesFour = false, list: StepList = stepList()): Checker {
  const done = new Map<string, Value>()
  const open: string[] = []
  const { fields, periods, definitions, formulas } = vocabulary

  const field = (name: string, dimension: Dimension): Value => ({
    step: list.add({ does: 'field', name, timesFour: timesFour && dimension.period === 1 }),
    dimension,
    isCondition: false,
  })
  const textOf = (name: string, formula: string): Value => {
    if (open.includes(name))
      throw new UsageError(`the formula ${name} needs itself: ${[...open, name].join(' -> ')}`)
    open.push(name)
    const value = readExpression(parseFormula(formula), formula, scope)
    open.pop()
    return value
  }
  const lookUp = (name: string): Value | undefined => {
    const dimension = own(fields, name)
    if (dimension) return field(name, dimension)
    const period = own(periods, name)
    if (period) {
      const { year, quarter } = period
      const step = list.add({ does: 'period', year, quarter: timesFour ? year : quarter })
      return { step, dimension: { ...plain, period: 1 }, isCondition: false }
    }
    const formula = own(definitions, name) ?? own(formulas, name)
    return formula === undefined ? undefined : textOf(name, formula)
  }
  const named = (name: string): Value | undefined => {
    const value = done.get(name) ?? lookUp(name)
    if (value) done.set(name, value)
    return value
  }
  const scope: Scope = {
    list,
    vocabulary,
    named,
    shareFactor: () => named(vocabulary.shareFactor)?.step,
  }
  return {
    list,
    value(name) {
      const formula = own(formulas, name) ?? own(definitions, name)
      if (formula === undefined) throw new UsageError(`there is no ratio ${name}`, ratioHint(name, formulas))
      const known = done.get(name)
      if (known && !own(fields, name)) return known
      const value = textOf(name, formula)
      if (value.isCondition)
        throw formulaError(formula, 0, 'it is a condition', `for 1 or 0 write if(${excerpt(formula)}, 1, 0)`)
      if (!own(fields, name)) done.set(name, value)
      return value
    },
  }
}

/** What an expression is read with. */
interface Scope {
  readonly list: StepList
  readonly vocabulary: Vocabulary
  named(name: string): Value | undefined
  shareFactor(): number | undefined
}

function readExpression(expression: Expression, formula: string, scope: Scope): Value {
  const { list, vocabulary, named, shareFactor } = scope
  const refuse = (what: string, hint?: string): never => {
    throw formulaError(formula, expression.at, what, hint)
  }
  switch (expression.kind) {
    case 'number':
      return literal(list, expression.value)
    case 'null':
      return literal(list, Number.NaN)
    case 'name':
      return named(expression.name) ?? refuse(...unknown(expression.name, vocabulary))
    case 'operator': {
      const operands = expression.operands.map((operand) => readExpression(operand, formula, scope))
      return operate(expression.name, operands, { list, shareFactor, refuse })
    }
    case 'call': {
      if (!own(functions, expression.name)) return refuse(...unknownFunction(expression.name))
      const operands = expression.operands.map((operand) => readExpression(operand, formula, scope))
      return callFunction(expression.name, operands, { list, shareFactor, refuse })
    }
  }
}

function callFunction(name: string, operands: readonly Value[], calling: Calling): Value {
  const fn = functions[name] as (typeof functions)[string]
  const [least, most] = fn.takes
  if (operands.length < least || operands.length > most) return calling.refuse(`it is called ${fn.form}`)
  for (const [i, operand] of operands.entries()) expectKind(operand, i === fn.condition, calling)
  return fn.call(operands, calling)
}

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const literal = (list: StepList, value: number): Value => ({
  step: list.add({ does: 'number', value }),
  dimension: value === 0 || Number.isNaN(value) ? anything : literalNumber,
  isCondition: false,
})

function expectKind(value: Value, condition: boolean, { refuse }: Calling): void {
  if (value.isCondition !== condition)
    refuse(
      condition ? 'a condition should stand here, as a > 0' : 'a number is needed, and this has a condition',
    )
}

/** Operators whose loop has another name than they have. */
const logic: readonly Operator[] = ['and', 'or', 'not']

function operate(name: Operator, operands: readonly Value[], calling: Calling): Value {
  for (const operand of operands) expectKind(operand, logic.includes(name), calling)
  const step = calling.list.loop(name satisfies LoopName, ...operands.map((operand) => operand.step))
  const [a, b = a] = operands as [Value, Value?]
  switch (name) {
    case '+':
    case '-':
      return { step, dimension: together(a, b, calling.refuse), isCondition: false }
    case '*':
      return { step, dimension: product(a.dimension, b.dimension, 1), isCondition: false }
    case '/':
      return { step, dimension: product(a.dimension, b.dimension, -1), isCondition: false }
    case '^':
      return { step, dimension: powerOf(a, b, calling), isCondition: false }
    case 'negative':
      return { step, dimension: a.dimension, isCondition: false }
    case 'and':
    case 'or':
    case 'not':
      return { step, dimension: numberOf(a.dimension, b.dimension), isCondition: true }
    default: {
      // Two figures of one quarter compare as those of a year do.
      const { period } = together(a, b, calling.refuse)
      return { step, dimension: { ...plain, period: period === 'mixed' ? period : 0 }, isCondition: true }
    }
  }
}

function powerOf(base: Value, power: Value, { list, refuse }: Calling): Dimension {
  const exponent = list.steps[power.step]
  if (exponent?.does === 'number') return product(plain, base.dimension, exponent.value)
  if (base.dimension.dollars !== 0 || base.dimension.shares !== 0)
    refuse('the power of an amount must be a number')
  return numberOf(base.dimension, power.dimension)
}

function unknown(name: string, vocabulary: Vocabulary): [what: string, hint: string] {
  const { fields, periods, definitions, formulas } = vocabulary
  const known = [fields, periods, definitions, formulas].flatMap((table) => Object.keys(table))
  const near = nearest(name, known)
  const hint = near
    ? `did you mean ${near}?`
    : 'millrace ratios list names the ratios, docs/ratios.md the fields'
  return [`there is no field, definition or ratio ${name}`, hint]
}

function unknownFunction(name: string): [what: string, hint: string] {
  const near = nearest(name, Object.keys(functions))
  const hint = near ? `did you mean ${near}?` : `known: ${Object.keys(functions).join(', ')}`
  return [`there is no function ${name}`, hint]
}

function ratioHint(name: string, formulas: Vocabulary['formulas']): { readonly hint: string } {
  const near = nearest(name, Object.keys(formulas))
  return { hint: near ? `did you mean ${near}?` : 'millrace ratios list names them' }
}
