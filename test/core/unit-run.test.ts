import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { DataError } from '../../src/core/errors.ts'
import { createRun, noCounts } from '../../src/core/run.ts'
import { openUnitRun } from '../../src/core/unit-run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

test('the first error is the failure, and the reason that its stages see', () => {
  const first = new Error('first')
  const unit = openUnitRun(createRun())
  assert.equal(unit.failure, undefined)
  unit.fail(first)
  unit.fail(new Error('second'))
  assert.equal(unit.failure, first)
  assert.equal(unit.run.signal.reason, first)
})

test('the failure of a unit leaves the run and the other units alone', () => {
  const run = createRun()
  const [one, other] = [openUnitRun(run), openUnitRun(run)]
  one.fail(new Error('mine'))
  assert.equal(run.signal.aborted, false)
  assert.equal(other.run.signal.aborted, false)
})

test('an abort of the run fails every unit with its reason, also one opened afterwards', () => {
  const stop = new AbortController()
  const run = createRun({ signal: stop.signal })
  const before = openUnitRun(run)
  const reason = new Error('interrupted')
  stop.abort(reason)
  for (const unit of [before, openUnitRun(run)]) assert.equal(unit.failure, reason)
})

test('a closed unit has let go of the signal of its run', () => {
  const stop = new AbortController()
  const unit = openUnitRun(createRun({ signal: stop.signal }))
  assert.equal(getEventListeners(stop.signal, 'abort').length, 1)
  unit.close()
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
  stop.abort(new Error('too late'))
  assert.equal(unit.failure, undefined)
})

test('a unit counts for itself and tells its run', () => {
  const told: unknown[] = []
  const run = createRun({
    count: (what, n) => void told.push([what, n]),
    warn: (text) => void told.push(text),
  })
  const [one, other] = [openUnitRun(run), openUnitRun(run)]
  one.run.count('rowsIn', 3)
  one.run.count('rowsIn', 4)
  one.run.reject({ at: { row: 2 }, why: 'too short', text: 'x' })
  one.run.warn('careful')
  other.run.count('rowsIn', 5)
  const expected = [['rowsIn', 3], ['rowsIn', 4], ['rejected', 1], 'careful', ['rowsIn', 5]]
  assert.deepEqual(told, expected)
  assert.deepEqual(one.tally.counts, { ...noCounts(), rowsIn: 7, rejected: 1 })
  assert.deepEqual(one.tally.warnings, ['careful'])
  assert.deepEqual(other.tally, {
    counts: { ...noCounts(), rowsIn: 5 },
    rejects: [],
    outputs: [],
    brought: [],
    spent: [],
    warnings: [],
    counted: new Set(['rowsIn']),
  })
})

for (const [mostRejects, kept] of [
  [0, 20],
  [5, 20],
  [25, 25],
  [100, 30],
] as const)
  test(`all rejects are counted, and of 30 ${kept} are kept where ${mostRejects} may be set aside`, () => {
    const { run, tally } = openUnitRun(createRun({ mostRejects }))
    for (let row = 1; row <= 30; row++) run.reject({ at: { row }, why: 'bad', text: 'x' })
    assert.equal(tally.counts.rejected, 30)
    assert.deepEqual(
      tally.rejects.map(({ at }) => at.row),
      Array.from({ length: kept }, (_, i) => i + 1),
    )
  })

for (const [mostRejects, limit] of [
  [0, 1_000_000],
  [1_200_000, 1_200_000],
] as const)
  test(`a file is given up with more than ${limit} bad rows, where ${mostRejects} may be set aside`, () => {
    const { run } = openUnitRun(createRun({ mostRejects }))
    const bad = { at: { row: 1 }, why: 'bad', text: 'x' }
    for (let row = 1; row <= limit; row++) run.reject(bad)
    assert.throws(
      () => run.reject(bad),
      (error) =>
        error instanceof DataError &&
        error.message.startsWith(`${limit + 1} of 0 rows cannot be read so far, and no more is read\n`) &&
        error.message.endsWith(`\n  and ${limit - 19} more`),
    )
  })

test('what the run lends, a unit lends on', async () => {
  const stdout = new PassThrough()
  const clock = createFakeClock()
  const parent = createRun({
    stdout,
    clock,
    access: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
  })
  const { run } = openUnitRun(parent)
  assert.equal(run.stdout, stdout)
  assert.equal(run.clock, clock)
  assert.equal(run.epoch, parent.epoch)
  assert.equal((await run.access('s3')).accessKeyId, 'a')
  assert.throws(() => run.stdin, /lent no stdin/)
  const pool = parent.share('pool', () => ({}))
  assert.equal(
    run.share('pool', () => ({})),
    pool,
  )
})
