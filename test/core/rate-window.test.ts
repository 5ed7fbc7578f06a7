import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createWindow } from '../../src/core/rate-window.ts'

/** What was added, as a list: what the ring of milliseconds must agree with. */
function createNaive(spanMs: number, limit: number) {
  const added: { readonly ms: number; readonly count: number }[] = []
  const sumAt = (ms: number): number =>
    added.reduce((sum, one) => (one.ms >= ms - spanMs ? sum + one.count : sum), 0)
  return {
    waitMs(count: number, now: number): number {
      const room = Math.max(0, limit - count)
      for (let ms = Math.floor(now); ; ms++) if (sumAt(ms) <= room) return Math.max(0, ms - now)
    },
    add: (count: number, now: number): void => void added.push({ ms: Math.floor(now), count }),
  }
}

const steps = fc.array(
  fc.record({
    afterMs: fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 30, noNaN: true }),
      fc.integer({ max: 500, min: 0 }),
    ),
    count: fc.integer({ min: 1, max: 130 }),
  }),
  { maxLength: 60 },
)

for (const startMs of [0, 7.25, 99, 100, 101, 12_345.678, 1e9]) {
  test(`from ${startMs} ms on, a window agrees with a list of all that was added`, () => {
    const agrees = fc.property(steps, (some) => {
      const [window, naive] = [createWindow(100, 100), createNaive(100, 100)]
      let now = startMs
      for (const { afterMs, count } of some) {
        now += afterMs
        const wait = window.waitMs(count, now)
        assert.equal(wait, naive.waitMs(count, now), `${count} bytes at ${now} ms`)
        now += wait
        assert.equal(window.waitMs(count, now), 0)
        window.add(count, now)
        naive.add(count, now)
      }
    })
    fc.assert(agrees, { numRuns: 200 })
  })
}

test('no span of time sees more than the limit, when everyone waits as long as told', () => {
  const neverMore = fc.property(fc.integer({ min: 0, max: 2000 }), steps, (startMs, some) => {
    const window = createWindow(100, 130)
    const added: { at: number; count: number }[] = []
    let now = startMs
    for (const { afterMs, count } of some) {
      now += afterMs
      now += window.waitMs(count, now)
      window.add(count, now)
      added.push({ at: now, count })
    }
    for (const { at } of added) {
      const inSpan = added.filter((one) => one.at >= at && one.at < at + 100)
      assert.ok(inSpan.reduce((sum, { count }) => sum + count, 0) <= 130)
    }
  })
  fc.assert(neverMore, { numRuns: 200 })
})

test('a piece larger than the limit goes when nothing else has', () => {
  const window = createWindow(100, 10)
  assert.equal(window.waitMs(50, 1000), 0)
  window.add(50, 1000)
  assert.equal(window.waitMs(50, 1000), 101)
  assert.equal(window.waitMs(1, 1100.5), 0.5)
  assert.equal(window.waitMs(50, 1101), 0)
})
