import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { openCalls } from '../../src/core/calls.ts'
import { AccessError, UsageError } from '../../src/core/errors.ts'
import type { Said, Start, ToMain, ToWorker } from '../../src/core/messages.ts'
import { openTaskRun, portRun } from '../../src/core/port-run.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { serveRun } from '../../src/core/serve-run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { workerStart } from '../helpers/worker-start.ts'

const cap = 8_000_000

/** A worker's run and the main thread's, joined by all that a port does to messages: it copies them, and comes later. */
function joined(lent: RunOptions = {}, own: Partial<Start> = {}) {
  const main = createRun(lent)
  const said: (ToMain | ToWorker)[] = []
  const told: ToWorker[] = []
  const later = <T extends ToMain | ToWorker>(message: T, hear: (message: T) => void): void => {
    said.push(structuredClone(message))
    setImmediate(hear, structuredClone(message))
  }
  const service = serveRun(main, {
    answer: (answer) => later(answer, calls.answered),
    tellAll: (message) => told.push(message),
  })
  let mostWaiting = 0
  const calls = openCalls(
    (message) => later(message, service.asked),
    () => {
      mostWaiting = Math.max(mostWaiting, calls.waiting)
    },
  )
  const stop = new AbortController()
  const { run, hold } = portRun(workerStart(own), stop.signal, calls)
  return { main, run, hold, stop, calls, service, said, told, mostWaiting: () => mostWaiting }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a worker has its own clock, the epoch of the run, and what the run was told to bear with', () => {
  const { run } = joined()
  assert.ok(Math.abs(run.clock.wallMs() - Date.now()) < 5000)
  const { timeoutMs, lowLevelRetries } = run.patience
  assert.deepEqual([run.epoch, run.durability, timeoutMs, lowLevelRetries], ['20240301-1', 'rename', 7000, 3])
})

test('credentials are lent when they are asked for, and only the pair', async () => {
  const asked: string[] = []
  const pair = { accessKeyId: 'KEYKEY', secretAccessKey: 'SECRETSECRET', sessionToken: 'TOKENTOKEN' }
  const { run, said } = joined({
    access: async (name) => {
      asked.push(name)
      return { ...pair, refresh: () => {} }
    },
  })
  assert.doesNotMatch(JSON.stringify(said), /KEYKEY|SECRET|TOKEN/)
  assert.deepEqual(await run.access('s3'), pair)
  assert.deepEqual(asked, ['s3'])
})

test('the key of the REST API is lent as well, and nothing else with it', async () => {
  const { run } = joined({ apiKey: async () => ({ apiKey: 'KEYKEY', more: () => {} }) as { apiKey: string } })
  assert.deepEqual(await run.access('rest'), { apiKey: 'KEYKEY' })
})

test('credentials that are refused are refused by the same error', async () => {
  const { run } = joined({
    access: async () => {
      throw new AccessError('no key', { hint: 'bring one' })
    },
  })
  await assert.rejects(run.access('s3'), (error) => {
    assert.ok(error instanceof AccessError)
    assert.deepEqual([error.message, error.hint], ['no key', 'bring one'])
    return true
  })
})

for (const what of ['stdin', 'stdout'] as const)
  test(`a worker is lent no ${what}, and told what to do`, () => {
    const { run } = joined()
    assert.throws(
      () => run[what],
      (error) =>
        error instanceof UsageError && error.message.includes(what) && /workers 1/.test(error.hint ?? ''),
    )
  })

test('without a limit bytes pass, and nothing is asked', async () => {
  const { run, said } = joined()
  const stream = run.throttle().resume()
  stream.end(Buffer.alloc(1_000_000))
  await once(stream, 'end')
  assert.deepEqual(said, [])
})

test('with a limit bytes pass when the bucket of the main thread grants them', async () => {
  const clock = createFakeClock()
  const { main, run } = joined({ bytesPerSecond: cap, clock }, { bytesPerSecond: cap, leaseBytes: 40_000 })
  const stream = run.throttle()
  let passed = 0
  stream.on('data', ({ length }: Buffer) => {
    passed += length
  })
  stream.write(Buffer.alloc(20_000))
  await turn()
  await turn()
  await turn()
  assert.equal(passed, 20_000)
  // What the worker took, nobody else gets: not even the main thread itself.
  let granted = 0
  for (let i = 0; i < 9; i++) main.rate.open().ask(main.rate.pieceBytes, () => granted++)
  assert.equal(granted, 0)
  await clock.pass(45)
  assert.ok(granted > 6)
  stream.destroy()
})

test('a destroyed stream takes its question back, so that nobody waits behind it', async () => {
  const clock = createFakeClock()
  const limited = { bytesPerSecond: cap, leaseBytes: 40_000 }
  const { main, run, calls } = joined({ ...limited, clock }, limited)
  const blocker = main.rate.open()
  blocker.ask(main.rate.pieceBytes, () => {})
  const stream = run.throttle()
  stream.write(Buffer.alloc(20_000))
  await turn()
  await turn()
  assert.equal(calls.waiting, 1)
  stream.destroy()
  await once(stream, 'close')
  await turn()
  await turn()
  await turn()
  assert.deepEqual([calls.waiting, clock.pending], [0, 0])
})

test('a worker that is gone is answered no more, and its turn is free', async () => {
  const clock = createFakeClock()
  const limited = { bytesPerSecond: cap, leaseBytes: 40_000 }
  const { main, run, service, said } = joined({ ...limited, clock }, limited)
  main.rate.open().ask(main.rate.pieceBytes, () => {})
  run.throttle().write(Buffer.alloc(20_000))
  await turn()
  await turn()
  service.close()
  const before = said.length
  await clock.pass(1000)
  assert.deepEqual([said.length, clock.pending], [before, 0])
})

test('what a worker held when it went is no longer about to go', async () => {
  const clock = createFakeClock()
  const { main, calls, service } = joined({ bytesPerSecond: 1, clock })
  await calls.ask('take', { bytes: 1, gone: 0 })
  let granted = false
  main.rate.open().ask(1, () => {
    granted = true
  })
  await clock.pass(5000)
  assert.equal(granted, false)
  service.close()
  await clock.pass(5000)
  assert.equal(granted, true)
})

test('when one worker is asked to wait, the run is and all workers are', async () => {
  const clock = createFakeClock()
  const { main, run, told, hold } = joined({ clock })
  run.patience.hold(60_000)
  assert.ok(run.patience.heldMs() > 59_000)
  await turn()
  await turn()
  assert.equal(main.patience.heldMs(), 60_000)
  assert.deepEqual(told, [{ kind: 'hold', ms: 60_000 }])

  hold(120_000)
  await turn()
  assert.ok(run.patience.heldMs() > 119_000)
  assert.equal(told.length, 1)
})

test('a worker shares things among its own units', () => {
  const { run } = joined()
  const made = run.share('pool', () => ({}))
  assert.equal(
    run.share('pool', () => ({})),
    made,
  )
})

test('an abort of the run reaches its waits', async () => {
  const { run, stop } = joined()
  const waiting = run.until(new Promise(() => {}))
  const reason = new Error('stopped')
  stop.abort(reason)
  await assert.rejects(waiting, reason)
})

test('counts are added up and told ten times a second at most, and the rest when asked', async () => {
  const clock = createFakeClock()
  const posted: Said[] = []
  const { run, flush } = openTaskRun(createRun({ clock }), 3, (message) => posted.push(message))
  for (let i = 0; i < 1000; i++) {
    run.count('rowsIn', 2)
    await clock.pass(1)
  }
  run.count('bytesIn', 5)
  assert.ok(posted.length <= 10, `${posted.length} in a second`)
  flush()
  const sum = { rowsIn: 0, bytesIn: 0 }
  for (const message of posted) {
    assert.ok(message.kind === 'count' && message.turn === 3)
    sum.rowsIn += message.counts.rowsIn ?? 0
    sum.bytesIn += message.counts.bytesIn ?? 0
  }
  assert.deepEqual(sum, { rowsIn: 2000, bytesIn: 5 })
  flush()
  assert.equal(posted.length, 11)
  assert.equal(clock.pending, 0)
})

test('a warning is told at once', () => {
  const posted: Said[] = []
  openTaskRun(createRun(), 2, (message) => posted.push(message)).run.warn('mind this')
  assert.deepEqual(posted, [{ kind: 'warn', turn: 2, text: 'mind this' }])
})
