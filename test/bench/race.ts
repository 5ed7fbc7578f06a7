import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ask } from './ask.ts'
import { type Case, cases, type Taken, type Task } from './cases.ts'
import { assertAgree, type Facts, factsByBytes, factsOf, type ReadFacts } from './check.ts'
import type { Input } from './input.ts'
import { measure } from './measure.ts'
import type { Entry, Scenario } from './scenarios.ts'

/** The runs of one entry, the first one apart. */
export interface Result {
  readonly name: string
  readonly entry: Entry
  readonly first: Taken
  readonly runs: readonly Taken[]
}

export interface RaceOptions {
  /** Runs of each entry beside the first one. */
  readonly runs: number
  /** An existing folder for what is written. */
  readonly folder: string
  readonly read: ReadFacts
  say(text: string): void
}

/** Runs the entries of a scenario in turns. No time is answered of who got anything wrong: that is thrown. */
export async function race(
  { entries, ask = {} }: Scenario,
  input: Input,
  { runs, folder, read, say }: RaceOptions,
): Promise<Result[]> {
  const readOnce = factsByBytes(read)
  const assertRight = judge(input)
  const runOnce = async (name: string, entry: Entry): Promise<Taken> => {
    const out = await mkdtemp(join(folder, 'out-'))
    const task: Task = { input, ask: entry.ask ?? ask, workers: entry.workers ?? 1, out }
    const { args, outcome }: Case = cases[entry.case]
    const { taken, facts } = await outcome(await measure(args(task)), task, readOnce)
    assertRight(name, facts, task.ask)
    await rm(out, { recursive: true })
    return taken
  }
  const taken = new Map<string, Taken[]>()
  for (let round = 0; round <= runs; round++)
    for (const [name, entry] of Object.entries(entries)) {
      const { mostRuns = runs }: Case = cases[entry.case]
      if (round > mostRuns) continue
      const one = await runOnce(name, entry)
      say(`  ${round === 0 ? 'first run' : `run ${round}`}: ${name} ${one.wallSeconds.toFixed(2)} s`)
      taken.set(name, [...(taken.get(name) ?? []), one])
    }
  return Object.entries(entries).map(([name, entry]) => {
    const [first, ...rest] = taken.get(name) as [Taken, ...Taken[]] // round 0 runs them all
    return { name, entry, first, runs: rest }
  })
}

/** What came out must be what the sample holds, and in order and types what came out of the first who did the same. */
function judge(input: Input): (name: string, facts: readonly Facts[], ask: Ask) => void {
  const firsts = new Map<string, readonly Facts[]>()
  return (name, facts, ask) => {
    const key = JSON.stringify(ask)
    if (facts.length > 0 && !firsts.has(key)) firsts.set(key, facts)
    for (const [i, found] of facts.entries()) {
      assertAgree(name, found, factsOf((input.days[i] as Input['days'][number]).totals, ask))
      assertAgree(name, found, firsts.get(key)?.[i] as Facts)
    }
  }
}
