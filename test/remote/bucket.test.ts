import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { type Bucket, type BucketOptions, openBucket } from '../../src/remote/bucket.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { type S3ServerOptions, startS3Server } from '../../src/testing/s3-server.ts'

const demo = { accessKeyId: 'demo', secretAccessKey: 'demo-secret', sessionToken: 'demo-token' }
const credentials = async () => demo
const day = 'trades/2024-03-01.csv.gz'
const text = 'ticker,price\nABC,1.5\n'
const objects = new Map([[day, Buffer.from(text)]])

async function serve(t: TestContext, options: Partial<S3ServerOptions> = {}) {
  const server = await startS3Server({ objects, ...options })
  const place = { endpoint: server.endpoint, region: 'us-east-1', bucket: server.bucket }
  const bucket = openBucket({ ...place, credentials })
  t.after(async () => {
    bucket.close()
    await server.close()
  })
  return { server, bucket, place }
}

test('the bucket stands in the path, also at a host that has a name', async (t) => {
  const { place } = await serve(t)
  const endpoint = place.endpoint.replace('127.0.0.1', 'localhost')
  const bucket = openBucket({ ...place, endpoint, credentials })
  t.after(bucket.close)
  assert.equal(String(await buffer((await bucket.get(day)).body)), text)
})

test('gets the bytes as they are stored, with the size and the ETag of the listing', async (t) => {
  const { bucket } = await serve(t)
  const [file] = (await bucket.page(day)).files
  const { body, size, etag } = await bucket.get(day, { etag: file?.etag })
  assert.deepEqual([String(await buffer(body)), size, etag], [text, file?.size, file?.etag])
})

test('gets an object from a byte on, and tells the size of the whole', async (t) => {
  const { server, bucket } = await serve(t)
  const { body, size } = await bucket.get(day, { from: 13 })
  assert.deepEqual([String(await buffer(body)), size], [text.slice(13), text.length])
  assert.equal(server.requests[0]?.range, 'bytes=13-')
})

test('asks for credentials once, and one connection serves request after request', async (t) => {
  const { place } = await serve(t)
  let asked = 0
  const bucket = openBucket({
    ...place,
    credentials: async () => {
      asked++
      return demo
    },
  })
  t.after(bucket.close)
  assert.equal(asked, 0)
  const ports = new Set<unknown>()
  for (let i = 0; i < 5; i++) {
    const { body } = await bucket.get(day)
    ports.add((body as unknown as { socket: { localPort: number } }).socket.localPort)
    await buffer(body)
  }
  assert.equal(ports.size, 1)
  assert.equal(asked, 1)
})

type Failure = readonly [
  what: string,
  name: string,
  message: RegExp,
  act: (bucket: Bucket) => Promise<unknown>,
  server?: Partial<S3ServerOptions>,
  options?: Partial<BucketOptions>,
]

const listAll = (bucket: Bucket) => bucket.page('trades/')
const getDay = (bucket: Bucket) => bucket.get(day)

const failures: readonly Failure[] = [
  ['another version', 'NetworkError', /published anew.*HTTP 412/, (b) => b.get(day, { etag: '"0"' })],
  [
    'a missing object',
    'MissingError',
    /2024-03-02.*no such object/,
    (b) => b.get('trades/2024-03-02.csv.gz'),
  ],
  ['an unknown bucket', 'MissingError', /s3:\/\/nobody\/.*no such bucket/, listAll, {}, { bucket: 'nobody' }],
  ['a get from an unknown bucket', 'MissingError', /no such bucket/, getDay, {}, { bucket: 'nobody' }],
  ['an unknown key id', 'AccessError', /does not know this access key id/, listAll, { accessKeyId: 'other' }],
  ['a get with an unknown key id', 'AccessError', /does not know/, getDay, { accessKeyId: 'other' }],
  [
    'a dataset that is not in the plan',
    'AccessError',
    /plan does not include/,
    getDay,
    { faults: [{ op: 'get', status: 403, code: 'AccessDenied' }] },
  ],
  [
    'a server that stays out of order',
    'NetworkError',
    /out of order.*HTTP 500/,
    getDay,
    { faults: [{ op: 'get', status: 500, code: 'InternalError' }] },
  ],
  [
    'a connection cut before the headers',
    'NetworkError',
    /connection was cut/,
    listAll,
    { faults: [{ op: 'list', resetAfter: 0 }] },
  ],
  [
    'a port where nobody listens',
    'NetworkError',
    /127\.0\.0\.1:1: nobody listens/,
    listAll,
    {},
    { endpoint: 'http://127.0.0.1:1' },
  ],
  [
    'an endpoint that is none',
    'UsageError',
    /not a URL: files/,
    listAll,
    {},
    { endpoint: 'files.massive.com' },
  ],
  [
    'a bucket without a name',
    'UsageError',
    /bucket .* has no name/,
    listAll,
    {},
    { bucket: '', endpoint: 'http://me:demo-secret@localhost' },
  ],
  ['a region without a name', 'UsageError', /region .* has no name/, listAll, {}, { region: '' }],
  [
    'a key with a line end in it',
    'AccessError',
    /a character that no key has/,
    listAll,
    {},
    { credentials: async () => ({ ...demo, accessKeyId: 'demo\n' }) },
  ],
]

for (const [what, name, message, act, options, own] of failures)
  test(`${what} is a ${name} without a secret in it`, async (t) => {
    const { place } = await serve(t, options)
    const failing = async () => {
      const bucket = openBucket({ ...place, credentials, ...own })
      t.after(bucket.close)
      await act(bucket)
    }
    await assert.rejects(failing, (error: Error) => {
      assert.equal(error.name, name)
      assert.match(error.message, message)
      assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /demo-secret|demo-token/)
      return true
    })
  })

test('a bucket asks once: whoever wants more asks again', async (t) => {
  const { server, bucket } = await serve(t, { faults: [{ op: 'get', status: 500, code: 'InternalError' }] })
  await assert.rejects(getDay(bucket), { again: 'soon' })
  assert.equal(server.requests.length, 1)
})

test('an answer that does not begin in time is given up, at the time that was set', async (t) => {
  const clock = createFakeClock()
  const { server, place } = await serve(t, { faults: [{ op: 'get', noAnswer: 'stall' }] })
  const bucket = openBucket({ ...place, credentials, clock, timeoutMs: 5000 })
  t.after(bucket.close)
  const answer = getDay(bucket)
  const failed = assert.rejects(answer, { name: 'NetworkError', message: /no answer in time/ })
  while (server.requests.length === 0) await clock.pass(0)
  clock.advance(4999)
  assert.equal(clock.pending, 1)
  clock.advance(1)
  await failed
  assert.equal(clock.pending, 0)
})

test('a server that never answered is looked for a few times only, one that did as often as allowed', async (t) => {
  const { server, place } = await serve(t)
  const bucket = openBucket({ ...place, credentials })
  t.after(bucket.close)
  const nobody = openBucket({ ...place, endpoint: 'http://127.0.0.1:1', credentials })
  t.after(nobody.close)
  await assert.rejects(listAll(nobody), { message: /nobody listens/, again: 'few' })
  await listAll(bucket)
  await server.close()
  // The first one finds the connection of the request before, and that it is gone.
  await assert.rejects(listAll(bucket), { message: /was cut/, again: 'soon' })
  await assert.rejects(listAll(bucket), { message: /nobody listens/, again: 'soon' })
})
