import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { type BucketPlace, listObjects, type RemoteFile } from '../../src/remote/bucket.ts'
import { type Fault, type S3ServerOptions, startS3Server } from '../../src/testing/s3-server.ts'

const demo = { accessKeyId: 'demo', secretAccessKey: 'demo-secret', sessionToken: 'demo-token' }
const access = async () => demo
const day = 'trades/2024-03-01.csv.gz'
const text = 'ticker,price\nABC,1.5\n'
const objects = new Map([[day, Buffer.from(text)]])

async function serve(t: TestContext, options: Partial<S3ServerOptions> = {}) {
  const server = await startS3Server({ objects, ...options })
  t.after(() => server.close())
  return { server, place: { endpoint: server.endpoint, region: 'us-east-1', bucket: server.bucket } }
}

async function filesOf(listing: AsyncIterable<RemoteFile>): Promise<RemoteFile[]> {
  const files: RemoteFile[] = []
  for await (const file of listing) files.push(file)
  return files
}

const keysOf = async (listing: AsyncIterable<RemoteFile>) => (await filesOf(listing)).map(({ key }) => key)

/** A listing within a run of its own, which does not wait between retries. */
const list = (place: BucketPlace, prefix: string, options: RunOptions = {}) =>
  listObjects(place, prefix, createRun({ access, random: () => 0, ...options }))

test('lists 2500 keys in their order, over three pages, and only those with the prefix', async (t) => {
  const expected = Array.from({ length: 2500 }, (_, i) => `trades/${String(i).padStart(4, '0')} &+é.csv.gz`)
  const many = new Map([...expected, 'quotes/1', 'trades', 'tradesx'].map((key) => [key, Buffer.from('x')]))
  const { server, place } = await serve(t, { objects: many })
  assert.deepEqual(await keysOf(list(place, 'trades/')), expected)
  assert.equal(server.requests.length, 3)
})

test('asks for the next page only when the reader comes to it', async (t) => {
  const many = new Map(['a', 'b', 'c', 'd'].map((key) => [key, Buffer.from('x')]))
  const { server, place } = await serve(t, { objects: many, pageSize: 2 })
  for await (const { key } of list(place, '')) if (key === 'b') break
  assert.equal(server.requests.length, 1)
})

test('an entry has key, size, the ETag as the server writes it, and time', async (t) => {
  const { place } = await serve(t)
  const [file] = await filesOf(list(place, day))
  assert.ok(file)
  assert.deepEqual([file.key, file.size], [day, text.length])
  assert.match(file.etag, /^"[0-9a-f]{32}"$/)
  assert.ok(file.lastModified instanceof Date)
})

test('a prefix that nothing has is an empty listing', async (t) => {
  const { place } = await serve(t)
  assert.deepEqual(await keysOf(list(place, 'none/')), [])
})

const disturbed: readonly (readonly [what: string, faults: readonly Fault[]])[] = [
  ['500', [{ op: 'list', times: 10, status: 500, code: 'InternalError' }]],
  ['a reset', [{ op: 'list', times: 3, resetAfter: 0 }]],
  ['a reset before the answer', [{ op: 'list', times: 3, noAnswer: 'reset' }]],
  ['a reset in the middle', [{ op: 'list', times: 3, resetAfter: 300 }]],
  ['an early end', [{ op: 'list', times: 3, endAfter: 300 }]],
  ['an early end that no length tells', [{ op: 'list', times: 2, endAfter: 300, contentLength: 'absent' }]],
  ['a silent truncation', [{ op: 'list', times: 2, endAfter: 300, contentLength: 300 }]],
  ['an empty answer', [{ op: 'list', times: 2, endAfter: 0, contentLength: 0 }]],
  ['a transient 403', [{ op: 'list', times: 2, status: 403, code: 'AccessDenied' }]],
]
for (const [what, faults] of disturbed)
  test(`a listing survives ${what}, on every page`, async (t) => {
    const keys = ['a', 'b', 'c', 'd', 'e']
    const objects = Object.fromEntries(keys.map((key) => [key, Buffer.from(key)]))
    const { server, place } = await serve(t, { objects, pageSize: 2, faults })
    assert.deepEqual(await keysOf(list(place, '')), keys)
    assert.equal(server.requests.length, 3 + (faults[0]?.times ?? 0))
  })

test('a listing that fails for good says how often it was asked for', async (t) => {
  const { server, place } = await serve(t, { faults: [{ op: 'list', status: 500, code: 'InternalError' }] })
  await assert.rejects(keysOf(list(place, '', { lowLevelRetries: 2 })), {
    name: 'NetworkError',
    message: /out of order .*3 times in a row/,
  })
  assert.equal(server.requests.length, 3)
})

test('each page has all the retries', async (t) => {
  const objects = { a: Buffer.from('a'), b: Buffer.from('b') }
  const broken: Fault = { op: 'list', times: 2, status: 500, code: 'InternalError' }
  const { server, place } = await serve(t, {
    objects,
    pageSize: 1,
    faults: [broken, { ...broken, after: 1 }],
  })
  assert.deepEqual(await keysOf(list(place, '', { lowLevelRetries: 2 })), ['a', 'b'])
  assert.deepEqual(
    server.requests.map(({ status }) => status),
    [500, 500, 200, 500, 500, 200],
  )
})

test('a run lists with the credentials it lends as s3, over one bucket for all', async (t) => {
  const { place } = await serve(t, { accessKeyId: 'demo' })
  const asked: string[] = []
  const run = createRun({
    access: async (name) => {
      asked.push(name)
      return demo
    },
  })
  assert.deepEqual(await keysOf(listObjects(place, 'trades/', run)), [day])
  assert.deepEqual(await keysOf(listObjects(place, 'quotes/', run)), [])
  assert.deepEqual(asked, ['s3'])
})
