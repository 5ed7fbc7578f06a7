/** Time as a stage may see it, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds that never go back, with fractions. */
  monotonicMs(): number
  /** Milliseconds since 1970-01-01T00:00Z. */
  wallMs(): number
  /** Calls `then` once after about `ms`; the answer cancels it. */
  after(ms: number, then: () => void): () => void
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}
