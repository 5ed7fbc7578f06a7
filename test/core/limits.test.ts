import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf } from '../../src/core/ledger.ts'
import { startLimits } from '../../src/core/limits.ts'
import { createRun } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { runFlaky } from '../helpers/flaky-recipe.ts'
import { pick } from '../helpers/name-recipes.ts'
import { tempDir } from '../helpers/temp-dir.ts'

test('bytes that came are held against --max-transfer, and passed on', () => {
  const told: unknown[] = []
  const run = createRun({ count: (...args) => void told.push(args) })
  const limits = startLimits({ maxTransfer: 10 }, run)
  limits.run.count('bytesIn', 9)
  limits.run.count('bytesOut', 100)
  assert.equal(limits.reached(), undefined)
  limits.run.count('bytesIn', 1)
  assert.equal(limits.reached(), '10 bytes have come, and --max-transfer is 10')
  assert.equal(told.length, 3)
})

test('time is held against --max-duration', async () => {
  const clock = createFakeClock()
  const limits = startLimits({ maxDurationMs: 2000 }, createRun({ clock }))
  await clock.pass(1999)
  assert.equal(limits.reached(), undefined)
  await clock.pass(1)
  assert.equal(limits.reached(), '2 s have passed, and --max-duration is 2 s')
})

test('a run without limits ends when all is done', () => {
  const limits = startLimits({}, createRun())
  limits.run.count('bytesIn', 1e12)
  assert.equal(limits.reached(), undefined)
})

const units = ['a', 'b', 'c']
for (const [title, script, limit, expected, failure] of [
  ['ends after the unit in hand', {}, 3, { done: 1, skipped: 0, failed: 0 }, 'limit'],
  ['that all units keep is none', {}, 9, { done: 3, skipped: 0, failed: 0 }, undefined],
  [
    'that failures precede ends it, too',
    { a: [new Error('x')] },
    3,
    { done: 1, skipped: 0, failed: 1 },
    'partial',
  ],
] as const)
  test(`a limit ${title}`, async (t) => {
    // Each unit reads three bytes, as `a 1`.
    const report = await runFlaky(
      { root: tempDir(t), units, script: { ...script } as never },
      { maxTransfer: limit },
    )
    assert.deepEqual([pick(report), failureOf(report)], [expected, failure])
  })
