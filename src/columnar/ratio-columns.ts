import type { Data } from 'apache-arrow'
import { UsageError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'
import { columnOf } from './column.ts'
import { columnBuilder } from './column-builder.ts'
import { float64Data } from './float64-data.ts'
import { evaluator, type Program } from './formula-program.ts'
import type { Back, Step } from './formula-steps.ts'
import {
  earlierRows,
  firstFiledColumn,
  type PeriodKeys,
  periodKeys,
  periodsOf,
  quarterly,
} from './period-rows.ts'

/** So many rows at a time keep the columns of some 700 steps within a few megabytes. */
const rowsAtOnce = 1024

/** What a ratio's column is called, and by how much its value is multiplied. */
export interface RatioName {
  readonly column: string
  readonly scale: number
}

export interface RatioOptions {
  readonly program: Program
  /** One for each output of the program. */
  readonly names: readonly RatioName[]
  /** Fields that are 0 where they are absent, each with the fields of its statement: without any of these it stays null. */
  readonly absentAsZero: Readonly<Record<string, readonly string[]>>
}

/** Answers batches of whole companies with their keys (`first_filed` among them where they have it), their ratios, and what was assumed. */
export function ratioColumns({ program, names, absentAsZero }: RatioOptions) {
  const evaluate = evaluator(program)
  const fields = fieldsOf(program.steps)
  const backs = backsOf(program.steps)
  return (batch: Batch<PeriodKeys>): Batch => {
    const rows = batch.numRows
    const values = numbersOf(batch, [...fields, ...Object.values(absentAsZero).flat()])
    const assumed = assume(values, absentAsZero, rows)
    const periods = periodsOf(batch)
    const earlier = earlierRows(periods, backs)
    const isQuarter = periods.timeframe.map((timeframe) => (timeframe === quarterly ? 1 : 0))
    const out = names.map(() => new Float64Array(rows))
    for (const [from, to] of blocksOf(periods.starts)) {
      const found = earlier.map((all) => all.subarray(from, to).map((row) => (row < 0 ? -1 : row - from)))
      const columns = evaluate({
        rows: to - from,
        column: (name) => values.get(name)?.subarray(from, to),
        isQuarter: isQuarter.subarray(from, to),
        earlier: (back) => found[backs.findIndex((one) => sameBack(one, back))] as Int32Array,
      })
      for (const [i, column] of columns.entries()) out[i]?.set(column, from)
    }
    const ratios = names.map(({ column, scale }, i) => ({
      name: column,
      data: float64Data(out[i] as Float64Array, scale),
    }))
    const keys = Object.keys(periodKeys).map((name) => ({ name, data: dataOf(batch, name) as Data }))
    const first = dataOf(batch, firstFiledColumn)
    const filed = first ? [{ name: firstFiledColumn, data: first }] : []
    return makeBatch([...keys, ...filed, ...ratios, { name: 'assumed', data: assumed }], rows)
  }
}

const sameBack = (a: Back, b: Back): boolean => JSON.stringify(a) === JSON.stringify(b)

const fieldsOf = (steps: readonly Step[]): string[] => [
  ...new Set(steps.flatMap((step) => (step.does === 'field' ? [step.name] : []))),
]

function backsOf(steps: readonly Step[]): Back[] {
  const backs = steps.flatMap((step) => (step.does === 'earlier' ? [step.back] : []))
  return backs.filter((back, i) => backs.findIndex((other) => sameBack(other, back)) === i)
}

/** Whole companies, some rows at a time; a company of more rows is taken at once. */
function* blocksOf(starts: readonly number[]): Generator<readonly [from: number, to: number]> {
  let from = 0
  for (let i = 1; i < starts.length; i++) {
    const [start, end] = [starts[i - 1] as number, starts[i] as number]
    if (end - from > rowsAtOnce && start > from) {
      yield [from, start]
      from = start
    }
  }
  const end = starts.at(-1) ?? 0
  if (end > from) yield [from, end]
}

const dataOf = (batch: Batch, name: string): Data | undefined =>
  batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)]

/** Columns with NaN for null, by name; those that the batch does not have are not among them. */
function numbersOf(batch: Batch, names: readonly string[]): Map<string, Float64Array> {
  const found = new Map<string, Float64Array>()
  for (const name of new Set(names)) {
    const data = dataOf(batch, name)
    if (!data) continue
    const given = columnOf(data)
    if (given.kind !== 'float64')
      throw new UsageError(`column ${name} is ${given.kind}`, { hint: 'ratios are calculated from float64' })
    const values = (given.values as Float64Array).slice()
    for (let row = 0; given.nullCount > 0 && row < values.length; row++)
      if (!given.isValid(row)) values[row] = Number.NaN
    found.set(name, values)
  }
  return found
}

/** Puts 0 where a field is absent from a statement that is there, and says so in a text for each row. */
function assume(
  values: Map<string, Float64Array>,
  absentAsZero: RatioOptions['absentAsZero'],
  rows: number,
): Data {
  const texts: string[][] = Array.from({ length: rows })
  for (const [field, statement] of Object.entries(absentAsZero)) {
    const column = values.get(field) ?? new Float64Array(rows).fill(Number.NaN)
    const others = statement.flatMap((name) => values.get(name) ?? [])
    const zero = column.map((value, row) =>
      Number.isNaN(value) && others.some((other) => !Number.isNaN(other[row])) ? 1 : 0,
    )
    zero.forEach((is, row) => {
      if (is === 1) texts[row] = [...(texts[row] ?? []), field]
    })
    values.set(
      field,
      column.map((value, row) => (zero[row] === 1 ? 0 : value)),
    )
  }
  const builder = columnBuilder('utf8', rows)
  for (let row = 0; row < rows; row++) {
    const text = texts[row]
    if (text) builder.set(row, text.join(','))
    else builder.setNull(row)
  }
  return builder.take(rows)
}
