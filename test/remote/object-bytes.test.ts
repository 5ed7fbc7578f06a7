import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Fault } from '../../src/testing/s3-server.ts'
import { allBytes, day as content, driven, get, readUntil, serveDay } from '../helpers/s3-run.ts'

const size = content.length

const etagOf = async (endpoint: string): Promise<string> =>
  (await fetch(`${endpoint}/flatfiles/day`, { method: 'HEAD' })).headers.get('etag') as string

test('after a drop the bytes go on from the one reached, in the version that was listed', async (t) => {
  const { server, open } = await serveDay(t, [
    { ...get, times: 1, endAfter: 1000 },
    { ...get, times: 1, endAfter: 99_000 },
  ])
  const etag = await etagOf(server.endpoint)
  assert.deepEqual(await allBytes(open({ etag, size })), content)
  const gets = server.requests.filter(({ op }) => op === 'get')
  assert.deepEqual(
    gets.map(({ range, ifMatch, sent }) => [range, ifMatch, sent]),
    [
      [undefined, etag, 1000],
      ['bytes=1000-', etag, 99_000],
      ['bytes=100000-', etag, 200_000],
    ],
  )
  assert.equal(server.egress, size)
})

test('where nothing was listed, they go on in the version that was begun', async (t) => {
  const { server, open } = await serveDay(t, [{ ...get, times: 1, endAfter: 1000 }])
  assert.deepEqual(await allBytes(open()), content)
  const etag = await etagOf(server.endpoint)
  assert.deepEqual(
    server.requests.slice(0, 2).map(({ ifMatch }) => ifMatch),
    [undefined, etag],
  )
})

test('every byte renews the retries', async (t) => {
  const { server, open } = await serveDay(t, [{ ...get, endAfter: 5000 }], { lowLevelRetries: 1 })
  assert.deepEqual(await allBytes(open()), content)
  assert.equal(server.requests.length, size / 5000)
})

test('when no byte comes any more the retries end, and the error tells how far it came', async (t) => {
  const { server, open } = await serveDay(
    t,
    [
      { ...get, asks: 'whole', endAfter: 1000 },
      { ...get, resetAfter: 0 },
    ],
    {
      lowLevelRetries: 3,
    },
  )
  await assert.rejects(allBytes(open()), {
    name: 'NetworkError',
    message: /connection was cut after 1000 of 300000 bytes \(ECONNRESET\), 4 times in a row/,
  })
  assert.equal(server.requests.length, 4)
})

test('failures before the headers and drops share the retries', async (t) => {
  const { server, open } = await serveDay(
    t,
    [
      { ...get, times: 1, resetAfter: 0 },
      { ...get, times: 1, status: 500, code: 'InternalError' },
      { ...get, times: 1, noAnswer: 'reset' },
      { ...get, status: 502, code: 'BadGateway' },
    ],
    { lowLevelRetries: 3 },
  )
  await assert.rejects(allBytes(open()), /HTTP 502\), 4 times in a row/)
  assert.equal(server.requests.length, 4)
})

for (const [ms, retries] of [
  [1000, 0],
  [999, 1],
] as const)
  test(`a drop after a pause of ${ms} ms costs ${retries} retries`, async (t) => {
    const { server, clock, open } = await serveDay(t, [{ ...get, times: 1, endAfter: 1000 }], {
      lowLevelRetries: 0,
    })
    const bytes = open()
    const first = await readUntil(bytes, 1000)
    clock.advance(ms)
    if (retries > 0) return assert.rejects(bytes.next(), /cut after 1000 of 300000/)
    assert.deepEqual(Buffer.concat([first, await allBytes(bytes)]), content)
    assert.equal(server.requests.length, 2)
  })

test('a pause excuses the drop of its own connection only', async (t) => {
  const { clock, open } = await serveDay(t, [{ ...get, endAfter: 1000 }], { lowLevelRetries: 0 })
  const bytes = open()
  for (const [i, pauses] of [true, true, true, false].entries()) {
    assert.deepEqual(await readUntil(bytes, 1000), content.subarray(i * 1000, (i + 1) * 1000))
    if (pauses) clock.advance(60_000)
  }
  await assert.rejects(bytes.next(), /cut after 4000/)
})

test('a server that falls silent is left after the time that was set, and the bytes go on', async (t) => {
  const { server, clock, open } = await serveDay(t, [{ ...get, times: 1, stallAfter: 1000 }], {
    timeoutMs: 5000,
  })
  const bytes = open()
  const first = await readUntil(bytes, 1000)
  const next = bytes.next()
  for (let i = 0; i < 10; i++) await turn()
  clock.advance(4999)
  for (let i = 0; i < 50; i++) await turn()
  assert.equal(server.requests.length, 1)
  clock.advance(1)
  const chunk = (await next).value as Buffer
  assert.equal(server.requests[1]?.range, 'bytes=1000-')
  assert.deepEqual(Buffer.concat([first, chunk, await allBytes(bytes)]), content)
})

test('while nobody reads nobody is waited for: a pause trips no watchdog, and the wait begins anew after it', async (t) => {
  const { server, clock, open } = await serveDay(t, [{ ...get, times: 1, stallAfter: 1000 }])
  const bytes = open()
  await readUntil(bytes, 1000)
  assert.equal(clock.pending, 0)
  clock.advance(3_600_000)
  const next = bytes.next()
  for (let i = 0; i < 10; i++) await turn()
  clock.advance(29_999)
  for (let i = 0; i < 50; i++) await turn()
  assert.equal(server.requests.length, 1)
  clock.advance(1)
  await next
  assert.equal(server.requests.length, 2)
})

test('a silent server is left as often as retries are allowed', async (t) => {
  const { server, clock, open } = await serveDay(t, [{ ...get, stallAfter: 0 }], { lowLevelRetries: 2 })
  await assert.rejects(driven(clock, allBytes(open())), {
    name: 'NetworkError',
    message: /no answer in time after 0 of 300000 bytes \(ETIMEDOUT\), 3 times in a row/,
  })
  assert.equal(server.requests.length, 3)
  assert.ok(clock.monotonicMs() >= 90_000)
})

const waits: readonly (readonly [what: string, faults: readonly Fault[], bytes: number, random?: number])[] =
  [
    ['an answer', [{ ...get, noAnswer: 'stall' }], 0],
    ['a byte', [{ ...get, stallAfter: 1000 }], 1000],
    ['a retry', [{ ...get, endAfter: 0 }], 0, 0.5],
    ['a busy server', [{ ...get, status: 503, code: 'SlowDown', retryAfter: 60 }], 0],
    [
      'what it reads once more',
      [
        { ...get, times: 1, endAfter: 1000 },
        { ...get, ignores: ['range'], stallAfter: 10 },
      ],
      1000,
    ],
  ]
for (const [what, faults, count, random = 0] of waits)
  test(`whoever waits for ${what} ends with the signal, with its reason, and nothing is left`, async (t) => {
    const stop = new AbortController()
    const { server, clock, open } = await serveDay(t, faults, { signal: stop.signal, random: () => random })
    const bytes = open()
    await readUntil(bytes, count)
    const next = bytes.next()
    const reason = new Error('enough')
    const failed = assert.rejects(next, reason)
    while (server.requests.length < faults.length || clock.pending === 0) await turn()
    for (let i = 0; i < 20; i++) await turn()
    stop.abort(reason)
    await failed
    assert.equal(clock.pending, 0)
  })
