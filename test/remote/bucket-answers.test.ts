import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Bucket, openBucket } from '../../src/remote/bucket.ts'

const credentials = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })
const text = 'ticker,price\nABC,1.5\n'

const getDay = (bucket: Bucket) => bucket.get('day')

async function listAll(bucket: Bucket, signal?: AbortSignal): Promise<void> {
  const asked = signal && { signal }
  for (let from: string | undefined, more = true; more; more = from !== undefined)
    from = (await bucket.page('', { from, ...asked })).next
}

async function open(t: TestContext, answer: RequestListener = () => {}) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const bucket = openBucket({ endpoint, region: 'us-east-1', bucket: 'flatfiles', credentials })
  t.after(() => {
    bucket.close()
    server.closeAllConnections()
    server.close()
  })
  return { server, bucket }
}

/** Answers that the fake S3 server, being one, does not give. */
const odd: readonly [
  what: string,
  message: RegExp,
  answer: (response: ServerResponse) => void,
  act: (b: Bucket) => Promise<unknown>,
][] = [
  ['a web page for a listing', /not one of an S3 server/, (r) => r.end('<html><br>Welcome</html>'), listAll],
  ['a web page for an object', /has no ETag/, (r) => r.end('<html><br>Welcome</html>'), getDay],
  [
    'another version in spite of If-Match',
    /published anew/,
    (r) => r.setHeader('ETag', '"1"').end(text),
    (b) => b.get('day', { etag: '"0"' }),
  ],
  [
    'another range',
    /from 13 on, .* bytes 12-20\/21/,
    (r) => r.writeHead(206, { ETag: '"0"', 'Content-Range': 'bytes 12-20/21' }).end(text.slice(12)),
    (b) => b.get('day', { from: 13 }),
  ],
  ['an empty text for a listing', /not a listing/, (r) => r.end(), listAll],
  [
    'a listing that goes on nowhere',
    /the listing breaks off/,
    (r) => r.end('<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'),
    listAll,
  ],
  [
    'a listing that goes round in circles',
    /the listing breaks off/,
    (r) =>
      r.end(
        '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></ListBucketResult>',
      ),
    listAll,
  ],
  [
    'an entry without a size',
    /an entry without .*: a\/b/,
    (r) =>
      r.end(
        '<ListBucketResult><Contents><Key>a/b</Key><LastModified>2024-03-02T03:00:00.000Z</LastModified><ETag>"0"</ETag></Contents></ListBucketResult>',
      ),
    listAll,
  ],
]
for (const [what, message, answer, act] of odd)
  test(`${what} is a NetworkError`, async (t) => {
    const { bucket } = await open(t, (_request, response) => answer(response))
    await assert.rejects(act(bucket), { name: 'NetworkError', message })
  })

const waits: readonly [what: string, act: (bucket: Bucket, signal: AbortSignal) => Promise<unknown>][] = [
  ['get', (bucket, signal) => bucket.get('day', { signal })],
  ['list', listAll],
]
for (const [what, act] of waits)
  test(`a ${what} that waits ends with the reason of its signal, and cuts its connection`, async (t) => {
    const { server, bucket } = await open(t)
    const stop = new AbortController()
    const reason = new Error('enough')
    const ended = act(bucket, stop.signal).catch((error: unknown) => error)
    const [{ socket }] = await once(server, 'request')
    stop.abort(reason)
    assert.equal(await ended, reason)
    if (!socket.destroyed) await once(socket, 'close')
    assert.equal(await act(bucket, stop.signal).catch((error: unknown) => error), reason)
  })

/** Begins a body, and never ends it. */
const begin: RequestListener = (_request, response) => response.writeHead(200, { ETag: '"0"' }).write(text)

test('an answer that is refused is not read on: its connection is cut', async (t) => {
  const { server, bucket } = await open(t, begin)
  const connected = once(server, 'connection')
  await assert.rejects(bucket.get('day', { etag: '"1"' }), { name: 'NetworkError' })
  const [socket] = await connected
  if (!socket.closed) await once(socket, 'close')
})

test('close cuts the bodies that are still open', async (t) => {
  const { bucket } = await open(t, begin)
  const { body } = await getDay(bucket)
  const failed = once(body, 'error')
  bucket.close()
  const [error] = await failed
  assert.equal(error.code, 'ECONNRESET')
})

test('asks for no checksums, which the vendor does not have', async (t) => {
  const { server, bucket } = await open(t, begin)
  const asked = once(server, 'request')
  await getDay(bucket)
  const [{ headers }] = await asked
  assert.equal(headers['x-amz-checksum-mode'], undefined)
})
