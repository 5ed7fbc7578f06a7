import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBudget, pause, retryAfterMs } from '../../src/core/retry.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

const most = (): number => 1 - Number.EPSILON

test('waits double from a quarter of a second to 20 s, and then there are no more', () => {
  const budget = createBudget(10, most)
  const waits = Array.from({ length: 12 }, () => budget.take()).map((ms) => ms && Math.round(ms))
  assert.deepEqual(waits, [
    ...[250, 500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000],
    undefined,
    undefined,
  ])
})

test('a wait is anything up to its bound, as chance has it', () => {
  for (const random of [0, 0.25, 0.5]) {
    const budget = createBudget(3, () => random)
    assert.deepEqual(
      [budget.take(), budget.take(), budget.take()],
      [250 * random, 500 * random, 1000 * random],
    )
  }
})

test('progress renews all retries, and the first wait is short again', () => {
  const budget = createBudget(2, most)
  for (let round = 0; round < 5; round++) {
    assert.equal(Math.round(budget.take() as number), 250)
    assert.notEqual(budget.take(), undefined)
    assert.equal(budget.take(), undefined)
    budget.renew()
  }
})

test('a budget of none has none, renewed or not', () => {
  const budget = createBudget(0, most)
  assert.equal(budget.take(), undefined)
  budget.renew()
  assert.equal(budget.take(), undefined)
})

test('however often it is tried, a wait is finite and at most 20 s', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (n, chance) => {
        const budget = createBudget(n, () => chance)
        for (let i = 0; i < n; i++) {
          const ms = budget.take()
          if (ms === undefined || !(ms >= 0 && ms <= 20_000)) return false
        }
        return budget.take() === undefined
      },
    ),
    { numRuns: 50 },
  )
})

const now = Date.UTC(2024, 2, 1, 12, 0, 0)
const headers: readonly (readonly [header: string | undefined, ms: number | undefined])[] = [
  [undefined, undefined],
  ['0', 0],
  ['3', 3000],
  ['120', 120_000],
  ['Fri, 01 Mar 2024 12:00:30 GMT', 30_000],
  ['Friday, 01-Mar-24 12:00:30 GMT', 30_000],
  ['Fri Mar  1 12:00:30 2024 GMT', 30_000],
  ['Fri, 01 Mar 2024 11:59:00 GMT', 0],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['2024', 2_024_000],
  ['2024-03-01T12:00:30Z', undefined],
]
for (const [header, ms] of headers)
  test(`Retry-After: ${header} is ${ms} ms`, () => assert.equal(retryAfterMs(header, now), ms))

test('a pause ends by the clock, and lets go of the signal', async () => {
  const clock = createFakeClock()
  const { signal } = new AbortController()
  let over = false
  const waiting = pause(500, clock, signal).then(() => {
    over = true
  })
  await clock.pass(499)
  assert.equal(over, false)
  clock.advance(1)
  await waiting
  assert.deepEqual([getEventListeners(signal, 'abort').length, clock.pending], [0, 0])
})

test('a pause ends with the reason of the signal, at once, and leaves no timer', async () => {
  const clock = createFakeClock()
  const stop = new AbortController()
  const reason = new Error('stopped')
  const waiting = pause(500, clock, stop.signal)
  assert.equal(clock.pending, 1)
  stop.abort(reason)
  await assert.rejects(waiting, reason)
  assert.equal(clock.pending, 0)
  await assert.rejects(pause(0, clock, stop.signal), reason)
})

test('a pause of nothing waits for no clock', async () => {
  await pause(0, createFakeClock(), new AbortController().signal)
})
