import { setMaxListeners } from 'node:events'
import type { Calls } from './calls.ts'
import { systemClock } from './clock.ts'
import { openCores } from './cores.ts'
import { UsageError } from './errors.ts'
import { leasedBucket } from './leased-bucket.ts'
import type { Said, Start } from './messages.ts'
import { createPatience, type Patience } from './patience.ts'
import { type Counts, type Run, sharing, until } from './run.ts'
import { throttleOf } from './throttle.ts'

/** The run as one task of a worker sees it. */
export interface TaskRun {
  readonly run: Run
  /** Posts what was counted and not yet posted. */
  flush(): void
}

const countsEveryMs = 100

/** The run of a worker, and how the main thread tells it of things. */
export interface PortRun {
  readonly run: Run
  /** Another thread was asked to wait before the next request. */
  hold(ms: number): void
}

/**
 * The run of a worker thread: what there is only one of is asked of the main thread, the rest is the thread's own.
 * Stdin and stdout are not lent: units that use them run on the main thread.
 */
export function portRun(start: Start, signal: AbortSignal, calls: Calls): PortRun {
  setMaxListeners(0, signal)
  const { epoch, durability, mostRejects } = start
  const clock = systemClock
  const patience = createPatience(start, clock)
  const throttle = throttleOf(
    leasedBucket(start.bytesPerSecond, start.leaseBytes, {
      take: (ask, stop) => calls.ask('take', ask, stop),
      settle: (part) => void calls.ask('settle', part),
    }),
  )
  const run: Run = {
    signal,
    clock,
    epoch,
    durability,
    mostRejects,
    get stdin() {
      return notLent('stdin')
    },
    get stdout() {
      return notLent('stdout')
    },
    rate: throttle.rate,
    throttle: () => throttle.stream(),
    get requests() {
      return notLent('the budget of requests')
    },
    patience: sharedPatience(patience, calls),
    until: (promise) => until(signal, promise),
    count() {},
    reject() {},
    wrote() {},
    bring() {},
    spent() {},
    warn() {},
    // The answer is that of the name which was asked for.
    access: (name) => calls.ask('access', name) as Promise<never>,
    cores: openCores(start.cores, start.busyCores),
    share: sharing(),
  }
  return { run, hold: patience.hold }
}

/** What one worker learns of a server, all are told. */
const sharedPatience = (own: Patience, calls: Calls): Patience => ({
  ...own,
  hold(ms) {
    own.hold(ms)
    void calls.ask('hold', ms)
  },
})

function notLent(what: string): never {
  throw new UsageError(`a worker thread was asked for ${what}, which only the main thread has`, {
    hint: 'run it with --workers 1; a sink that says inOrder runs on the main thread anyway',
  })
}

/** A worker's run for one task: it tells what is counted, a few times a second, and warnings at once. */
export function openTaskRun(worker: Run, turn: number, post: (message: Said) => void): TaskRun {
  let counts: Partial<Counts> = {}
  let cancelTimer: (() => void) | undefined
  const flush = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    if (Object.keys(counts).length > 0) post({ kind: 'count', turn, counts })
    counts = {}
  }
  const run: Run = Object.assign(Object.create(worker) as Run, {
    count(what: keyof Counts, n: number) {
      counts[what] = (counts[what] ?? 0) + n
      cancelTimer ??= worker.clock.after(countsEveryMs, flush)
    },
    warn: (text: string) => post({ kind: 'warn', turn, text }),
  })
  return { run, flush }
}
