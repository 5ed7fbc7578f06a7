import { checker, type Vocabulary } from './formula-check.ts'
import { needsYear } from './formula-dimension.ts'
import { expandFormula, partsOf, printFormula } from './formula-print.ts'
import type { Expression } from './formula-syntax.ts'

/** What can be told of a formula without calculating it. */
export interface FormulaFacts {
  /** Down to fields. */
  readonly expanded: string
  /** Fields that it reads, in the order in which it names them. */
  readonly fields: readonly string[]
  /** When it is null, besides an absent field; each a clause. */
  readonly nullWhen: readonly string[]
}

/** @throws {UsageError} for a formula that cannot be read. */
export function formulaFacts(name: string, vocabulary: Vocabulary): FormulaFacts {
  const check = checker(vocabulary)
  const { dimension } = check.value(name)
  const expression = expandFormula(vocabulary.formulas[name] as string, vocabulary)
  const { steps } = check.list
  const read = steps.flatMap((step) => (step.does === 'field' ? [step.name] : []))
  const backs = steps.flatMap((step) => (step.does === 'earlier' ? [step.back] : []))
  const years = backs.flatMap((back) => ('years' in back ? [back.years] : []))
  const nullWhen = [...partsOf(expression)].flatMap(clausesOf)
  if (years.length > 0)
    nullWhen.push(
      years.every((n) => n === 1)
        ? 'the prior fiscal year is missing'
        : `a fiscal year up to ${Math.max(...years)} back is missing`,
    )
  if (backs.some((back) => 'quarters' in back)) nullWhen.push('the quarter before is missing')
  if (read.includes(vocabulary.shareFactor)) nullWhen.push('the splits of the company are not known')
  if (needsYear(dimension)) nullWhen.push('the row is of a quarter, unless annualized')
  const never = Object.keys(vocabulary.periods).map((period) => `${period} is 0`)
  return {
    expanded: printFormula(expression),
    fields: [...new Set(read)],
    nullWhen: [...new Set(nullWhen)].filter((clause) => !never.includes(clause)),
  }
}

function clausesOf(expression: Expression): string[] {
  if (expression.kind !== 'operator' && expression.kind !== 'call') return []
  const clause = clauses[expression.name]?.(expression.operands)
  return clause === undefined ? [] : [clause]
}

/** When operators and functions are null though their operands are there. */
const clauses: Readonly<Record<string, (operands: readonly Expression[]) => string | undefined>> = {
  '/': ([, b]) => (b && b.kind !== 'number' ? `${printFormula(b)} is 0` : undefined),
  if: ([a, , c]) => (a && c?.kind === 'null' ? `not (${printFormula(a)})` : undefined),
  growth: ([a]) => a && `prior(${printFormula(a)}) is not positive`,
  ln: ([a]) => a && `${printFormula(a)} is not positive`,
  sqrt: ([a]) => a && `${printFormula(a)} is negative`,
}
