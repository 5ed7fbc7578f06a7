import type { Duplex } from 'node:stream'
import streamThrottle from 'stream-throttle'
import type { Clock } from './clock.ts'
import { createWindow } from './rate-window.ts'

/** One rate for everything a run reads off the network. */
export interface Throttle {
  /** 0: no limit. */
  readonly bytesPerSecond: number
  /** A new stream through which one body passes at the shared rate. Destroying it gives its turn to the others. */
  stream(): Duplex
}

/** What `stream-throttle` asks of a bucket. */
interface Bucket {
  removeTokens(count: number, granted: (error?: Error | null) => void): void
}

interface Waiting {
  readonly owner: object
  readonly count: number
  readonly granted: () => void
}

/** How much unused rate is kept for later: enough to make good a busy event loop, little enough to be no burst. */
const burstMs = 45
/** A piece leaves the throttle as a whole, so pieces are small. */
const pieceMs = 5

/**
 * A throttle whose rate holds in every window: at most 1.01 times the rate in any second, also in the first one and
 * after a pause, and at most 50 ms of it at once. Streams are served in the order of their requests.
 */
export function createThrottle(bytesPerSecond: number, clock: Clock): Throttle {
  if (bytesPerSecond === 0)
    return { bytesPerSecond, stream: () => throttled(unlimited, Number.POSITIVE_INFINITY) }
  const shared = createBucket(bytesPerSecond, clock)
  const piece = Math.max(1, Math.floor((bytesPerSecond * pieceMs) / 1000))
  return {
    bytesPerSecond,
    stream() {
      const owner = {}
      const stream = throttled(
        { removeTokens: (count, granted) => shared.ask({ owner, count, granted: () => granted() }) },
        piece,
      )
      return stream.once('close', () => shared.leave(owner))
    },
  }
}

const unlimited: Bucket = { removeTokens: (_count, granted) => granted() }

/** The package's stream with a bucket of ours; its types know only its own group, and its stream reads only these two. */
const ThrottleStream = streamThrottle.Throttle as unknown as new (
  options: object,
  group: { readonly bucket: Bucket; readonly chunksize: number },
) => Duplex

const throttled = (bucket: Bucket, chunksize: number): Duplex => new ThrottleStream({}, { bucket, chunksize })

function createBucket(bytesPerSecond: number, clock: Clock) {
  const perMs = bytesPerSecond / 1000
  const window = createWindow(1000, Math.floor(bytesPerSecond * 1.009))
  const queue: Waiting[] = []
  let tokens = perMs * pieceMs
  let filledAt = clock.monotonicMs()
  let cancelTimer: (() => void) | undefined
  let serving = false

  const fill = (now: number): void => {
    tokens = Math.min(tokens + (now - filledAt) * perMs, perMs * burstMs)
    filledAt = now
  }
  /** 0 when `count` bytes may leave now. */
  const waitMs = (count: number, now: number): number =>
    Math.max(0, (Math.min(count, perMs * burstMs) - tokens) / perMs, window.waitMs(count, now))

  const serve = (): void => {
    // Granting makes a stream ask for its next piece from inside: the loop serves it, not the recursion.
    if (serving || cancelTimer) return
    serving = true
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const now = clock.monotonicMs()
      fill(now)
      const wait = waitMs(next.count, now)
      if (wait > 0) {
        cancelTimer = clock.after(Math.max(1, Math.ceil(wait)), () => {
          cancelTimer = undefined
          serve()
        })
        break
      }
      queue.shift()
      tokens -= next.count
      window.add(next.count, now)
      next.granted()
    }
    serving = false
  }

  return {
    ask(waiting: Waiting): void {
      queue.push(waiting)
      serve()
    },
    leave(owner: object): void {
      for (let i = queue.length - 1; i >= 0; i--) if (queue[i]?.owner === owner) queue.splice(i, 1)
      if (queue.length > 0) return
      cancelTimer?.()
      cancelTimer = undefined
    },
  }
}
