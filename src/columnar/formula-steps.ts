import { type LoopName, loops } from './formula-kernels.ts'

/** One column to be calculated, from those of steps before it, which it names by their numbers. */
export type Step =
  | { readonly does: 'field'; readonly name: string; readonly timesFour: boolean }
  | { readonly does: 'number'; readonly value: number }
  /** A number that is one in rows of a quarter, and another in rows of a year. */
  | { readonly does: 'period'; readonly year: number; readonly quarter: number }
  /** What a step has in the row of an earlier period. */
  | { readonly does: 'earlier'; readonly operand: number; readonly back: Back }
  | { readonly does: 'loop'; readonly loop: LoopName; readonly operands: readonly number[] }

/** How far back: so many fiscal years, to the same quarter, or one quarter. */
export type Back = { readonly years: number } | { readonly quarters: 1 }

/** Collects steps in an order in which they can be done; one that is there already is not added again. */
export interface StepList {
  readonly steps: readonly Step[]
  add(step: Step): number
  loop(loop: LoopName, ...operands: readonly number[]): number
}

export function stepList(): StepList {
  const steps: Step[] = []
  const known = new Map<string, number>()
  const add = (step: Step): number => {
    const text = JSON.stringify(step)
    const there = known.get(text)
    if (there !== undefined) return there
    known.set(text, steps.length)
    return steps.push(step) - 1
  }
  return {
    steps,
    add,
    loop(loop, ...operands) {
      const values = operands.map((operand) => {
        const step = steps[operand]
        return step?.does === 'number' ? Float64Array.of(step.value) : undefined
      })
      if (!values.every((value) => value !== undefined)) return add({ does: 'loop', loop, operands })
      const out = new Float64Array(1)
      loops[loop](out, values, 1)
      return add({ does: 'number', value: out[0] as number })
    },
  }
}
