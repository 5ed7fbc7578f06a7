import { setMaxListeners } from 'node:events'
import { DataError, placeText } from './errors.ts'
import type { Output } from './output.ts'
import { type Counts, noCounts, type RejectedRow, type Run, until } from './run.ts'

/** What one pipeline did. */
export interface Tally {
  readonly counts: Counts
  /** Rows that could not be read: the first twenty, or as many as the run may set aside. */
  readonly rejects: readonly RejectedRow[]
  readonly outputs: readonly Output[]
  /** Rows to be merged, as a sink that gathers has brought them. */
  readonly brought?: readonly Uint8Array[]
  /** Files to remove now that it succeeded. */
  readonly spent: readonly string[]
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

/** So many tell what is wrong with a file. */
const rejectsShown = 20
/** With so many, more than may be set aside, a file is not read any further: no one looks at them, and it may be a bomb. */
const mostRejected = 1_000_000

export function openUnitRun(parent: Run): UnitRun {
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const counts = noCounts()
  const rejects: RejectedRow[] = []
  const outputs: Output[] = []
  const brought: Uint8Array[] = []
  const spent: string[] = []
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
      if (rejects.length < Math.max(rejectsShown, parent.mostRejects)) rejects.push(row)
      if (counts.rejected > Math.max(mostRejected, parent.mostRejects))
        throw rejectsError({ counts, rejects }, ' so far, and no more is read')
    },
    wrote: (output: Output) => void outputs.push(output),
    bring: (bytes: Uint8Array) => void brought.push(bytes),
    spent: (path: string) => void spent.push(path),
    warn(text: string) {
      warnings.push(text)
      parent.warn(text)
    },
  })
  return {
    run,
    tally: { counts, rejects, outputs, brought, spent, warnings, counted },
    get failure() {
      return failure
    },
    fail,
    end: () => stop.abort(new Error('the pipeline is over')),
    close: () => parent.signal.removeEventListener('abort', interrupt),
  }
}

/** What a file comes to that has too many bad rows. */
export function rejectsError(
  { counts, rejects }: Pick<Tally, 'counts' | 'rejects'>,
  more: string,
): DataError {
  const { rowsIn, rejected } = counts
  const shown = rejects.slice(0, rejectsShown).map(({ at, why }) => `  ${placeText(at)}: ${why}`)
  const hidden = rejected > shown.length ? [`  and ${rejected - shown.length} more`] : []
  return new DataError(
    [`${rejected} of ${rowsIn} rows cannot be read${more}`, ...shown, ...hidden].join('\n'),
    {
      hint: 'nothing of it was committed; fetch it again, and if it still comes like this, tell its vendor; --rejects FILE sets such rows aside',
    },
  )
}
