import type { Clock } from '../core/clock.ts'

/** The fewest that tell a process that stood still from a server that is silent. */
const ticks = 10

/**
 * Calls `bite` when `ms` have gone by, counted in ten ticks. A tick that comes more than its own length late begins the
 * count anew: then this process stood still (it was stopped, or the machine slept), and what the other side sent
 * meanwhile is still to be read. A single timer would come late by nothing at all if the process was woken just in time.
 *
 * @returns what calls it off.
 */
export function watchdog(ms: number, clock: Clock, bite: () => void): () => void {
  const tickMs = ms / ticks
  let left = ticks
  let cancel = (): void => {}
  const tick = (): void => {
    const due = clock.monotonicMs() + tickMs
    cancel = clock.after(tickMs, () => {
      left = clock.monotonicMs() - due > tickMs ? ticks : left - 1
      if (left === 0) bite()
      else tick()
    })
  }
  tick()
  return () => cancel()
}
