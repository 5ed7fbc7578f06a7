import { type Account, accountOf, type Bucket, type Part, pieceBytes, type Waiting } from './bucket.ts'
import type { Clock } from './clock.ts'
import { createWindow } from './rate-window.ts'

/** How much unused rate is kept for later: enough to make good a busy event loop, little enough to be no burst. */
const burstMs = 45

/**
 * A bucket whose rate holds in every window: at most 1.01 times the rate in any second, also in the first one and after a
 * pause, and at most that of 150 ms in any 100 ms. Takers are served in the order of their requests.
 */
export function createBucket(bytesPerSecond: number, clock: Clock): Bucket {
  const tokens = createTokens(bytesPerSecond, clock)
  const queue: Waiting[] = []
  let cancelTimer: (() => void) | undefined
  let serving = false

  const serve = (): void => {
    // Granting makes a stream ask for its next piece from inside: the loop serves it, not the recursion.
    if (serving || cancelTimer) return
    serving = true
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const wait = tokens.waitMs(next.bytes)
      if (wait > 0) {
        if (wait < Number.POSITIVE_INFINITY) wake(wait)
        break
      }
      queue.shift()
      tokens.grant(next.bytes)
      next.granted()
    }
    serving = false
  }
  const wake = (ms: number): void => {
    cancelTimer = clock.after(Math.max(1, Math.ceil(ms)), () => {
      cancelTimer = undefined
      serve()
    })
  }
  /** Whom the next one waits for may have gone, or given back what it needs. */
  const serveAnew = (): void => {
    if (serving) return
    cancelTimer?.()
    cancelTimer = undefined
    serve()
  }
  return {
    bytesPerSecond,
    pieceBytes: pieceBytes(bytesPerSecond),
    open: (): Account =>
      accountOf(queue, {
        asked: serve,
        withdrawn: serveAnew,
        settled(part) {
          tokens.settle(part)
          serveAnew()
        },
      }),
  }
}

/**
 * What may go when. Bytes may go later than they are granted, as in another thread, and the windows hold all the same:
 * what is not yet told to be gone is taken to be going now, at any time.
 */
function createTokens(bytesPerSecond: number, clock: Clock) {
  const perMs = bytesPerSecond / 1000
  const shortLimit = Math.ceil(perMs * 149)
  const windows = [createWindow(1000, Math.floor(bytesPerSecond * 1.009)), createWindow(100, shortLimit)]
  let tokens = pieceBytes(bytesPerSecond)
  let filledAt = clock.monotonicMs()
  let going = 0
  return {
    /** 0 when `bytes` may go now; infinite when that depends on what has been granted before. */
    waitMs(bytes: number): number {
      const now = clock.monotonicMs()
      tokens = Math.min(tokens + (now - filledAt) * perMs, perMs * burstMs)
      filledAt = now
      if (going > 0 && going + bytes > shortLimit) return Number.POSITIVE_INFINITY
      const filling = (Math.min(bytes, perMs * burstMs) - tokens) / perMs
      return Math.max(0, filling, ...windows.map((window) => window.waitMs(going + bytes, now)))
    },
    grant(bytes: number): void {
      tokens -= bytes
      going += bytes
    },
    settle({ gone, unused }: Part): void {
      going -= gone + unused
      tokens += unused
      if (gone > 0) for (const window of windows) window.add(gone, clock.monotonicMs())
    },
  }
}
