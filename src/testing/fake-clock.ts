import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on by `ms` at once; timers that come due fire in their order, each seeing its own time. */
  advance(ms: number): void
  /** As `advance`, but lets streams and promises react between one timer and the next. */
  pass(ms: number): Promise<void>
  /** Timers set and neither fired nor cancelled. */
  readonly pending: number
}

interface Timer {
  readonly at: number
  readonly then: () => void
}

/** Shows `startMs` at first, and as the time of day `wallMs`. */
export function createFakeClock(startMs = 0, wallMs = Date.UTC(2024, 2, 1)): FakeClock {
  const timers = new Set<Timer>()
  let now = startMs

  /** Fires the earliest timer due by `end`; false when there is none. */
  const fireNext = (end: number): boolean => {
    let first: Timer | undefined
    for (const timer of timers) if (timer.at <= end && (!first || timer.at < first.at)) first = timer
    if (!first) return false
    timers.delete(first)
    now = Math.max(now, first.at)
    first.then()
    return true
  }

  return {
    monotonicMs: () => now,
    wallMs: () => wallMs + now - startMs,
    after(ms, then) {
      const timer = { at: now + ms, then }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      while (fireNext(end));
      now = end
    },
    async pass(ms) {
      const end = now + ms
      await turn()
      while (fireNext(end)) await turn()
      now = end
    },
    get pending() {
      return timers.size
    },
  }
}
