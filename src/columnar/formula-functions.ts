import { alike, type Dimension, dimensionText, numberOf, plain, product } from './formula-dimension.ts'
import type { Back, StepList } from './formula-steps.ts'

/** What an expression comes to. */
export interface Value {
  /** Number of the step that calculates it. */
  readonly step: number
  readonly dimension: Dimension
  readonly isCondition: boolean
}

/** What calling a function needs besides its operands. */
export interface Calling {
  readonly list: StepList
  /** The share factor of the row, for figures of shares in earlier periods; absent where there is none. */
  shareFactor(): number | undefined
  /** @throws {UsageError} that shows where the call stands. */
  refuse(what: string): never
}

interface Fn {
  /** How it is called, for messages: `prior(x, n)`. */
  readonly form: string
  /** How many operands at least and at most. */
  readonly takes: readonly [least: number, most: number]
  /** Which operand is a condition; all others are numbers. */
  readonly condition?: 0
  call(operands: readonly Value[], calling: Calling): Value
}

/** The functions of the grammar. */
export const functions: Readonly<Record<string, Fn>> = {
  prior: {
    form: 'prior(x) or prior(x, n), n fiscal years back',
    takes: [1, 2],
    call([x, n], calling) {
      return earlier(x as Value, { years: n ? wholeYears(n, calling) : 1 }, calling)
    },
  },
  previous: {
    form: 'previous(x), the quarter before',
    takes: [1, 1],
    call: ([x], calling) => earlier(x as Value, { quarters: 1 }, calling),
  },
  avg: {
    form: 'avg(x), of this year and the prior one',
    takes: [1, 1],
    call([x], calling) {
      const { list } = calling
      const now = x as Value
      const sum = list.loop('+', now.step, earlier(now, { years: 1 }, calling).step)
      return { ...now, step: list.loop('/', sum, list.add({ does: 'number', value: 2 })) }
    },
  },
  change: {
    form: 'change(x), since the prior year',
    takes: [1, 1],
    call: ([x], calling) => sincePrior('-', x as Value, calling),
  },
  growth: {
    form: 'growth(x), since the prior year',
    takes: [1, 1],
    call([x], calling) {
      const value = sincePrior('growth', x as Value, calling)
      const mixed = value.dimension.period === 'mixed'
      return { ...value, dimension: mixed ? { ...plain, period: 'mixed' } : plain }
    },
  },
  abs: {
    form: 'abs(x)',
    takes: [1, 1],
    call: ([x], { list }) => ({ ...(x as Value), step: list.loop('abs', (x as Value).step) }),
  },
  sqrt: {
    form: 'sqrt(x)',
    takes: [1, 1],
    call: ([x], { list }) => ({
      step: list.loop('sqrt', (x as Value).step),
      dimension: product(plain, (x as Value).dimension, 0.5),
      isCondition: false,
    }),
  },
  ln: {
    form: 'ln(x)',
    takes: [1, 1],
    call: ([x], { list }) => ({
      step: list.loop('ln', (x as Value).step),
      dimension: numberOf((x as Value).dimension),
      isCondition: false,
    }),
  },
  min: { form: 'min(a, b, ...)', takes: [2, 20], call: folded('min') },
  max: { form: 'max(a, b, ...)', takes: [2, 20], call: folded('max') },
  coalesce: {
    form: 'coalesce(a, b, ...), the first that is there',
    takes: [2, 20],
    call: folded('coalesce'),
  },
  if: {
    form: 'if(condition, a, b)',
    takes: [3, 3],
    condition: 0,
    call([condition, a, b], { list, refuse }) {
      const [asked, yes, no] = [condition, a, b] as [Value, Value, Value]
      const both = together(yes, no, refuse)
      const dimension = { ...both, ...(asked.dimension.period === 'mixed' && { period: 'mixed' as const }) }
      return { step: list.loop('if', asked.step, yes.step, no.step), dimension, isCondition: false }
    },
  },
}

/** What two values are made of that are added, compared or chosen from. */
export function together(a: Value, b: Value, refuse: Calling['refuse']): Dimension {
  const both = alike(a.dimension, b.dimension)
  if (both) return both
  return refuse(`${dimensionText(a.dimension)} and ${dimensionText(b.dimension)} do not go together`)
}

function folded(loop: 'min' | 'max' | 'coalesce') {
  return (operands: readonly Value[], { list, refuse }: Calling): Value =>
    operands.reduce((a, b) => ({
      step: list.loop(loop, a.step, b.step),
      dimension: together(a, b, refuse),
      isCondition: false,
    }))
}

function sincePrior(loop: '-' | 'growth', now: Value, calling: Calling): Value {
  return { ...now, step: calling.list.loop(loop, now.step, earlier(now, { years: 1 }, calling).step) }
}

/** The value of an earlier period; a figure of shares in the shares of the row's own period, as splits have it. */
function earlier(value: Value, back: Back, calling: Calling): Value {
  const { list } = calling
  const { shares } = value.dimension
  const then = list.add({ does: 'earlier', operand: value.step, back })
  const factor = shares === 0 ? undefined : calling.shareFactor()
  if (factor === undefined) return { ...value, step: then }
  const ratio = list.loop('/', list.add({ does: 'earlier', operand: factor, back }), factor)
  const shift = shares === 1 ? ratio : list.loop('^', ratio, list.add({ does: 'number', value: shares }))
  return { ...value, step: list.loop('*', then, shift) }
}

function wholeYears({ step }: Value, { list, refuse }: Calling): number {
  const given = list.steps[step]
  if (given?.does === 'number' && Number.isInteger(given.value) && given.value >= 1 && given.value <= 50)
    return given.value
  return refuse('the years of prior(x, n) are a whole number from 1 to 50')
}
