import type { Vocabulary } from './formula-check.ts'
import { type Expression, parseFormula } from './formula-syntax.ts'

/** How firmly each operator binds, as `formula-syntax.ts` has it. */
const binding: Readonly<Record<string, number>> = {
  or: 0,
  and: 1,
  not: 2,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  negative: 6,
  '^': 7,
}
const comparison = 3
const atom = 8

/** A formula as text, with no more parentheses than it needs. */
export function printFormula(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'null':
      return 'null'
    case 'name':
      return expression.name
    case 'call':
      return `${expression.name}(${expression.operands.map(printFormula).join(', ')})`
    case 'operator': {
      const { name, operands } = expression
      const own = bindingOf(expression)
      const [a, b] = operands as [Expression, Expression]
      if (name === 'not' || name === 'negative') return `${name === 'not' ? 'not ' : '-'}${inside(a, own)}`
      // Of equal ones the left is done first, but for powers.
      return `${inside(a, name === '^' ? own + 1 : own)} ${name} ${inside(b, name === '^' ? own : own + 1)}`
    }
  }
}

const bindingOf = (expression: Expression): number =>
  expression.kind === 'operator' ? (binding[expression.name] ?? comparison) : atom

const inside = (expression: Expression, least: number): string =>
  bindingOf(expression) < least ? `(${printFormula(expression)})` : printFormula(expression)

/** A formula in which definitions and other formulas stand as what they mean, down to fields. The vocabulary must be sound. */
export function expandFormula(formula: string, vocabulary: Vocabulary): Expression {
  return expanded(parseFormula(formula), vocabulary)
}

function expanded(expression: Expression, vocabulary: Vocabulary): Expression {
  if (expression.kind === 'call' || expression.kind === 'operator')
    return { ...expression, operands: expression.operands.map((operand) => expanded(operand, vocabulary)) }
  if (expression.kind !== 'name') return expression
  const { fields, definitions, formulas } = vocabulary
  const { name } = expression
  if (Object.hasOwn(fields, name)) return expression
  const formula = Object.hasOwn(definitions, name) ? definitions[name] : formulas[name]
  return formula === undefined ? expression : expandFormula(formula, vocabulary)
}

/** All expressions within one, itself among them. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression
  if (expression.kind === 'call' || expression.kind === 'operator')
    for (const operand of expression.operands) yield* partsOf(operand)
}
