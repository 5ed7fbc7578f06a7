import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { AccessError, UsageError } from '../../src/core/errors.ts'
import { createRun, until } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

const never = new Promise<never>(() => {})
const reason = new Error('aborted')
const failed = new Error('failed')

test('until settles as its promise does, and lets go of the signal', async () => {
  const { signal } = new AbortController()
  assert.equal(await until(signal, Promise.resolve(3)), 3)
  await assert.rejects(until(signal, Promise.reject(failed)), failed)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('until rejects with the reason of the signal when that is first', async () => {
  const stop = new AbortController()
  const waiting = until(stop.signal, never)
  stop.abort(reason)
  await assert.rejects(waiting, reason)
})

test('until rejects at once after an abort, and a promise that fails later troubles nobody', async () => {
  const late = Promise.reject(failed)
  await assert.rejects(until(AbortSignal.abort(reason), late), reason)
})

test('until of a run goes by the signal of that run', async () => {
  await assert.rejects(createRun({ signal: AbortSignal.abort(reason) }).until(never), reason)
})

test('a run of one shared thing makes it once', () => {
  const run = createRun()
  let made = 0
  const make = () => ({ made: ++made })
  assert.equal(run.share('pool', make), run.share('pool', make))
  assert.notEqual(run.share('pool', make), run.share('another', make))
  assert.equal(made, 2)
  assert.notEqual(createRun().share('pool', make), run.share('pool', make))
})

test('what could not be made is made by the next who asks', () => {
  const run = createRun()
  assert.throws(() =>
    run.share('pool', () => {
      throw failed
    }),
  )
  assert.equal(
    run.share('pool', () => 3),
    3,
  )
})

test('a shared thing may be nothing', () => {
  const run = createRun()
  let made = 0
  for (let i = 0; i < 2; i++) run.share('nothing', () => void made++)
  assert.equal(made, 1)
})

for (const what of ['stdin', 'stdout'] as const) {
  test(`a run that was lent no ${what} says so when it is asked for`, () => {
    const run = createRun()
    assert.throws(
      () => run[what],
      (error: UsageError) => {
        assert.ok(error instanceof UsageError)
        assert.match(error.message, new RegExp(`no ${what}`))
        assert.match(error.hint ?? '', new RegExp(`createRun\\(\\{ ${what}: process.${what} \\}\\)`))
        return true
      },
    )
    const stream = new PassThrough()
    assert.equal(createRun({ [what]: stream })[what], stream)
  })
}

test('a run that was lent no credentials says which were asked for', async () => {
  await assert.rejects(createRun().access('s3'), (error) => {
    assert.ok(error instanceof AccessError)
    assert.match(error.message, /named s3/)
    return true
  })
})

test('no two runs have the same epoch, and it tells when they began', () => {
  const clock = createFakeClock(0, Date.UTC(2024, 2, 1, 12, 30, 45, 678))
  const epochs = Array.from({ length: 100 }, () => createRun({ clock }).epoch)
  assert.equal(new Set(epochs).size, 100)
  for (const epoch of epochs) assert.match(epoch, /^20240301123045678-[0-9a-f]{8}$/)
})

test('a run without a limit reads and counts, and what nobody listens to is no error', () => {
  const run = createRun()
  run.count('rowsIn', 1)
  run.warn('careful')
  run.reject({ at: { row: 1 }, why: 'bad', text: 'x' })
  assert.equal(run.signal.aborted, false)
})
