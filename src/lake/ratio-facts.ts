import { type FormulaFacts, formulaFacts } from '../columnar/formula-facts.ts'
import { ratios, ratioVocabulary } from '../datasets/ratios/all.ts'
import { fields, statementFigures } from '../datasets/ratios/fields.ts'
import type { Ratio } from '../datasets/ratios/ratio.ts'
import { seedNames } from '../datasets/ratios/seed-names.ts'

/** What there is to know of a ratio beside its entry in the catalogue. */
export interface RatioFacts extends Omit<FormulaFacts, 'fields'> {
  /** The figures that it is made of, by where they come from. */
  readonly inputs: Readonly<Record<string, readonly string[]>>
  /** What quantmini calls it, and by how much that is multiplied. */
  readonly seed: readonly { readonly name: string; readonly scale: number }[]
}

const statements = {
  balance: 'balance sheet',
  income: 'income statement',
  cash: 'cash flow statement',
  market: 'market',
}

export function ratioFacts({ name }: Ratio): RatioFacts {
  const { expanded, nullWhen, fields: names } = formulaFacts(name, ratioVocabulary)
  const inputs = Object.entries(statements)
    .map(([key, from]) => [from, names.filter((one) => fields[one]?.statement === key)] as const)
    .filter(([, some]) => some.length > 0)
  const seed = Object.entries(seedNames).flatMap(([alias, { ratio, scale }]) =>
    ratio === name ? [{ name: alias, scale }] : [],
  )
  return { expanded, inputs: Object.fromEntries(inputs), nullWhen, seed }
}

/** All that is known of all ratios, and of which column of which statement each figure is. */
export const ratiosJson = (): string =>
  `${JSON.stringify(
    {
      v: 1,
      figures: Object.fromEntries(
        Object.entries(statementFigures).map(([name, { statement, column }]) => [
          name,
          { statement: statements[statement], column },
        ]),
      ),
      ratios: ratios.map((ratio) => ({ ...ratio, ...ratioFacts(ratio) })),
    },
    null,
    1,
  )}\n`
