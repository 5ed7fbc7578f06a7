import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AccessError,
  type Again,
  type ErrorDetails,
  MissingError,
  NetworkError,
} from '../../src/core/errors.ts'
import { createRun, type Run, type RunOptions } from '../../src/core/run.ts'
import { startAsking } from '../../src/remote/asking.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

const failing = (again: Again | undefined, details: ErrorDetails = {}): NetworkError =>
  new NetworkError('no luck', { again, ...details })

/** A run in whose waits chance has no part: each is half its bound. */
function patient(options: RunOptions = {}) {
  const clock = createFakeClock()
  return { clock, run: createRun({ clock, random: () => 0.5, ...options }) }
}

/** Fails with what it is given, one after the other, and then answers; notes when it was asked. */
function server(clock: { monotonicMs(): number }, errors: readonly unknown[]) {
  const left = [...errors]
  const asked: number[] = []
  const request = async (): Promise<string> => {
    asked.push(clock.monotonicMs())
    if (left.length > 0) throw left.shift()
    return 'answer'
  }
  return { asked, request }
}

const asking = (run: Run) => startAsking(run, run.signal)

test('what may pass is asked for again, after longer and longer waits', async () => {
  const { clock, run } = patient()
  const { asked, request } = server(clock, Array(5).fill(failing('soon')))
  const answer = asking(run).answer(request)
  await clock.pass(60_000)
  assert.equal(await answer, 'answer')
  assert.deepEqual(asked, [0, 125, 375, 875, 1875, 3875])
})

const verdicts: readonly (readonly [what: string, error: Error, asked: number])[] = [
  ['a fault that may pass', failing('soon'), 4],
  ['a busy server', failing('slow'), 4],
  ['what a second look seldom changes', failing('few'), 3],
  ['a source that has changed', failing('changed'), 1],
  ['a missing object', new MissingError('none'), 1],
  ['a network error that is here to stay', failing(undefined), 1],
  ['a refusal', new AccessError('no', { again: 'few' }), 3],
  ['a wish to be left alone for longer than anybody would wait', failing('slow', { afterMs: 300_001 }), 1],
  ['a bug', new TypeError('bug'), 1],
]
for (const [what, error, times] of verdicts)
  test(`${what} is asked for ${times} times where 3 retries are allowed`, async () => {
    const { clock, run } = patient({ lowLevelRetries: 3 })
    const { asked, request } = server(clock, Array(20).fill(error))
    const answer = asking(run).answer(request)
    const failed = assert.rejects(answer, (thrown) => thrown === error)
    await clock.pass(600_000)
    await failed
    assert.equal(asked.length, times)
  })

test('an error says how often in a row, where that was more than once', async () => {
  for (const [retries, message] of [
    [0, /^no luck$/],
    [2, /^no luck, 3 times in a row$/],
  ] as const) {
    const { clock, run } = patient({ lowLevelRetries: retries, random: () => 0 })
    const { request } = server(
      clock,
      Array.from({ length: 20 }, () => failing('soon')),
    )
    await assert.rejects(asking(run).answer(request), { message })
  }
})

test('progress renews the retries, those of a second look too', async () => {
  for (const again of ['soon', 'few'] as const) {
    const { clock, run } = patient({ lowLevelRetries: 2, random: () => 0 })
    const one = asking(run)
    for (let round = 0; round < 5; round++) {
      const { request } = server(clock, [failing(again), failing(again)])
      await one.answer(request)
      one.renew()
    }
    await one.again(failing(again))
    await one.again(failing(again))
    await assert.rejects(one.again(failing(again)), /3 times/)
  }
})

test('when one is told to slow down, nobody asks before the time is over', async () => {
  const { clock, run } = patient()
  const slow = server(clock, [failing('slow', { afterMs: 3000 })])
  const other = server(clock, [failing('soon')])
  const answers = [asking(run).answer(slow.request), asking(run).answer(other.request)]
  await clock.pass(1000)
  const late = server(clock, [])
  answers.push(asking(run).answer(late.request))
  await clock.pass(10_000)
  await Promise.all(answers)
  // Each then waits as long as chance says, so that they do not come all at once.
  assert.deepEqual([slow.asked, other.asked, late.asked], [[0, 3125], [0, 3125], [3000]])
})

test('a busy server that does not say how long is left alone for at least a second', async () => {
  const { clock, run } = patient({ random: () => 0 })
  const { asked, request } = server(clock, [failing('slow')])
  const answer = asking(run).answer(request)
  await clock.pass(5000)
  await answer
  assert.deepEqual(asked, [0, 1000])
})

test('whoever waits is told of a longer wish, and waits for that', async () => {
  const { clock, run } = patient()
  run.patience.hold(1000)
  const { asked, request } = server(clock, [])
  const answer = asking(run).answer(request)
  await clock.pass(999)
  run.patience.hold(5000)
  await clock.pass(60_000)
  await answer
  assert.deepEqual(asked, [5999])
})

for (const [what, error] of [
  ['a retry', failing('soon')],
  ['the others', failing('slow')],
] as const)
  test(`a wait for ${what} ends with the run, and leaves no timer`, async () => {
    const stop = new AbortController()
    const { clock, run } = patient({ signal: stop.signal })
    const answer = asking(run).answer(server(clock, [error]).request)
    const reason = new Error('stopped')
    const failed = assert.rejects(answer, reason)
    await clock.pass(10)
    stop.abort(reason)
    await failed
    assert.equal(clock.pending, 0)
    await assert.rejects(asking(run).again(failing('soon')), reason)
  })
