/**
 * What is done to whole columns. Null is NaN inside; whatever is not finite becomes null at once, so that nothing is
 * calculated from an infinity. A condition is 1, 0 or null.
 */

type Column = Float64Array
type Loop = (out: Column, operands: readonly Column[], rows: number) => void

/** Without a branch, which would be guessed wrong where one value in ten is null: what is taken away is 0 or NaN. */
const finite = (value: number): number => value - (value - value)

/** A function for each operation, with a loop of its own: one loop for all would call through a pointer for each value. */
export const loops = {
  '+': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = finite(at(a, i) + at(b, i))
  },
  '-': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = finite(at(a, i) - at(b, i))
  },
  '*': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = finite(at(a, i) * at(b, i))
  },
  '/': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = finite(at(a, i) / at(b, i))
  },
  '^': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) {
      const [base, power] = [at(a, i), at(b, i)]
      out[i] = Number.isNaN(base) ? base : finite(base ** power)
    }
  },
  negative: (out, [a], rows) => {
    for (let i = 0; i < rows; i++) out[i] = -at(a, i)
  },
  abs: (out, [a], rows) => {
    for (let i = 0; i < rows; i++) out[i] = Math.abs(at(a, i))
  },
  sqrt: (out, [a], rows) => {
    for (let i = 0; i < rows; i++) out[i] = Math.sqrt(at(a, i))
  },
  ln: (out, [a], rows) => {
    for (let i = 0; i < rows; i++) out[i] = finite(Math.log(at(a, i)))
  },
  min: (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = Math.min(at(a, i), at(b, i))
  },
  max: (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = Math.max(at(a, i), at(b, i))
  },
  coalesce: (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) {
      const first = at(a, i)
      out[i] = Number.isNaN(first) ? at(b, i) : first
    }
  },
  growth: (out, [now, before], rows) => {
    for (let i = 0; i < rows; i++) {
      const base = at(before, i)
      out[i] = base > 0 ? finite((at(now, i) - base) / base) : Number.NaN
    }
  },
  if: (out, [condition, a, b], rows) => {
    for (let i = 0; i < rows; i++) {
      const holds = at(condition, i)
      out[i] = holds === 1 ? at(a, i) : holds === 0 ? at(b, i) : Number.NaN
    }
  },
  '<': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = told(at(a, i), at(b, i), at(a, i) < at(b, i))
  },
  '<=': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = told(at(a, i), at(b, i), at(a, i) <= at(b, i))
  },
  '>': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = told(at(a, i), at(b, i), at(a, i) > at(b, i))
  },
  '>=': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = told(at(a, i), at(b, i), at(a, i) >= at(b, i))
  },
  '=': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = told(at(a, i), at(b, i), at(a, i) === at(b, i))
  },
  '!=': (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = told(at(a, i), at(b, i), at(a, i) !== at(b, i))
  },
  // As SQL has it: what is false anyway stays false beside a null.
  and: (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++) out[i] = at(a, i) === 0 || at(b, i) === 0 ? 0 : at(a, i) * at(b, i)
  },
  or: (out, [a, b], rows) => {
    for (let i = 0; i < rows; i++)
      out[i] = at(a, i) === 1 || at(b, i) === 1 ? 1 : Math.max(at(a, i), at(b, i))
  },
  not: (out, [a], rows) => {
    for (let i = 0; i < rows; i++) out[i] = 1 - at(a, i)
  },
} as const satisfies Readonly<Record<string, Loop>>

export type LoopName = keyof typeof loops

export const isLoop = (name: string): name is LoopName => Object.hasOwn(loops, name)

const at = (column: Column | undefined, row: number): number => (column as Column)[row] as number

const told = (a: number, b: number, holds: boolean): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : holds ? 1 : 0

/** Values of other rows: row `i` is what `from[i]` has, or null where that is -1. */
export function gatherLoop(out: Column, given: Column, from: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const row = from[i] as number
    out[i] = row < 0 ? Number.NaN : (given[row] as number)
  }
}
