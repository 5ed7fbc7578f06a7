import { checker, type Vocabulary } from './formula-check.ts'
import { needsYear } from './formula-dimension.ts'
import { gatherLoop, loops } from './formula-kernels.ts'
import type { Back, Step } from './formula-steps.ts'

/** Formulas, ready to be calculated: their steps in order, each only once however many formulas have it. */
export interface Program {
  readonly steps: readonly Step[]
  readonly outputs: readonly ProgramOutput[]
}

export interface ProgramOutput {
  readonly name: string
  readonly step: number
  /** Null in rows of a quarter, since it holds a flow against a stock. */
  readonly notInQuarters: boolean
}

export interface CompileOptions {
  /** Formulas that hold a flow against a stock are not null in quarters: there their flows are taken four times. */
  readonly annualize: boolean
}

/** @throws {UsageError} for a formula that cannot be read, with the position, and for a name that there is not. */
export function compile(
  vocabulary: Vocabulary,
  names: readonly string[],
  { annualize }: CompileOptions,
): Program {
  const plainly = checker(vocabulary)
  const fourfold = annualize ? checker(vocabulary, true, plainly.list) : undefined
  const outputs = names.map((name): ProgramOutput => {
    const value = plainly.value(name)
    const yearly = needsYear(value.dimension)
    const { step } = yearly && fourfold ? fourfold.value(name) : value
    return { name, step, notInQuarters: yearly && !annualize }
  })
  return onlyNeeded(plainly.list.steps, outputs)
}

/** The steps that lead to an output, numbered anew. */
function onlyNeeded(steps: readonly Step[], outputs: readonly ProgramOutput[]): Program {
  const needed = new Set(outputs.map(({ step }) => step))
  for (let i = steps.length - 1; i >= 0; i--)
    if (needed.has(i)) for (const operand of operandsOf(steps[i] as Step)) needed.add(operand)
  const numbers = new Map([...needed].sort((a, b) => a - b).map((step, i) => [step, i]))
  const renumbered = (step: number): number => numbers.get(step) as number
  return {
    steps: [...numbers.keys()].map((i) => withOperands(steps[i] as Step, renumbered)),
    outputs: outputs.map((output) => ({ ...output, step: renumbered(output.step) })),
  }
}

const operandsOf = (step: Step): readonly number[] =>
  step.does === 'loop' ? step.operands : step.does === 'earlier' ? [step.operand] : []

function withOperands(step: Step, renumbered: (step: number) => number): Step {
  if (step.does === 'loop') return { ...step, operands: step.operands.map(renumbered) }
  return step.does === 'earlier' ? { ...step, operand: renumbered(step.operand) } : step
}

/** Rows to calculate for, of whole companies. */
export interface PeriodRows {
  readonly rows: number
  /** Null is NaN; `undefined` for a column that there is not, which counts as null. */
  column(name: string): Float64Array | undefined
  /** Which rows are of a quarter. */
  readonly isQuarter: Uint8Array
  /** For each row the number of the row so far back, or -1. */
  earlier(back: Back): Int32Array
}

/**
 * Calculates a program for rows, into columns of its own that the next call writes over, one for each output. It does one
 * step after the other, so rows should be few enough for the columns of all steps to stay in a near cache.
 */
export function evaluator({ steps, outputs }: Program): (input: PeriodRows) => readonly Float64Array[] {
  let room = 0
  let columns: Float64Array[] = []
  return (input) => {
    if (input.rows > room) {
      room = Math.max(input.rows, 2 * room)
      columns = steps.map(() => new Float64Array(room))
      // Numbers are the same in every row of every call.
      for (const [i, step] of steps.entries()) if (step.does === 'number') columns[i]?.fill(step.value)
    }
    for (let i = 0; i < steps.length; i++)
      doStep(steps[i] as Step, columns[i] as Float64Array, columns, input)
    return outputs.map(({ step, notInQuarters }) => {
      const column = columns[step] as Float64Array
      return notInQuarters ? onlyYears(column, input) : column.subarray(0, input.rows)
    })
  }
}

function doStep(step: Step, out: Float64Array, columns: readonly Float64Array[], input: PeriodRows): void {
  const { rows, isQuarter } = input
  switch (step.does) {
    case 'field':
      readField(step, out, input)
      break
    case 'period':
      for (let i = 0; i < rows; i++) out[i] = isQuarter[i] === 1 ? step.quarter : step.year
      break
    case 'earlier':
      gatherLoop(out, columns[step.operand] as Float64Array, input.earlier(step.back), rows)
      break
    case 'loop':
      loops[step.loop](
        out,
        step.operands.map((operand) => columns[operand] as Float64Array),
        rows,
      )
  }
}

function readField(
  { name, timesFour }: Step & { readonly does: 'field' },
  out: Float64Array,
  { rows, isQuarter, column }: PeriodRows,
): void {
  const given = column(name)
  if (!given) out.fill(Number.NaN, 0, rows)
  else out.set(given)
  if (timesFour) for (let i = 0; i < rows; i++) if (isQuarter[i] === 1) out[i] = (out[i] as number) * 4
}

/** A copy, since other formulas may read the column. */
function onlyYears(column: Float64Array, { rows, isQuarter }: PeriodRows): Float64Array {
  const copy = column.slice(0, rows)
  for (let i = 0; i < rows; i++) if (isQuarter[i] === 1) copy[i] = Number.NaN
  return copy
}
