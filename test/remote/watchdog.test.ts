import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../src/core/clock.ts'
import { watchdog } from '../../src/remote/watchdog.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

test('bites once, when its time is over', () => {
  const clock = createFakeClock(77.5)
  let bites = 0
  watchdog(30_000, clock, () => void bites++)
  clock.advance(29_999)
  assert.equal(bites, 0)
  clock.advance(1)
  clock.advance(100_000)
  assert.deepEqual([bites, clock.pending], [1, 0])
})

test('called off, it neither bites nor waits, at whatever time', () => {
  for (const ms of [0, 1, 2999, 3000, 29_999]) {
    const clock = createFakeClock()
    const cancel = watchdog(30_000, clock, () => assert.fail('it bit'))
    clock.advance(ms)
    cancel()
    assert.equal(clock.pending, 0)
    clock.advance(100_000)
  }
})

/** A clock that can stand still as the clock of a stopped process does: time goes by, and timers come late. */
function stoppable() {
  const clock = createFakeClock()
  let stoppedMs = 0
  const stopped: Clock = { ...clock, monotonicMs: () => clock.monotonicMs() + stoppedMs }
  const stop = (ms: number): void => {
    stoppedMs += ms
  }
  return { clock: stopped, advance: clock.advance, stop }
}

for (const stopMs of [5000, 26_000, 29_000, 31_000, 3_600_000])
  test(`a process that is stopped for ${stopMs} ms and woken begins anew, whenever the stop was`, () => {
    for (const beforeMs of [0, 1, 14_500, 29_000, 29_999]) {
      const { clock, advance, stop } = stoppable()
      let bites = 0
      watchdog(30_000, clock, () => void bites++)
      advance(beforeMs)
      stop(stopMs)
      advance(29_999)
      assert.equal(bites, 0, `stopped after ${beforeMs}`)
      advance(3001)
      assert.equal(bites, 1, `stopped after ${beforeMs}`)
    }
  })

test('a loop that is a little late at each tick is none that was stopped', () => {
  const clock = createFakeClock()
  const late: Clock = { ...clock, after: (ms, then) => clock.after(ms * 1.5, then) }
  let bites = 0
  watchdog(1000, late, () => void bites++)
  clock.advance(1500)
  assert.equal(bites, 1)
})
