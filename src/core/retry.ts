import type { Clock } from './clock.ts'

/** How often one thing may be tried again in a row. */
export interface Budget {
  /** Something came of it: all retries are there again, and the first wait is short again. */
  renew(): void
  /** Takes a retry, and says how long to wait before it, in ms; `undefined` when none is left. */
  take(): number | undefined
}

/** The waits grow from at most 250 ms to at most 20 s, and stay there. */
const firstMs = 250
const longestMs = 20_000

/**
 * A budget of retries that progress renews. Waits have full jitter: anything up to a bound that doubles, so that many who
 * failed together do not come back together.
 *
 * @param random from 0 up to 1.
 */
export function createBudget(retries: number, random: () => number): Budget {
  let taken = 0
  return {
    renew() {
      taken = 0
    },
    take: () =>
      taken < retries ? random() * Math.min(longestMs, firstMs * 2 ** Math.min(taken++, 30)) : undefined,
  }
}

/** What a `Retry-After` header asks for, seconds or a date of HTTP, in ms from `wallMs` on; `undefined` when it says nothing. */
export function retryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  // Every form of date that HTTP has names the day; what else `Date.parse` takes is nothing that a server says.
  const at = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - wallMs)
}

/** Waits by the clock. Rejects with the reason of the signal as soon as that fires, and leaves no timer behind. */
export function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    if (ms <= 0) return resolve()
    const stop = (): void => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}
