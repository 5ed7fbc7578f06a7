import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AccessError,
  DataError,
  MissingError,
  NetworkError,
  ReaderLeft,
  UsageError,
  WriteError,
} from '../../src/core/errors.ts'
import { type PersistOptions, persist } from '../../src/core/persist.ts'
import { createRun } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

const network = new NetworkError('reset')
const busy = new NetworkError('busy', { again: 'slow', afterMs: 5000 })
const changed = new NetworkError('another ETag', { again: 'changed' })
const corrupt = new DataError('bad CRC', { again: 'few' })
const done = 'done'

/** Fails as the list says, then succeeds: answers what came of it, and when each attempt began. */
async function tell(failures: readonly unknown[], options: Partial<PersistOptions> = {}) {
  const clock = createFakeClock()
  const told: string[] = []
  const run = createRun({ clock, warn: (text) => void told.push(text) })
  const begun: number[] = []
  const left = [...failures]
  const attempt = async () => {
    begun.push(clock.monotonicMs())
    const failure = left.shift()
    if (failure !== undefined) throw failure
    return done
  }
  const ended = persist(attempt, run, { retries: 3, ...options }).catch((error: unknown) => error)
  await clock.pass(100_000)
  return { ended: await ended, begun, told, pending: clock.pending }
}

const cases: readonly (readonly [
  what: string,
  failures: readonly unknown[],
  options: Partial<PersistOptions>,
  ended: unknown,
  begun: readonly number[],
])[] = [
  ['nothing', [], {}, done, [0]],
  ['a failure of the network', [network], {}, done, [0, 1000]],
  ['three of them', [network, network, network], {}, done, [0, 1000, 3000, 7000]],
  ['a fourth', Array(4).fill(network), {}, network, [0, 1000, 3000, 7000]],
  ['one, when no retry is asked for', [network], { retries: 0 }, network, [0]],
  ['a server that wishes to be left alone for longer', [busy, network], {}, done, [0, 5000, 7000]],
  ['bytes that do not unpack', [corrupt], {}, done, [0, 1000]],
  ['the same bytes once more', [corrupt, corrupt], {}, corrupt, [0, 1000]],
  ['such bytes, when no retry is asked for', [corrupt], { retries: 0 }, corrupt, [0]],
  ['such bytes of a source that has no others', [corrupt], { secondLook: false }, corrupt, [0]],
  ['a source that has changed', [changed], { retries: 0, renew: async () => {} }, done, [0, 0]],
  ['one that changes again', [changed, changed], { renew: async () => {} }, changed, [0, 0]],
  ['one that cannot be planned anew', [changed], {}, changed, [0]],
  ['a failure after something has left', [network], { mayRepeat: () => false }, network, [0]],
  ...[
    new DataError('too short', { at: { row: 3 } }),
    new AccessError('no key'),
    new MissingError('no file'),
    new UsageError('no'),
    new WriteError('full'),
    new ReaderLeft('left'),
    new TypeError('a bug'),
  ].map((error) => [`${error}`, [error], {}, error, [0]] as const),
]
for (const [what, failures, options, ended, begun] of cases)
  test(`after ${what}, a unit is tried at ${begun.join(', ')} ms`, async () => {
    const told = await tell(failures, options)
    assert.deepEqual({ ended: told.ended, begun: told.begun }, { ended, begun })
    assert.equal(told.told.length, begun.length - 1)
    assert.equal(told.pending, 0)
  })

test('what is tried again says why', async () => {
  const { told } = await tell([network, changed], { renew: async () => {} })
  assert.deepEqual(told, ['tried again: reset', 'started over: another ETag'])
})

test('a source that cannot be looked at once more fails with the error of that', async () => {
  const renew = async () => {
    throw network
  }
  assert.equal((await tell([changed], { renew })).ended, network)
})

test('a run that is aborted does not wait', async () => {
  const stop = new AbortController()
  const clock = createFakeClock()
  const run = createRun({ clock, signal: stop.signal })
  const reason = new Error('SIGINT')
  const attempt = async () => {
    throw network
  }
  const waiting = persist(attempt, run, { retries: 3 })
  await clock.pass(500)
  stop.abort(reason)
  await assert.rejects(waiting, reason)
  await assert.rejects(persist(attempt, run, { retries: 3 }), network)
  assert.equal(clock.pending, 0)
})
