import { compile } from '../columnar/formula-program.ts'
import { firstFiledColumn, type PeriodKeys, periodKeys } from '../columnar/period-rows.ts'
import { type RatioName, type RatioOptions, ratioColumns } from '../columnar/ratio-columns.ts'
import { UsageError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Transform, transform } from '../core/stage.ts'
import { ratios as catalogue, ratioVocabulary } from '../datasets/ratios/all.ts'
import { fields } from '../datasets/ratios/fields.ts'
import { seedNames } from '../datasets/ratios/seed-names.ts'
import { wholeCompanies } from '../lake/whole-companies.ts'

export interface AddRatiosOptions {
  /** Which ratios of the catalogue, by the names that `names` says; all of them when not given. */
  readonly ratios?: readonly string[]
  /** Ratios of one's own, as `my_ratio = gross_profit / total_assets`; their columns come last. */
  readonly own?: readonly string[]
  /** In rows of quarters, flows are taken four times where they stand against a stock, instead of a null. */
  readonly annualize?: boolean
  /** Figures of statements that are 0 where a statement that is there does not have them; `assumed` names them. */
  readonly absentAsZero?: readonly string[]
  /** `seed`: the 29 ratios of quantmini by its names, margins, returns and growth in percent. */
  readonly names?: 'millrace' | 'seed'
}

/**
 * Calculates ratios: a row for each row that comes in, with its keys, the ratios and `assumed`.
 *
 * What comes in has one row for each period (the newest vintage) with the figures that `src/datasets/ratios/fields.ts` names
 * as float64; one that is missing is null. The rows of a company come one after the other, in any order and over as many
 * batches as they like; at most one company is held back.
 *
 * @throws {UsageError} for a ratio or a figure that there is not, and for a formula that cannot be read.
 * @throws {DataError} while it runs, for a company that comes again after another one, and for a period that comes twice.
 */
export function addRatios<C extends Columns & PeriodKeys>(
  options: AddRatiosOptions = {},
): Transform<Batch<C>, Batch> {
  const chosen = chooseRatios(options)
  return transform(
    'add-ratios',
    () =>
      async function* (input) {
        const calculate = ratioColumns(chosen)
        for await (const companies of wholeCompanies(input)) yield calculate(companies)
      },
    { shape: { ratios: { ...options } } },
  )
}

/** @throws {UsageError} for what cannot be chosen. */
function chooseRatios({
  ratios,
  own = [],
  annualize = false,
  absentAsZero = [],
  names = 'millrace',
}: AddRatiosOptions): RatioOptions {
  const given = Object.fromEntries(own.map(readOwnRatio))
  const formulas: Readonly<Record<string, string>> = { ...ratioVocabulary.formulas, ...given }
  const vocabulary = { ...ratioVocabulary, formulas }
  const table: Readonly<Record<string, { readonly ratio: string; readonly scale: number }>> =
    names === 'seed'
      ? seedNames
      : Object.fromEntries(catalogue.map(({ name }) => [name, { ratio: name, scale: 1 }]))
  const chosen = (ratios ?? Object.keys(table)).map((column) => {
    const entry = Object.hasOwn(table, column) ? table[column] : undefined
    if (!entry) throw unknownRatio(column, Object.keys(table))
    return { column, ...entry }
  })
  const all = [...chosen, ...Object.keys(given).map((column) => ({ column, ratio: column, scale: 1 }))]
  return {
    program: compile(
      vocabulary,
      all.map(({ ratio }) => ratio),
      { annualize },
    ),
    names: all satisfies RatioName[],
    absentAsZero: Object.fromEntries(absentAsZero.map((field) => [field, statementOf(field)])),
  }
}

/** `my_ratio = gross_profit / total_assets`. @throws {UsageError} when it has no name, or one that is taken. */
export function readOwnRatio(text: string): readonly [name: string, formula: string] {
  const [, name, formula] = /^\s*([A-Za-z_]\w*)\s*=(?!=)(.*)$/s.exec(text) ?? []
  if (name === undefined || formula === undefined)
    throw new UsageError(`${text} is no ratio`, { hint: 'write my_ratio = gross_profit / total_assets' })
  const { fields, periods, definitions, formulas } = ratioVocabulary
  const taken = [
    fields,
    periods,
    definitions,
    formulas,
    periodKeys,
    seedNames,
    { assumed: '', [firstFiledColumn]: '' },
  ]
  if (taken.some((table) => Object.hasOwn(table, name)))
    throw new UsageError(`the name ${name} is taken`, { hint: `choose another, as my_${name}` })
  return [name, formula.trim()]
}

function statementOf(field: string): string[] {
  const { statement } = (Object.hasOwn(fields, field) ? fields[field] : undefined) ?? {}
  const names = Object.keys(fields)
  if (statement === undefined || statement === 'market') {
    const near = nearest(field, names)
    throw new UsageError(`${field} is no figure of a statement`, { hint: near && `did you mean ${near}?` })
  }
  return names.filter((name) => fields[name]?.statement === statement)
}

function unknownRatio(name: string, known: readonly string[]): UsageError {
  const near = nearest(name, known)
  const hint = near ? `did you mean ${near}?` : 'millrace ratios list names them'
  return new UsageError(`there is no ratio ${name}`, { hint })
}
