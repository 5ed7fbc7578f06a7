import {
  type Account,
  accountOf,
  type Bucket,
  bytesIn,
  noLimit,
  type Part,
  pieceBytes,
  type Waiting,
} from './bucket.ts'

/** How this thread takes from the bucket of another one, some messages away. */
export interface Lender {
  /** Resolves when `bytes` more may go. Of those granted before, `gone` have gone since this was last told. */
  take(ask: { readonly bytes: number; readonly gone: number }, signal: AbortSignal): Promise<unknown>
  /** Tells what became of bytes granted, without asking for more. */
  settle(part: Part): void
}

/** The most that threads hold at a time, all together and each of them, as milliseconds of the rate. */
const mostHeldMs = { together: 40, each: 20 }

/**
 * How much of a rate one of several threads may hold: enough that a grant serves many chunks, and that a thread which is
 * too busy to hear of it at once still uses its part; little enough that what is held and not used is no loss to speak of.
 */
export const leaseBytes = (bytesPerSecond: number, threads: number): number =>
  bytesIn(Math.min(mostHeldMs.each, mostHeldMs.together / threads), bytesPerSecond)

/** A bucket filled out of another thread's, a lease at a time and only when somebody asks. It keeps no rate of its own. */
export function leasedBucket(bytesPerSecond: number, leaseBytes: number, lender: Lender): Bucket {
  if (bytesPerSecond === 0) return noLimit
  const queue: Waiting[] = []
  let accounts = 0

  const serve = (): void => {
    for (let next = queue[0]; next !== undefined && lease.use(next.bytes); next = queue[0]) {
      queue.shift()
      next.granted()
    }
    if (queue.length > 0) lease.fill()
    else if (accounts === 0) lease.giveBack()
    else lease.tell()
  }
  const lease = createLease(leaseBytes, lender, serve)
  const told = {
    asked: serve,
    settled: lease.settle,
    withdrawn() {
      if (queue.length === 0) lease.withdraw()
      serve()
    },
  }
  return {
    bytesPerSecond,
    pieceBytes: Math.min(leaseBytes, pieceBytes(bytesPerSecond)),
    open(): Account {
      accounts++
      const account = accountOf(queue, told)
      return {
        ...account,
        close() {
          accounts--
          account.close()
          serve()
        },
      }
    },
  }
}

/** What this thread holds of the other's bucket; `filled` is called when that was asked about and an answer came. */
function createLease(most: number, lender: Lender, filled: () => void) {
  let [held, gone] = [0, 0]
  let asking: AbortController | undefined
  const answered = (granted: number): void => {
    asking = undefined
    held += granted
    filled()
  }
  const settle = (unused: number): void => {
    if (gone + unused > 0) lender.settle({ gone, unused })
    held -= unused
    gone = 0
  }
  return {
    /** False when there is not enough left. */
    use(bytes: number): boolean {
      if (bytes > held) return false
      held -= bytes
      return true
    },
    settle(part: Part): void {
      gone += part.gone
      held += part.unused
    },
    fill(): void {
      if (asking) return
      const stop = new AbortController()
      const bytes = most - held
      asking = stop
      lender.take({ bytes, gone }, stop.signal).then(
        () => answered(bytes),
        (error: unknown) => {
          if (!stop.signal.aborted) throw error
          answered(0)
        },
      )
      gone = 0
    },
    withdraw: () => asking?.abort(),
    /** Nobody reads here: what is left is for other threads. */
    giveBack(): void {
      if (!asking) settle(held)
    },
    /** What is all used up must not count as about to go for as long as nobody asks for more. */
    tell(): void {
      if (!asking && held === 0) settle(0)
    },
  }
}
