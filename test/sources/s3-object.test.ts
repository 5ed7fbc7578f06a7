import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform, type TransformOptions } from 'node:stream'
import { after, test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type Run, type RunOptions } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { listObjects } from '../../src/remote/bucket.ts'
import { type S3ObjectOptions, s3Object } from '../../src/sources/s3-object.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { keepIn } from '../helpers/collect.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const demo = { accessKeyId: 'demo', secretAccessKey: 'demo' }
const access = async () => demo
const once = { access, lowLevelRetries: 0 }
const content = randomBytes(300_000)
// In a file: of one in memory the server would count all as given with the first write.
const flood = Buffer.alloc(32 << 20, 'ticker,price\n')
const root = mkdtempSync(join(tmpdir(), 'millrace-s3-object-'))
after(() => rmSync(root, { recursive: true, force: true }))
const floodPath = join(root, 'flood.bin')
writeFileSync(floodPath, flood)
const region = 'us-east-1'

interface Scope {
  after(release: () => Promise<void>): void
}

async function serve(t: Scope, faults: readonly Fault[] = []) {
  const objects = new Map<string, Buffer | { path: string }>([
    ['a.bin', content],
    ['small.bin', Buffer.from('hello')],
    ['empty.bin', Buffer.alloc(0)],
    ['flood.bin', { path: floodPath }],
    ['cut.bin', { path: floodPath }],
    ['silent.bin', content],
  ])
  const server = await startS3Server({ objects, faults })
  t.after(() => server.close())
  return { server, place: { endpoint: server.endpoint, region, bucket: server.bucket } }
}

async function read(options: S3ObjectOptions, run: Run = createRun(once)) {
  const chunks: Bytes[] = []
  const { counts } = await runPipeline(from(s3Object(options)).into(keepIn(chunks)), run)
  return { chunks, bytes: Buffer.concat(chunks), bytesIn: counts.bytesIn }
}

const { server, place } = await serve({ after }, [
  { op: 'get', key: 'cut.bin', endAfter: 1_000_000 },
  { op: 'get', key: 'silent.bin', stallAfter: 1000 },
])
let latest = 0
const make = () => {
  latest = server.requests.length
  return s3Object({ ...place, key: 'flood.bin', size: flood.length })
}
sourceLaws(make, {
  lend: () => once,
  digest: (chunks) => Buffer.concat(chunks).equals(flood),
  check: (chunks) => assert.equal(Buffer.concat(chunks).length, flood.length),
  truncated: {
    from: () => s3Object({ ...place, key: 'cut.bin' }),
    error: { name: 'NetworkError', stage: 's3-object', message: /after 1000000 of 33554432 bytes/ },
  },
  waiting: () => s3Object({ ...place, key: 'silent.bin' }),
  // The kernel takes some megabytes on both sides before the server notices that nobody reads.
  given: () => (server.requests[latest]?.sent ?? 0) / 65_536,
  readAhead: 256,
})

test('the whole object comes, counted, in chunks of at most 1 MiB', async (t) => {
  const { place } = await serve(t)
  for (const known of [{}, { size: content.length }]) {
    const { chunks, bytes, bytesIn } = await read({ ...place, key: 'a.bin', ...known })
    assert.deepEqual(bytes, content)
    assert.equal(bytesIn, content.length)
    assert.ok(chunks.every(({ length }) => length > 0 && length <= 2 ** 20))
  }
})

test('an empty object is an empty source', async (t) => {
  const { place } = await serve(t)
  assert.equal((await read({ ...place, key: 'empty.bin', size: 0 })).bytesIn, 0)
})

test('what a listing says of an object is accepted', async (t) => {
  const { place } = await serve(t)
  const run = createRun({ access })
  for await (const { key, size, etag } of listObjects(place, 'a', run))
    assert.deepEqual((await read({ ...place, key, size, etag }, run)).bytes, content)
})

/** A run whose throttle is the test's, so that it can be watched. */
function withThrottle(transform: TransformOptions['transform'], options: RunOptions = {}) {
  const streams: Transform[] = []
  const throttle = (): Transform => {
    const stream = new Transform({ transform })
    streams.push(stream)
    return stream
  }
  return { streams, run: Object.assign(createRun({ access, ...options }), { throttle }) }
}

test('every byte goes through the throttle of the run', async (t) => {
  const { place } = await serve(t)
  let throttled = 0
  const { run, streams } = withThrottle((chunk: Bytes, _encoding, done) => {
    throttled += chunk.length
    done(null, chunk)
  })
  await read({ ...place, key: 'a.bin' }, run)
  assert.equal(throttled, content.length)
  assert.deepEqual(
    streams.map(({ destroyed }) => destroyed),
    [true],
  )
})

test('bytes that the throttle holds back are not counted yet, and an abort does not wait for it', async (t) => {
  const { place } = await serve(t)
  const stop = new AbortController()
  const reason = new Error('enough')
  let counted = 0
  const { run, streams } = withThrottle(() => {}, {
    signal: stop.signal,
    count: (_what, n) => {
      counted += n
    },
  })
  const ended = read({ ...place, key: 'small.bin' }, run)
  while (!streams[0]?.writableEnded) await new Promise(setImmediate)
  const abortedAt = performance.now()
  stop.abort(reason)
  await assert.rejects(ended, reason)
  assert.ok(performance.now() - abortedAt < 1000)
  assert.equal(counted, 0)
  assert.ok(streams[0].destroyed)
})

test('the size is compared with a Content-Length that is absent no more than it can be', async (t) => {
  const { place } = await serve(t, [{ op: 'get', contentLength: 'absent' }])
  assert.deepEqual((await read({ ...place, key: 'a.bin' })).bytes, content)
})

test('no credentials is what the run says of them', async (t) => {
  const { place } = await serve(t)
  await assert.rejects(read({ ...place, key: 'a.bin' }, createRun()), {
    name: 'AccessError',
    message: /no credentials named s3/,
  })
})
