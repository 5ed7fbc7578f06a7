import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { type Fault, type S3ServerOptions, startS3Server } from '../../src/testing/s3-server.ts'

const body = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
const get = { op: 'get' } as const

async function serve(t: TestContext, faults: readonly Fault[], options: Partial<S3ServerOptions> = {}) {
  const server = await startS3Server({ objects: { day: body, other: body }, faults, ...options })
  t.after(() => server.close())
  const ask = (headers: Record<string, string> = {}, key = 'day') =>
    fetch(`${server.endpoint}/${server.bucket}/${key}`, { headers })
  return { server, ask }
}

test('a fault strikes after so many requests, so many times, and leaves the others to the faults after it', async (t) => {
  const { ask, server } = await serve(t, [
    { ...get, after: 1, times: 2, status: 500, code: 'InternalError' },
    { ...get, times: 1, status: 503, code: 'SlowDown' },
  ])
  const seen = []
  for (let i = 0; i < 5; i++) seen.push((await ask()).status)
  assert.deepEqual(seen, [503, 500, 500, 200, 200])
  assert.deepEqual(
    server.requests.map(({ fault }) => fault?.status),
    [503, 500, 500, undefined, undefined],
  )
})

test('a fault may strike only those who ask for a part, or only those who ask for the whole', async (t) => {
  const { ask } = await serve(t, [
    { ...get, asks: 'part', status: 500, code: 'InternalError' },
    { ...get, asks: 'whole', status: 403, code: 'AccessDenied' },
  ])
  assert.deepEqual([(await ask()).status, (await ask({ range: 'bytes=1-' })).status], [403, 500])
})

test('an answer is lost after the server has done its work', async (t) => {
  const { ask, server } = await serve(t, [{ ...get, times: 1, noAnswer: 'reset', etag: 'v2' }])
  await assert.rejects(ask(), { message: 'fetch failed' })
  assert.deepEqual([server.requests[0]?.status, server.egress], [200, 0])
  assert.equal((await ask()).headers.get('etag'), '"v2"')
})

test('an answer that never begins ends with the client', async (t) => {
  const { ask, server } = await serve(t, [{ ...get, times: 1, noAnswer: 'stall' }])
  const leaving = new AbortController()
  const url = `${server.endpoint}/${server.bucket}/day`
  const left = fetch(url, { signal: leaving.signal })
  assert.equal((await ask()).status, 200)
  leaving.abort()
  await assert.rejects(left, { name: 'AbortError' })
})

test('a trickle takes the time of the clock, and the meter says when what left', async (t) => {
  const clock = createFakeClock()
  const { ask, server } = await serve(t, [{ ...get, key: 'day', trickle: { bytes: 400, everyMs: 5000 } }], {
    clock,
  })
  const answer = await ask()
  const whole = answer.arrayBuffer()
  while (server.egress < body.length) await clock.pass(1000)
  assert.deepEqual(Buffer.from(await whole), body)
  await ask({ range: 'bytes=990-' }, 'other')
  assert.deepEqual(
    server.meter.map(({ key, bytes }) => [key, bytes]),
    [
      ['day', 400],
      ['day', 400],
      ['day', 200],
      ['other', 10],
    ],
  )
  const [first = 0, second = 0, third = 0] = server.meter.map(({ atMs }) => atMs)
  assert.deepEqual([second - first, third - second], [5000, 5000])
  assert.deepEqual([server.requests[0]?.atMs, server.egress], [0, 1010])
})

test('what a fault names happens together', async (t) => {
  const { ask } = await serve(t, [
    { ...get, times: 1, contentLength: 7, endAfter: 7 },
    { ...get, times: 1, contentLength: 'absent', endAfter: 7 },
  ])
  for (const length of ['7', null]) {
    const answer = await ask()
    assert.equal(answer.headers.get('content-length'), length)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body.subarray(0, 7))
  }
})

test('Content-Range is what the fault says, or not there, and the body stays what it is', async (t) => {
  const { ask } = await serve(t, [
    { ...get, times: 1, contentRange: 'bytes 1-2/3' },
    { ...get, times: 1, contentRange: 'absent' },
  ])
  for (const contentRange of ['bytes 1-2/3', null]) {
    const answer = await ask({ range: 'bytes=990-' })
    assert.deepEqual([answer.status, answer.headers.get('content-range')], [206, contentRange])
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body.subarray(990))
  }
})

test('headers that are ignored change nothing', async (t) => {
  const ignores: readonly (readonly [Fault['ignores'], status: number])[] = [
    [[], 412],
    [['if-match'], 206],
    [['if-match', 'range'], 200],
  ]
  for (const [ignored, status] of ignores) {
    const { ask } = await serve(t, [{ ...get, ...(ignored && { ignores: ignored }) }])
    assert.equal((await ask({ range: 'bytes=990-', 'if-match': '"v0"' })).status, status)
  }
})

test('Retry-After is in seconds or a date', async (t) => {
  const date = 'Fri, 01 Mar 2024 00:01:00 GMT'
  const { ask } = await serve(t, [
    { ...get, times: 1, status: 429, code: 'TooManyRequests', retryAfter: 3 },
    { ...get, times: 1, status: 503, code: 'SlowDown', retryAfter: date },
  ])
  for (const expected of ['3', date]) assert.equal((await ask()).headers.get('retry-after'), expected)
})
