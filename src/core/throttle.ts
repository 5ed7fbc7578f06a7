import type { Duplex } from 'node:stream'
import streamThrottle from 'stream-throttle'
import { type Bucket, noLimit } from './bucket.ts'
import type { Clock } from './clock.ts'
import { createBucket } from './rate-bucket.ts'

/** One rate for everything a run reads off the network. */
export interface Throttle {
  /** Where it is kept. Another thread that is to share it has an account there. */
  readonly rate: Bucket
  /** A new stream through which one body passes at the shared rate. Destroying it gives its turn to the others. */
  stream(): Duplex
}

/** A throttle with a bucket of its own: see `createBucket` for what it promises. */
export const createThrottle = (bytesPerSecond: number, clock: Clock): Throttle =>
  throttleOf(bytesPerSecond === 0 ? noLimit : createBucket(bytesPerSecond, clock))

/** A throttle whose streams take from `rate`. */
export const throttleOf = (rate: Bucket): Throttle => ({
  rate,
  stream() {
    const account = rate.open()
    const removeTokens: Tokens['removeTokens'] = (bytes, granted) =>
      account.ask(bytes, () => {
        account.settle({ gone: bytes, unused: 0 })
        granted()
      })
    const group = { bucket: { removeTokens }, chunksize: rate.pieceBytes }
    return new ThrottleStream({}, group).once('close', () => account.close())
  },
})

/** What `stream-throttle` asks of a bucket. */
interface Tokens {
  removeTokens(count: number, granted: (error?: Error | null) => void): void
}

/** The package's stream with a bucket of ours; its types know only its own group, and its stream reads only these two. */
const ThrottleStream = streamThrottle.Throttle as unknown as new (
  options: object,
  group: { readonly bucket: Tokens; readonly chunksize: number },
) => Duplex
