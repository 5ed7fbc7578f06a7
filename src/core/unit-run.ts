import { setMaxListeners } from 'node:events'
import type { Output } from './output.ts'
import { type Counts, noCounts, type RejectedRow, type Run, until } from './run.ts'

/** What one pipeline did. */
export interface Tally {
  readonly counts: Counts
  /** The first twenty rows that could not be read. */
  readonly rejects: readonly RejectedRow[]
  readonly outputs: readonly Output[]
  readonly warnings: readonly string[]
  /** What some stage has counted at all, be it 0: what no stage counts cannot be held against the others. */
  readonly counted: ReadonlySet<keyof Counts>
}

/** One pipeline's share of a run: it counts for itself, and ends as a whole. */
export interface UnitRun {
  readonly run: Run
  readonly tally: Tally
  /** The first error, once there is one. */
  readonly failure: unknown
  /** Records the first error and ends every stage with it. */
  fail(error: unknown): void
  /** Ends what still reads ahead when the chain is over. */
  end(): void
  /** Lets go of the run's signal. */
  close(): void
}

const rejectsShown = 20

export function openUnitRun(parent: Run): UnitRun {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const counts = noCounts()
  const rejects: RejectedRow[] = []
  const outputs: Output[] = []
  const warnings: string[] = []
  const counted = new Set<keyof Counts>()
  let failure: unknown

  const fail = (error: unknown): void => {
    failure ??= error ?? new Error('a stage failed without saying why')
    stop.abort(failure)
  }
  const interrupt = (): void => fail(parent.signal.reason)
  if (parent.signal.aborted) interrupt()
  else parent.signal.addEventListener('abort', interrupt, { once: true })

  // A prototype, not a copy: `stdin` and `stdout` are asked for only by those who need them.
  const run: Run = Object.assign(Object.create(parent) as Run, {
    signal: stop.signal,
    until: <T>(promise: PromiseLike<T>) => until(stop.signal, promise),
    count(what: keyof Counts, n: number) {
      counts[what] += n
      counted.add(what)
      parent.count(what, n)
    },
    reject(row: RejectedRow) {
      run.count('rejected', 1)
      if (rejects.length < rejectsShown) rejects.push(row)
    },
    wrote: (output: Output) => void outputs.push(output),
    warn(text: string) {
      warnings.push(text)
      parent.warn(text)
    },
  })
  return {
    run,
    tally: { counts, rejects, outputs, warnings, counted },
    get failure() {
      return failure
    },
    fail,
    end: () => stop.abort(new Error('the pipeline is over')),
    close: () => parent.signal.removeEventListener('abort', interrupt),
  }
}
