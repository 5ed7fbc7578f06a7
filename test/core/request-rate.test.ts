import assert from 'node:assert/strict'
import { setMaxListeners } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRequestBudget } from '../../src/core/request-rate.ts'
import { noRequestLimit, type RequestRate } from '../../src/core/requests-per.ts'
import { createRun } from '../../src/core/run.ts'
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const perMinute: RequestRate = { requests: 5, everyMs: 60_000 }
const { signal } = new AbortController()
setMaxListeners(0, signal)

/** The most that were sent in any span of so long, ends included. */
const mostWithin = (sent: readonly number[], ms: number): number =>
  Math.max(0, ...sent.map((from) => sent.filter((at) => at >= from && at <= from + ms).length))

/** Lets time go by while somebody waits; it stands still while the disk is written to, which is when no timer is set. */
async function pass(clock: FakeClock, ms: number, stepMs = 500): Promise<void> {
  for (let gone = 0; gone < ms; gone += stepMs) {
    while (clock.pending === 0) await new Promise(setImmediate)
    await clock.pass(stepMs)
  }
  while (clock.pending === 0) await new Promise(setImmediate)
}

test('never a sixth request goes in any 60 s, and the rate is used', async () => {
  const clock = createFakeClock()
  const { requests } = createRun({ clock, requestsPer: perMinute })
  const sent: number[] = []
  for (let i = 0; i < 30; i++) void requests.take(signal)?.then(() => sent.push(clock.monotonicMs()))
  await clock.pass(6 * 61_000)
  assert.equal(sent.length, 30)
  assert.equal(mostWithin(sent, 60_000), 5)
})

test('whenever requests are asked for, the window holds', async () => {
  const asked = fc.array(fc.nat(9000), { minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(asked, async (waits) => {
      const clock = createFakeClock()
      const budget = createRequestBudget({ requests: 3, everyMs: 10_000 }, clock)
      const sent: number[] = []
      for (const ms of waits) {
        void budget.take(signal)?.then(() => sent.push(clock.monotonicMs()))
        await clock.pass(ms)
      }
      await clock.pass(200_000)
      assert.equal(sent.length, waits.length)
      assert.ok(mostWithin(sent, 10_000) <= 3)
    }),
    { numRuns: 50 },
  )
})

test('the run of a library has no limit, and asks for no promise', () => {
  assert.equal(createRun().requests.take(signal), undefined)
  assert.deepEqual(createRun().requests.rate, noRequestLimit)
})

test('a request that is aborted while it waits takes no turn and leaves no timer', async () => {
  const clock = createFakeClock()
  const budget = createRequestBudget({ requests: 1, everyMs: 1000 }, clock)
  await budget.take(signal)
  const stop = new AbortController()
  const waits = budget.take(stop.signal)
  await clock.pass(1)
  stop.abort(new Error('enough'))
  await assert.rejects(waits as Promise<void>, /enough/)
  assert.equal(clock.pending, 0)
  await assert.rejects(budget.take(stop.signal) as Promise<void>, /enough/)
  await clock.pass(1100)
  await budget.take(signal)
})

/** Processes that follow each other on one file; each is killed after its requests, without a word. */
async function restarted(
  path: string,
  rate: RequestRate,
  { lives, eachMs, stepMs }: { lives: number; eachMs: number; stepMs: number },
): Promise<number[]> {
  const sent: number[] = []
  const wall = createFakeClock()
  for (let life = 0; life < lives; life++) {
    // What a process counts from its start is another number each time.
    const clock: FakeClock = { ...wall, monotonicMs: () => wall.monotonicMs() + life * 12_345 }
    const budget = createRequestBudget(rate, clock)
    await budget.keepIn(path)
    const stop = new AbortController()
    const take = (): void =>
      void budget.take(stop.signal)?.then(
        () => {
          sent.push(wall.monotonicMs())
          take()
        },
        () => {},
      )
    take()
    await pass(wall, eachMs, stepMs)
    stop.abort()
  }
  return sent
}

test('never a sixth request goes in any 60 s across restarts, also when a process is killed right after one', async (t) => {
  for (const eachMs of [500, 7000, 61_000]) {
    const path = join(tempDir(t), 'state', 'requests.json')
    const sent = await restarted(path, perMinute, { lives: Math.ceil(200_000 / eachMs), eachMs, stepMs: 500 })
    assert.ok(sent.length >= 15, `${sent.length} in lives of ${eachMs} ms`)
    assert.equal(mostWithin(sent, 60_000), 5)
  }
})

test('a rate of many a second holds across restarts, and its file is written once a second', async (t) => {
  const path = join(tempDir(t), 'requests.json')
  const rate = { requests: 20, everyMs: 1000 }
  const sent = await restarted(path, rate, { lives: 20, eachMs: 300, stepMs: 10 })
  assert.ok(sent.length > 40, String(sent.length))
  assert.ok(mostWithin(sent, 1000) <= 20)
})

test('a request is on the disk before it goes', async (t) => {
  const path = join(tempDir(t), 'requests.json')
  const clock = createFakeClock()
  const budget = createRequestBudget(perMinute, clock)
  await budget.keepIn(path)
  await budget.take(signal)
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { v: 1, sent: [clock.wallMs()] })
})

test('requests that seem to be still to come, as the clock was set back, count as just sent', async (t) => {
  const path = join(tempDir(t), 'requests.json')
  const clock = createFakeClock()
  writeFileSync(path, JSON.stringify({ v: 1, sent: Array(5).fill(clock.wallMs() + 9_000_000) }))
  const budget = createRequestBudget(perMinute, clock)
  await budget.keepIn(path)
  let isSent = false
  const taken = budget.take(signal)?.then(() => {
    isSent = true
  })
  await pass(clock, 60_000)
  assert.equal(isSent, false)
  await clock.pass(1000)
  await taken
})

for (const text of ['no json', '{"sent":"x"}', '{"sent":[null]}', '{"until":"x"}'])
  test(`a file that holds ${text} is an error, not a fresh start`, async (t) => {
    const path = join(tempDir(t), 'requests.json')
    writeFileSync(path, text)
    await assert.rejects(createRequestBudget(perMinute, createFakeClock()).keepIn(path), { reason: 'data' })
  })
