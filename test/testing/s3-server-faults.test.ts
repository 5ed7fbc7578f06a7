import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import {
  type Fault,
  type S3Server,
  type S3ServerOptions,
  startS3Server,
} from '../../src/testing/s3-server.ts'

const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
const key = 'us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz'

async function serve(t: TestContext, options: Partial<S3ServerOptions> = {}): Promise<S3Server> {
  const server = await startS3Server({ objects: new Map([[key, body]]), ...options })
  t.after(() => server.close())
  return server
}

const urlOf = ({ endpoint, bucket }: S3Server, path = key) => `${endpoint}/${bucket}/${path}`

/** What a socket sees of a GET: the body's bytes, and whether the connection was reset or ended. */
async function overSocket({
  endpoint,
  bucket,
}: S3Server): Promise<{ head: string; body: Buffer; how: string }> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
  socket.write(`GET /${bucket}/${key} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const how = await new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
    socket.on('end', () => resolve('end'))
  })
  socket.destroy()
  const all = Buffer.concat(chunks)
  const split = all.indexOf('\r\n\r\n') + 4
  return { head: all.toString('latin1', 0, split), body: all.subarray(split), how }
}

test('A fault strikes as often as the table says, and then the next one does', async (t) => {
  const faults: Fault[] = [
    { op: 'get', times: 2, status: 503, code: 'SlowDown', retryAfter: 3 },
    { op: 'get', key: '.csv.gz', times: 1, status: 500, code: 'InternalError' },
    { op: 'get', key: '.other', status: 403, code: 'AccessDenied' },
    { op: 'list', key: '2024/', status: 429, code: 'TooManyRequests' },
  ]
  const server = await serve(t, { faults })
  const seen = []
  for (let i = 0; i < 4; i++) {
    const response = await fetch(urlOf(server))
    const text = await response.text()
    seen.push([response.status, response.headers.get('retry-after'), /<Code>(.*)<\/Code>/.exec(text)?.[1]])
  }
  assert.deepEqual(seen, [
    [503, '3', 'SlowDown'],
    [503, '3', 'SlowDown'],
    [500, null, 'InternalError'],
    [200, null, undefined],
  ])
  for (const [prefix, status] of [
    ['2024/', 429],
    ['2025/', 200],
  ]) {
    const response = await fetch(`${urlOf(server, '')}?list-type=2&prefix=${prefix}`)
    assert.equal(response.status, status)
  }
  assert.equal((await fetch(urlOf(server), { method: 'HEAD' })).status, 200)
})

for (const after of [0, 1, 1_000, 262_145, 299_999]) {
  test(`A body is cut after ${after} bytes, by a reset or by an end, and its length is not`, async (t) => {
    for (const cut of [{ resetAfter: after }, { endAfter: after }]) {
      const server = await serve(t, { faults: [{ op: 'get', ...cut }] })
      const seen = await overSocket(server)
      assert.match(seen.head, /^HTTP\/1.1 200 OK\r\n(.*\r\n)*Content-Length: 300000\r\n/)
      assert.ok(seen.body.equals(body.subarray(0, after)), `${seen.body.length} bytes`)
      assert.equal(server.egress, after)
      assert.equal(seen.how, 'endAfter' in cut ? 'end' : 'ECONNRESET')
    }
  })
}

test('stallAfter sends nothing more until the client leaves, and close() frees the port all the same', async (t) => {
  const server = await startS3Server({
    objects: { [key]: body },
    faults: [{ op: 'get', times: 2, stallAfter: 70_000 }],
  })
  t.after(() => server.close())
  const stalled = await fetch(urlOf(server))
  const leaving = new AbortController()
  const left = await fetch(urlOf(server), { signal: leaving.signal })
  leaving.abort()
  await assert.rejects(left.arrayBuffer(), { name: 'AbortError' })
  const reader = stalled.body?.getReader()
  let got = 0
  while (got < 70_000) got += (await reader?.read())?.value?.length ?? 0
  const more = reader?.read()
  assert.equal((await (await fetch(urlOf(server))).arrayBuffer()).byteLength, body.length)
  assert.deepEqual([got, server.requests[0]?.sent], [70_000, 70_000])
  await Promise.all([server.close(), assert.rejects(more ?? Promise.resolve(), { message: 'terminated' })])
  const heir = createServer().listen(Number(new URL(server.endpoint).port), '127.0.0.1')
  await once(heir, 'listening')
  heir.close()
})

test('contentLength lies in the header, and the body stays what it is', async (t) => {
  for (const [contentLength, header] of [
    [300_001, 'Content-Length: 300001'],
    [10, 'Content-Length: 10'],
    ['absent', undefined],
  ] as const) {
    const seen = await overSocket(await serve(t, { faults: [{ op: 'get', contentLength }] }))
    assert.equal(/^Content-Length: .*$/m.exec(seen.head)?.[0], header)
    assert.doesNotMatch(seen.head, /Transfer-Encoding/i)
    assert.match(seen.head, /^Connection: close$/m)
    assert.deepEqual([seen.how, seen.body.equals(body)], ['end', true])
  }
  const server = await serve(t, { faults: [{ op: 'get', contentLength: 300_001 }] })
  await assert.rejects((await fetch(urlOf(server))).arrayBuffer(), { message: 'terminated' })
})

test('corrupt changes one byte of the object, whatever range it is in', async (t) => {
  const server = await serve(t, { faults: [{ op: 'get', corrupt: { at: 262_150, xor: 0x81 } }] })
  const wrong = Buffer.from(body)
  wrong[262_150] = (body[262_150] ?? 0) ^ 0x81
  for (const from of [0, 262_150, 262_151]) {
    const response = await fetch(urlOf(server), { headers: { range: `bytes=${from}-` } })
    assert.ok(wrong.subarray(from).equals(Buffer.from(await response.arrayBuffer())), `from ${from}`)
  }
})

test('An object republished between two requests has another etag, and the first one fits no longer', async (t) => {
  const faults: Fault[] = [
    { op: 'get', times: 1, endAfter: 1_000 },
    { op: 'get', etag: '"new"' },
  ]
  const server = await serve(t, { faults })
  const first = await fetch(urlOf(server))
  const etag = first.headers.get('etag') ?? ''
  await assert.rejects(first.arrayBuffer())
  const resumed = await fetch(urlOf(server), { headers: { range: 'bytes=1000-', 'if-match': etag } })
  assert.equal(resumed.status, 412)
  const head = await fetch(urlOf(server), { method: 'HEAD' })
  assert.equal(head.headers.get('etag'), '"new"')
  const again = await fetch(urlOf(server), { headers: { range: 'bytes=1000-', 'if-match': '"new"' } })
  assert.equal(again.status, 206)
})
