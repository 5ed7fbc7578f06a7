import { excerpt, UsageError } from '../core/errors.ts'

/**
 * How a formula is written.
 *
 *     formula    = or
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | comparison
 *     comparison = sum [ ("<" | "<=" | ">" | ">=" | "=" | "!=") sum ]
 *     sum        = product { ("+" | "-") product }
 *     product    = sign { ("*" | "/") sign }
 *     sign       = "-" sign | power
 *     power      = atom [ "^" sign ]
 *     atom       = number | "null" | name | name "(" formula { "," formula } ")" | "(" formula ")"
 *     number     = digits [ "." digits ] [ ("e" | "E") [ "+" | "-" ] digits ]
 *     name       = letter or "_", then letters, digits or "_"
 *
 * So `-2 ^ 2` is -4 and `2 ^ -1` is 0.5. Functions and what names mean are told by `formula-functions.ts` and
 * `formula-check.ts`.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly operands: readonly Expression[]
      readonly at: number
    }
  | {
      readonly kind: 'operator'
      readonly name: Operator
      readonly operands: readonly Expression[]
      readonly at: number
    }

export type Operator = '+' | '-' | '*' | '/' | '^' | Comparison | 'and' | 'or' | 'not' | 'negative'
export type Comparison = '<' | '<=' | '>' | '>=' | '=' | '!='

/** Deeper ones are no formula of a person, and would only overflow the stack. */
const deepest = 100

interface Token {
  readonly text: string
  readonly kind: 'number' | 'name' | 'sign' | 'end'
  readonly at: number
}

/** An error that shows where in the formula it is, counted from 1. */
export function formulaError(formula: string, at: number, what: string, hint?: string): UsageError {
  const shown = excerpt(formula.slice(Math.max(0, at - 60)))
  return new UsageError(`position ${at + 1} of the formula ${at > 60 ? '...' : ''}${shown}: ${what}`, {
    hint,
  })
}

/** @throws {UsageError} for a text that is no formula, with the position. */
export function parseFormula(formula: string): Expression {
  const reader = readerOf(formula)
  const expression = parseLevel(reader, 0)
  const { kind, text, at } = reader.next()
  if (kind !== 'end') throw formulaError(formula, at, `an operator is missing before ${text}`)
  return expression
}

const form = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(<=|>=|!=|[-+*/^()<>=,]))/y

interface Reader {
  readonly formula: string
  peek(): Token
  next(): Token
  /** One level of nesting further in. */
  within(read: () => Expression): Expression
}

function readerOf(formula: string): Reader {
  let peeked: Token | undefined
  let from = 0
  let depth = 0
  const read = (): Token => {
    form.lastIndex = from
    const found = form.exec(formula)
    if (!found) return endOf(formula, from)
    from = form.lastIndex
    const [, number, name, sign] = found
    const text = number ?? name ?? sign ?? ''
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign'
    return { text, kind, at: from - text.length }
  }
  const peek = (): Token => {
    peeked ??= read()
    return peeked
  }
  return {
    formula,
    peek,
    next() {
      const token = peek()
      peeked = undefined
      return token
    },
    within(readInner) {
      if (++depth > deepest) throw formulaError(formula, peek().at, `nested more than ${deepest} deep`)
      const inner = readInner()
      depth--
      return inner
    },
  }
}

function endOf(formula: string, from: number): Token {
  const rest = formula.slice(from)
  const at = from + rest.length - rest.trimStart().length
  if (at < formula.length) throw formulaError(formula, at, `${formula[at]} means nothing here`)
  return { text: 'the end', kind: 'end', at: formula.length }
}

/** Operators that stand between two operands, those that bind less first. */
const levels: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['<', '<=', '>', '>=', '=', '!='],
  ['+', '-'],
  ['*', '/'],
]
const [, , comparing] = levels as readonly [unknown, unknown, readonly Operator[]]

function parseLevel(reader: Reader, level: number): Expression {
  const operators = levels[level]
  if (!operators) return parseSign(reader)
  if (operators === comparing && reader.peek().text === 'not') {
    const { at } = reader.next()
    return { kind: 'operator', name: 'not', operands: [reader.within(() => parseLevel(reader, level))], at }
  }
  let left = parseLevel(reader, level + 1)
  for (let count = 0; ; count++) {
    const name = operators.find((operator) => operator === reader.peek().text)
    if (!name) return left
    const { at } = reader.next()
    if (operators === comparing && count > 0)
      throw formulaError(reader.formula, at, 'comparisons cannot be chained', 'write a < b and b < c')
    left = { kind: 'operator', name, operands: [left, parseLevel(reader, level + 1)], at }
  }
}

function parseSign(reader: Reader): Expression {
  if (reader.peek().text === '-') {
    const { at } = reader.next()
    return { kind: 'operator', name: 'negative', operands: [reader.within(() => parseSign(reader))], at }
  }
  const base = parseAtom(reader)
  if (reader.peek().text !== '^') return base
  const { at } = reader.next()
  return { kind: 'operator', name: '^', operands: [base, reader.within(() => parseSign(reader))], at }
}

const words: readonly string[] = ['and', 'or', 'not']

function parseAtom(reader: Reader): Expression {
  const { kind, text, at } = reader.next()
  if (kind === 'number') return { kind, value: Number(text), at }
  if (text === '(') {
    const inner = reader.within(() => parseLevel(reader, 0))
    expectSign(reader, ')', at)
    return inner
  }
  if (kind !== 'name' || words.includes(text))
    throw formulaError(reader.formula, at, `a number, a name or ( should stand where ${text} is`)
  if (text === 'null') return { kind: 'null', at }
  if (reader.peek().text !== '(') return { kind, name: text, at }
  const open = reader.next().at
  const operands = [reader.within(() => parseLevel(reader, 0))]
  while (reader.peek().text === ',') {
    reader.next()
    operands.push(reader.within(() => parseLevel(reader, 0)))
  }
  expectSign(reader, ')', open)
  return { kind: 'call', name: text, operands, at }
}

function expectSign(reader: Reader, sign: string, open: number): void {
  const { text, at } = reader.next()
  if (text !== sign)
    throw formulaError(reader.formula, at, `${sign} is missing for the ( of position ${open + 1}`)
}
