import { readFile } from 'node:fs/promises'
import type { Clock } from './clock.ts'
import { DataError } from './errors.ts'
import { parseObject } from './json.ts'
import { passIf } from './pass-if.ts'
import type { RequestRate } from './requests-per.ts'
import { replaceWhole, unreadable } from './state-file.ts'

/** Says when a request may be sent: a sliding window that all units of a run share, in the order in which they ask. */
export interface RequestBudget {
  readonly rate: RequestRate
  /** So many have been sent. */
  readonly sent: number
  /** Resolves when one request may be sent, which counts from then on; `undefined` when there is no limit. */
  take(signal: AbortSignal): Promise<void> | undefined
  /**
   * Keeps in a file what was sent, and heeds what an earlier process has sent. To be called before the first request, and
   * as often as one likes; the first path holds.
   *
   * @param makeFolder is asked for the folder of the file when it is written for the first time.
   */
  keepIn(path: string, makeFolder?: () => Promise<unknown>): Promise<void>
}

interface Waiting {
  granted(): void
  refused(error: unknown): void
  /** Why it has left. */
  reason(): unknown
}

/** A connection is made, or a packet late, while the next request is not: windows are longer by this part of them. */
const margin = 1.01
/** Of a rate as fast as this the file tells once a second that requests may be going out, not each of them. */
const fastMs = 200
const leaseMs = 1000

export function createRequestBudget(rate: RequestRate, clock: Clock): RequestBudget {
  if (rate.requests === 0) return unlimited(rate)
  const sent = createSent(rate, clock)
  let kept: Promise<SentFile> | undefined
  let granted = 0
  const queue = createQueue(clock, {
    waitMs: async () => {
      await kept
      return sent.waitMs()
    },
    async grant() {
      sent.add()
      const file = await kept
      await file?.told()
      // It goes only now, and a disk may be slow.
      sent.renewLast()
      granted++
    },
  })
  return {
    rate,
    get sent() {
      return granted
    },
    take: (signal) =>
      new Promise<void>((resolve, reject) => {
        const stop = (): void => queue.leave(one)
        const done = (settle: () => void): void => {
          signal.removeEventListener('abort', stop)
          settle()
        }
        const one: Waiting = {
          granted: () => done(resolve),
          refused: (error) => done(() => reject(error)),
          reason: () => signal.reason,
        }
        signal.addEventListener('abort', stop, { once: true })
        queue.join(one)
        if (signal.aborted) stop()
      }),
    async keepIn(path, makeFolder = async () => {}) {
      kept ??= openSentFile(path, sent, { rate, clock, makeFolder })
      await kept
    },
  }
}

/** Only counts. */
function unlimited(rate: RequestRate): RequestBudget {
  let sent = 0
  return {
    rate,
    get sent() {
      return sent
    },
    take: () => void sent++,
    keepIn: async () => {},
  }
}

interface Gate {
  /** 0 when the next one may go. */
  waitMs(): Promise<number>
  grant(): Promise<void>
}

/** Lets those who wait through the gate, one after the other. */
function createQueue(clock: Clock, gate: Gate) {
  const queue: Waiting[] = []
  let serving = false
  let cancelTimer: (() => void) | undefined

  const serveFirst = async (): Promise<boolean> => {
    const wait = await gate.waitMs()
    if (queue.length > 0 && wait > 0) {
      cancelTimer = clock.after(Math.ceil(wait), () => {
        cancelTimer = undefined
        void serve()
      })
      return false
    }
    const next = queue.shift()
    if (next) await gate.grant().then(next.granted, next.refused)
    return queue.length > 0
  }
  const serve = async (): Promise<void> => {
    if (serving || cancelTimer) return
    serving = true
    try {
      while (await serveFirst());
    } catch (error) {
      for (const one of queue.splice(0)) one.refused(error)
    }
    serving = false
  }
  return {
    join(one: Waiting): void {
      queue.push(one)
      void serve()
    },
    leave(one: Waiting): void {
      const at = queue.indexOf(one)
      if (at < 0) return
      queue.splice(at, 1)
      one.refused(one.reason())
      if (queue.length > 0) return
      cancelTimer?.()
      cancelTimer = undefined
    },
  }
}

type Sent = ReturnType<typeof createSent>

/** When the last requests were sent, in ms of the monotonic clock, as many as a window may have. */
function createSent({ requests, everyMs }: RequestRate, clock: Clock) {
  const times = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY)
  const spanMs = everyMs * margin
  let next = 0
  const add = (ms = clock.monotonicMs()): void => {
    times[next] = ms
    next = (next + 1) % requests
  }
  return {
    add,
    renewLast(): void {
      times[(next + requests - 1) % requests] = clock.monotonicMs()
    },
    /** 0 when one more may go. */
    waitMs: (): number => Math.max(0, (times[next] as number) + spanMs - clock.monotonicMs()),
    /** Those that still count, oldest first. */
    recent(): number[] {
      const now = clock.monotonicMs()
      return [...times.subarray(next), ...times.subarray(0, next)].filter((ms) => ms + spanMs > now)
    },
  }
}

interface SentFile {
  /** Resolves when the file tells of what is about to be sent. */
  told(): Promise<void>
}

interface Kept {
  readonly v: 1
  /** When requests were sent, in ms since 1970, oldest first. */
  readonly sent: readonly number[]
  /** Until then, and after the last of `sent`, as many more as the rate allows may have been sent. */
  readonly until?: number
}

interface Keeping {
  readonly rate: RequestRate
  readonly clock: Clock
  makeFolder(): Promise<unknown>
}

async function openSentFile(
  path: string,
  sent: Sent,
  { rate, clock, makeFolder }: Keeping,
): Promise<SentFile> {
  const earlier = await readSent(path)
  const wallMs = clock.wallMs()
  const monotonicMs = clock.monotonicMs()
  // A clock that was set back makes them seem to come: then they have just been sent, for all that is known.
  const agoMs = (ms: number): number => Math.max(0, wallMs - ms)
  for (const ms of earlier.sent ?? []) sent.add(monotonicMs - agoMs(ms))
  if (earlier.until !== undefined)
    for (let i = 0; i < rate.requests; i++) sent.add(monotonicMs - agoMs(earlier.until))
  const isFast = rate.everyMs / rate.requests < fastMs
  let folder: Promise<unknown> | undefined
  let toldUntil = Number.NEGATIVE_INFINITY
  return {
    async told() {
      const now = clock.monotonicMs()
      if (now < toldUntil) return
      folder ??= makeFolder()
      await folder
      const wall = clock.wallMs()
      const kept: Kept = isFast
        ? { v: 1, sent: [], until: Math.ceil(wall + leaseMs) }
        : { v: 1, sent: sent.recent().map((ms) => Math.ceil(wall - (now - ms))) }
      // A kill is what it has to outlast; after a power cut the machine needs longer to come back.
      await replaceWhole(path, `${JSON.stringify(kept)}\n`, { temp: `${path}.new`, durability: 'none' })
      if (isFast) toldUntil = now + leaseMs
    },
  }
}

async function readSent(path: string): Promise<Partial<Kept>> {
  const text = await readFile(path, 'utf8')
    .catch(passIf('ENOENT', 'ENOTDIR'))
    .catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error)
    })
  const kept = parseObject<Kept>(text ?? '{}')
  const { sent = [] } = kept ?? {}
  const isTimes = Array.isArray(sent) && sent.every((ms) => typeof ms === 'number')
  if (kept && isTimes && ['undefined', 'number'].includes(typeof kept.until)) return kept
  throw new DataError(`${path}: does not tell when requests were sent`, {
    hint: 'remove it, and wait as long as the rate counts',
  })
}
