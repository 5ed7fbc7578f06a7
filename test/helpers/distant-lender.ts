import type { Bucket } from '../../src/core/bucket.ts'
import type { Lender } from '../../src/core/leased-bucket.ts'
import type { FakeClock } from '../../src/testing/fake-clock.ts'

/**
 * A lender that is `latencyMs()` away in each direction: messages arrive late, and in their order. It tells what it was
 * asked for, and what it has granted and heard no more of.
 */
export function distant(bucket: Bucket, clock: FakeClock, latencyMs: () => number) {
  const account = bucket.open()
  const asked: number[] = []
  let held = 0
  const arriving = (): ((then: () => void) => void) => {
    let last = 0
    return (then) => {
      last = Math.max(last, clock.monotonicMs() + latencyMs())
      clock.after(last - clock.monotonicMs(), then)
    }
  }
  const [there, back] = [arriving(), arriving()]
  const lender: Lender = {
    take: ({ bytes, gone }, signal) =>
      new Promise((resolve, reject) => {
        asked.push(bytes)
        let granted = false
        there(() => {
          account.settle({ gone, unused: 0 })
          held -= gone
          account.ask(bytes, () => {
            granted = true
            held += bytes
            back(() => resolve(undefined))
          })
        })
        signal.addEventListener('abort', () =>
          there(() => {
            if (granted) return
            account.withdraw()
            back(() => reject(signal.reason))
          }),
        )
      }),
    settle: (part) =>
      there(() => {
        account.settle(part)
        held -= part.gone + part.unused
      }),
  }
  return { lender, asked, held: () => held }
}
