import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { type S3Server, type S3ServerOptions, startS3Server } from '../../src/testing/s3-server.ts'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
const key = 'us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz'

async function serve(t: TestContext, options: Partial<S3ServerOptions> = {}): Promise<S3Server> {
  const server = await startS3Server({ objects: new Map([[key, body]]), ...options })
  t.after(() => server.close())
  return server
}

const urlOf = ({ endpoint, bucket }: S3Server, path = key) => `${endpoint}/${bucket}/${path}`

function clientOf(t: TestContext, { endpoint }: S3Server): S3Client {
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
  })
  t.after(() => client.destroy())
  return client
}

test('The SDK pages through a listing, and sees sizes and etags', async (t) => {
  const names = ['a/1', 'a/2', 'a/3 <&>"', 'a/4+é', 'a/5', 'b/1']
  const objects = Object.fromEntries(names.map((name) => [name, Buffer.from(name)]))
  const server = await serve(t, { objects, pageSize: 2 })
  const seen = []
  const paging = { client: clientOf(t, server) }
  for await (const page of paginateListObjectsV2(paging, { Bucket: server.bucket, Prefix: 'a/' })) {
    assert.equal(page.KeyCount, page.Contents?.length)
    seen.push(...(page.Contents ?? []))
  }
  assert.deepEqual(
    seen.map(({ Key, Size, StorageClass }) => [Key, Size, StorageClass]),
    names.slice(0, 5).map((name) => [name, Buffer.byteLength(name), 'STANDARD']),
  )
  assert.equal(new Set(seen.map(({ ETag }) => ETag)).size, 5)
  assert.ok(seen.every(({ ETag, LastModified }) => /^"[0-9a-f]{32}"$/.test(ETag ?? '') && LastModified))
  assert.deepEqual(
    server.requests.map(({ op, key, status }) => [op, key, status]),
    Array(3).fill(['list', 'a/', 200]),
  )
  const text = await (await fetch(`${urlOf(server, '')}?list-type=2&prefix=a/3`)).text()
  assert.match(text, /<Key>a\/3 &lt;&amp;&gt;&quot;<\/Key>/)
})

test('A listing begins after start-after, and holds no more than max-keys', async (t) => {
  const objects = { a: body, b: body, c: body, d: body }
  const server = await serve(t, { objects })
  const listing = async (query: string) => (await fetch(`${urlOf(server, '')}?list-type=2&${query}`)).text()
  const first = await listing('start-after=a&max-keys=2')
  assert.deepEqual(first.match(/<Key>.<\/Key>/g), ['<Key>b</Key>', '<Key>c</Key>'])
  assert.match(first, /<IsTruncated>true</)
  const token = /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(first)?.[1] ?? ''
  const second = await listing(`start-after=a&max-keys=2&continuation-token=${token}`)
  assert.deepEqual(second.match(/<Key>.<\/Key>/g), ['<Key>d</Key>'])
  assert.match(second, /<IsTruncated>false</)
})

test('The SDK gets an object, a range of it, and its head', async (t) => {
  const server = await serve(t)
  const client = clientOf(t, server)
  const at = { Bucket: server.bucket, Key: key }
  const head = await client.send(new HeadObjectCommand(at))
  assert.equal(head.ContentLength, body.length)
  const whole = await client.send(new GetObjectCommand(at))
  assert.equal(whole.ETag, head.ETag)
  assert.deepEqual(Buffer.from((await whole.Body?.transformToByteArray()) ?? []), body)
  const part = await client.send(
    new GetObjectCommand({ ...at, Range: 'bytes=299990-', IfMatch: head.ETag ?? '' }),
  )
  assert.equal(part.ContentRange, 'bytes 299990-299999/300000')
  assert.deepEqual(Buffer.from((await part.Body?.transformToByteArray()) ?? []), body.subarray(299_990))
  assert.deepEqual(
    server.requests.map(({ op, method, range, ifMatch, status, sent }) => [
      op,
      method,
      range,
      ifMatch,
      status,
      sent,
    ]),
    [
      ['head', 'HEAD', undefined, undefined, 200, 0],
      ['get', 'GET', undefined, undefined, 200, 300_000],
      ['get', 'GET', 'bytes=299990-', head.ETag, 206, 10],
    ],
  )
  assert.equal(server.egress, 300_010)
})

test('Ranges are of bytes, the last one included', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 's3-server-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'object')
  await writeFile(path, body)
  const server = await serve(t, { objects: { memory: body, disk: { path }, none: Buffer.alloc(0) } })
  const cases = [
    ['bytes=0-', 206, 0, 300_000],
    ['bytes=5-5', 206, 5, 6],
    ['bytes=262143-262144', 206, 262_143, 262_145],
    ['bytes=299999-400000', 206, 299_999, 300_000],
    ['bytes=9-8', 200, 0, 300_000],
    ['lines=1-2', 200, 0, 300_000],
  ] as const
  for (const name of ['memory', 'disk']) {
    for (const [range, status, from, end] of cases) {
      const response = await fetch(urlOf(server, name), { headers: { range } })
      assert.equal(response.status, status, range)
      assert.deepEqual(
        Buffer.from(await response.arrayBuffer()),
        body.subarray(from, end),
        `${name} ${range}`,
      )
      const contentRange = status === 206 ? `bytes ${from}-${end - 1}/300000` : null
      assert.equal(response.headers.get('content-range'), contentRange)
    }
    const beyond = await fetch(urlOf(server, name), { headers: { range: 'bytes=300000-' } })
    assert.deepEqual(
      [beyond.status, /<Code>(.*)<\/Code>/.exec(await beyond.text())?.[1]],
      [416, 'InvalidRange'],
    )
  }
  const empty = await fetch(urlOf(server, 'none'))
  assert.deepEqual([empty.status, (await empty.arrayBuffer()).byteLength], [200, 0])
})

test('The SDK finds the names of S3 errors', async (t) => {
  const server = await serve(t, { accessKeyId: 'demo' })
  const strict = await serve(t, { accessKeyId: 'somebody' })
  const cases = [
    [server, { Bucket: 'flatfiles', Key: 'none' }, 'NoSuchKey', 404],
    [server, { Bucket: 'other', Key: key }, 'NoSuchBucket', 404],
    [server, { Bucket: 'flatfiles', Key: key, IfMatch: '"0"' }, 'PreconditionFailed', 412],
    [strict, { Bucket: 'flatfiles', Key: key }, 'InvalidAccessKeyId', 403],
  ] as const
  for (const [asked, input, name, status] of cases) {
    await assert.rejects(clientOf(t, asked).send(new GetObjectCommand(input)), (error: Error) => {
      const { $metadata } = error as Error & { $metadata: { httpStatusCode: number; requestId: string } }
      assert.deepEqual([error.name, $metadata.httpStatusCode], [name, status])
      assert.match($metadata.requestId, /^REQUEST\d+$/)
      return true
    })
  }
  const unsigned = await fetch(urlOf(server))
  assert.deepEqual(
    [unsigned.status, /<Code>(.*)<\/Code>/.exec(await unsigned.text())?.[1]],
    [403, 'AccessDenied'],
  )
})

test('An object replaced in the map is served with its own etag', async (t) => {
  const objects = new Map([[key, body]])
  const server = await serve(t, { objects })
  const tag = async () => (await fetch(urlOf(server), { method: 'HEAD' })).headers.get('etag')
  const before = await tag()
  objects.set(key, Buffer.from('other'))
  assert.notEqual(await tag(), before)
})
