import type { Counts, Run } from './run.ts'

/** Ends a run after the units in hand. */
export interface Limits {
  /** Bytes off the network, or whatever the sources read. */
  readonly maxTransfer?: number | undefined
  readonly maxDurationMs?: number | undefined
}

/** Counts what a run has used up of its limits. */
export interface StartedLimits {
  /** The run, which counts. */
  readonly run: Run
  /** Which limit is reached, in words. */
  reached(): string | undefined
}

export function startLimits({ maxTransfer, maxDurationMs }: Limits, run: Run): StartedLimits {
  const startMs = run.clock.monotonicMs()
  let bytesIn = 0
  const counting: Run = Object.assign(Object.create(run) as Run, {
    count(what: keyof Counts, n: number) {
      if (what === 'bytesIn') bytesIn += n
      run.count(what, n)
    },
  })
  return {
    run: counting,
    reached() {
      if (maxTransfer !== undefined && bytesIn >= maxTransfer)
        return `${bytesIn} bytes have come, and --max-transfer is ${maxTransfer}`
      const ms = run.clock.monotonicMs() - startMs
      if (maxDurationMs !== undefined && ms >= maxDurationMs)
        return `${Math.round(ms / 1000)} s have passed, and --max-duration is ${maxDurationMs / 1000} s`
      return undefined
    },
  }
}
