import assert from 'node:assert/strict'
import type { Fault } from '../../src/testing/s3-server.ts'

/** A download that is cut after 23 MiB, once. What was read ahead of that is lost with it: up to 6 MiB. */
export const cutLate: Fault = { op: 'get', endAfter: 23 << 20, times: 1 }

/** That a second request, by its Range, went on with what was kept of the first: but for 8 MiB all that had been written. */
export function assertGoesOn(ranges: readonly (string | undefined)[]): void {
  const [first, second, more] = ranges
  const from = Number(/^bytes=(\d+)-$/.exec(second ?? '')?.[1])
  assert.deepEqual([first, more], [undefined, undefined])
  assert.ok(from >= 12 << 20 && from <= 20 << 20 && from % (1 << 22) === 0, `it went on with ${second}`)
}
