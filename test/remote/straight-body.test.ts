import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openBucket } from '../../src/remote/bucket.ts'
import { objectBytes } from '../../src/remote/object-bytes.ts'
import { straightBody, straightFromBytes } from '../../src/remote/straight-body.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { allBytes, driven, get, s3Run } from '../helpers/s3-run.ts'

const size = straightFromBytes + 100_000
const large = Buffer.alloc(size, Buffer.from(Array.from({ length: 9973 }, (_, i) => (i * i) % 251)))
const place = { region: 'us-east-1', bucket: 'flatfiles' }
const credentials = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })

async function serveLarge(t: TestContext, faults: readonly Fault[] = [], timeoutMs = 5000) {
  const { run, clock } = s3Run({ timeoutMs })
  const server = await startS3Server({ objects: { large }, faults, clock })
  t.after(() => server.close())
  const { endpoint } = server
  const { signal } = run
  return { server, clock, bytes: objectBytes({ ...place, endpoint, key: 'large' }, run, { signal }) }
}

test('a large body comes whole, in pieces that stay as they are', async (t) => {
  const { server, bytes } = await serveLarge(t)
  assert.ok((await allBytes(bytes)).equals(large))
  assert.equal(server.requests.length, 1)
})

const breaks: readonly (readonly [string, Omit<Fault, 'op'>])[] = [
  ['ends', { endAfter: 7_000_000 }],
  ['is reset', { resetAfter: 7_000_000 }],
  ['falls silent', { stallAfter: 7_000_000 }],
]
for (const [what, fault] of breaks)
  test(`when its connection ${what}, a large body goes on from the byte reached`, {
    timeout: 60_000,
  }, async (t) => {
    // Only silence is to be noticed by the time it takes.
    const timeoutMs = what === 'falls silent' ? 5000 : 1e9
    const { server, clock, bytes } = await serveLarge(t, [{ ...get, ...fault, times: 1 }], timeoutMs)
    assert.ok((await driven(clock, allBytes(bytes))).equals(large))
    const [, second] = server.requests
    const from = Number(/^bytes=(\d+)-$/.exec(second?.range ?? '')?.[1])
    // A reset overtakes what was not read yet.
    assert.ok(what === 'is reset' ? from > 0 && from <= 7_000_000 : from === 7_000_000, `${second?.range}`)
  })

test('a reader who takes nothing stops the server, and goes on', async (t) => {
  const objects = { large: Buffer.alloc(100 << 20, 'large') }
  const server = await startS3Server({ objects })
  t.after(() => server.close())
  const { body } = await openBucket({ ...place, endpoint: server.endpoint, credentials }).get('large')
  const sent = (): number => server.requests[0]?.sent ?? 0
  for (let before = -1, still = 0; still < 50; still = sent() === before ? still + 1 : 0) {
    before = sent()
    await turn()
  }
  assert.ok(sent() < 50 << 20, `${sent()} bytes were sent`)
  let came = 0
  for await (const piece of body) came += (piece as Buffer).length
  assert.equal(came, 100 << 20)
})

/** What a server sends that says how long a body is, and sends `extra` more; how many connections it has had, and has. */
async function serveRaw(t: TestContext, bytes: number, extra = 0) {
  let [had, has] = [0, 0]
  const server = createServer((socket) => {
    had++
    has++
    socket.on('close', () => has--).on('error', () => {})
    socket.on('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: ${bytes}\r\n\r\n`)
      socket.write(Buffer.alloc(bytes + extra, 'x'))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const bucket = openBucket({ ...place, endpoint, credentials })
  t.after(() => {
    bucket.close()
    server.close()
  })
  return { bucket, connections: () => ({ had, has }) }
}

for (const extra of [0, 1, 1_000_000])
  test(`of a server that sends ${extra} bytes more than it says, a large body is as long as it says`, async (t) => {
    const { bucket } = await serveRaw(t, size, extra)
    const { body } = await bucket.get('large')
    assert.equal((await allBytes(body)).length, size)
  })

for (const [bytes, had] of [
  [straightFromBytes - 1, 1],
  [straightFromBytes, 2],
] as const)
  test(`two bodies of ${bytes} bytes take ${had} connections`, async (t) => {
    const { bucket, connections } = await serveRaw(t, bytes)
    for (let i = 0; i < 2; i++) {
      const { body } = await bucket.get('large')
      assert.equal((await allBytes(body)).length, bytes)
    }
    assert.equal(connections().had, had)
  })

test('a large body that nobody wants any more ends its connection', async (t) => {
  const { bucket, connections } = await serveRaw(t, size)
  const { body } = await bucket.get('large')
  await once(body, 'readable')
  body.destroy()
  while (connections().has > 0) await turn()
})

test("an error of a large body that nobody reads is nobody's", async (t) => {
  const { bucket } = await serveRaw(t, size)
  const { body } = await bucket.get('large')
  bucket.close()
  await new Promise((resolve) => body.on('close', resolve))
  await assert.rejects(allBytes(body))
})

test('an answer that has failed before anybody asked for its body fails whoever does', async (t) => {
  const { bucket } = await serveRaw(t, size)
  const { body } = await bucket.get('large')
  const answer = Object.assign(new Readable({ read() {} }), { socket: (body as { socket?: unknown }).socket })
  answer.destroy()
  assert.equal(straightBody(answer, size), answer)
  body.destroy()
})
