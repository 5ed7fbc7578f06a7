import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPatience } from '../../src/core/patience.ts'
import { createRun } from '../../src/core/run.ts'
import { openUnitRun } from '../../src/core/unit-run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

test('nobody is held at first, and what is asked for goes by', () => {
  const clock = createFakeClock(1234.5)
  const patience = createPatience({}, clock)
  assert.equal(patience.heldMs(), 0)
  patience.hold(3000)
  assert.equal(patience.heldMs(), 3000)
  clock.advance(2999)
  assert.equal(patience.heldMs(), 1)
  clock.advance(1)
  assert.equal(patience.heldMs(), 0)
  clock.advance(10_000)
  assert.equal(patience.heldMs(), 0)
})

test('the longest wish holds, whichever came last', () => {
  const clock = createFakeClock()
  const patience = createPatience({}, clock)
  for (const ms of [1000, 5000, 2000]) patience.hold(ms)
  assert.equal(patience.heldMs(), 5000)
})

test('all units of a run are held together, and runs are not', () => {
  const clock = createFakeClock()
  const run = createRun({ clock })
  const [one, other] = [openUnitRun(run), openUnitRun(run)]
  one.run.patience.hold(700)
  assert.equal(other.run.patience.heldMs(), 700)
  assert.equal(createRun({ clock }).patience.heldMs(), 0)
})

test('without a wish of its own a run waits 30 s and tries ten times more', () => {
  const { timeoutMs, lowLevelRetries, random } = createRun().patience
  assert.deepEqual([timeoutMs, lowLevelRetries], [30_000, 10])
  for (let i = 0; i < 100; i++) assert.ok(random() >= 0 && random() < 1)
  const given = createRun({ timeoutMs: 5, lowLevelRetries: 0, random: () => 0.5 }).patience
  assert.deepEqual([given.timeoutMs, given.lowLevelRetries, given.random()], [5, 0, 0.5])
})
