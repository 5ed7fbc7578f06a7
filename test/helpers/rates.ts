import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../src/core/clock.ts'

/** Bytes that left a throttle, and when. */
export interface Left {
  readonly atMs: number
  readonly bytes: number
}

/** Notes what leaves a stream, and by which clock. */
export function meter(stream: Duplex, clock: Clock, left: Left[] = []): Left[] {
  stream.on('data', ({ length }: Buffer) => left.push({ atMs: clock.monotonicMs(), bytes: length }))
  return left
}

/** Always has more for the stream to pass. */
export function flood(stream: Duplex, chunk = Buffer.alloc(256 * 1024)): Duplex {
  const more = (): void => {
    while (!stream.destroyed && stream.write(chunk));
  }
  more()
  return stream.on('drain', more)
}

export const total = (left: readonly Left[]): number => left.reduce((sum, { bytes }) => sum + bytes, 0)

/** The most bytes that left in any half-open window of `spanMs`. */
export function most(left: readonly Left[], spanMs: number): number {
  let [first, sum, max] = [0, 0, 0]
  for (const { atMs, bytes } of left) {
    sum += bytes
    for (let oldest = left[first] as Left; oldest.atMs <= atMs - spanMs; oldest = left[first] as Left) {
      sum -= oldest.bytes
      first++
    }
    max = Math.max(max, sum)
  }
  return max
}

/** What left, in the order of time, keeps to a cap in bytes a second: in every second, and in every 100 ms. */
export function holdsTheRate(left: readonly Left[], cap: number): void {
  assert.ok(most(left, 1000) <= cap * 1.01, `${most(left, 1000)} bytes in a second`)
  assert.ok(most(left, 100) <= cap * 0.15, `${most(left, 100)} bytes in 100 ms`)
}
