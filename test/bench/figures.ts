import type { Taken } from './cases.ts'
import { csvBytesOf, type Input } from './input.ts'
import type { Result } from './race.ts'
import type { Scenario, ScenarioName } from './scenarios.ts'

/** A scenario that was run. */
export interface Section {
  readonly name: ScenarioName
  readonly scenario: Scenario
  readonly input: Input
  readonly results: readonly Result[]
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (i: number): number => sorted[i] ?? Number.NaN
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2
}

export const wallOf = ({ runs }: Result): number => median(runs.map(({ wallSeconds }) => wallSeconds))
export const cpuOf = ({ runs }: Result): number => median(runs.map(({ cpuSeconds }) => cpuSeconds))

/** Speed against that of another on the same files; below 1 is slower. */
export const speedOf = (result: Result, other: Result): number => wallOf(other) / wallOf(result)

export const bytesPerSecond = (result: Result, input: Input): number => csvBytesOf(input) / wallOf(result)
export const rowsPerSecond = (result: Result, { rows, days }: Input): number =>
  (rows * days.length) / wallOf(result)

/** The highest of any run: memory is promised, not typical. */
export const peakOf = (result: Result): number | undefined => highest(result, ({ peakBytes }) => peakBytes)
export const outBytesOf = (result: Result): number | undefined => highest(result, ({ outBytes }) => outBytes)

function highest({ first, runs }: Result, figure: (taken: Taken) => number | undefined): number | undefined {
  const known = [first, ...runs].map(figure).filter((value) => value !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}
