import type { Clock } from './clock.ts'

export interface PatienceOptions {
  readonly timeoutMs?: number | undefined
  readonly lowLevelRetries?: number | undefined
  random?(): number
  /** Called with each thing that is asked for again. */
  retried?(): void
}

/**
 * How a run bears with servers. One for all its units, wherever they run: the numbers can be sent to another thread, and
 * so can every `hold`.
 */
export interface Patience {
  /** How long a server may be silent while it is waited for. */
  readonly timeoutMs: number
  /** How often in a row the same is asked for again when nothing comes of it. */
  readonly lowLevelRetries: number
  /** From 0 up to 1: spreads the retries of many, so that they do not come all at once. */
  random(): number
  /** Something is asked for again. */
  retried(): void
  /** How long nobody may ask yet; 0 when one may. */
  heldMs(): number
  /** Nobody asks before so long from now, as the server wished. A shorter wish does not shorten a longer one. */
  hold(ms: number): void
}

export const patienceDefaults = { timeoutMs: 30_000, lowLevelRetries: 10 } as const

export function createPatience(options: PatienceOptions, clock: Clock): Patience {
  const { timeoutMs, lowLevelRetries } = patienceDefaults
  let heldUntil = clock.monotonicMs()
  return {
    timeoutMs: options.timeoutMs ?? timeoutMs,
    lowLevelRetries: options.lowLevelRetries ?? lowLevelRetries,
    random: options.random ?? Math.random,
    retried: () => options.retried?.(),
    heldMs: () => Math.max(0, heldUntil - clock.monotonicMs()),
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.monotonicMs() + ms)
    },
  }
}
