import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'
import { createRun } from '../../src/core/run.ts'
import { listObjects } from '../../src/remote/bucket.ts'
import { objectBytes } from '../../src/remote/object-bytes.ts'
import { allBytes, readUntil } from '../helpers/s3-run.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
const bucket = 'flatfiles'
const region = 'us-east-1'
const content = randomBytes(1 << 20)

/** An S3 server that we did not write, and how to put an object into it. */
async function serve(t: TestContext) {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: tempDir(t),
    configureBuckets: [{ name: bucket }],
  })
  const { port } = await server.run()
  t.after(() => server.close())
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region,
    forcePathStyle: true,
    credentials: keys,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  t.after(() => client.destroy())
  const put = (Body: Buffer) => client.send(new PutObjectCommand({ Bucket: bucket, Key: 'day', Body }))
  await put(content)
  return { port, put }
}

/** A line to a server on which each connection breaks after one of so many bytes, until they are used up. */
async function breakingLine(t: TestContext, port: number, breaks: readonly number[]): Promise<number> {
  const left = [...breaks]
  const line = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    const end = (): void => {
      near.destroy()
      far.destroy()
    }
    let room = left.shift() ?? Number.POSITIVE_INFINITY
    near.on('error', end).on('close', end).pipe(far)
    far.on('error', end).on('close', end)
    far.on('data', (chunk) => {
      near.write(chunk.subarray(0, room))
      room -= chunk.length
      if (room <= 0) near.end()
    })
  }).listen(0, '127.0.0.1')
  await once(line, 'listening')
  t.after(() => line.close())
  return (line.address() as AddressInfo).port
}

const openRun = () => createRun({ access: async () => keys, random: () => 0 })

test('an S3 server that we did not write goes on where its connection broke', async (t) => {
  const { port } = await serve(t)
  // The first one is the listing's, and has room for it.
  const breaks = [2000, 1000, 100_000, 1, 65_536, 600_000, 300]
  const endpoint = `http://127.0.0.1:${await breakingLine(t, port, breaks)}`
  const run = openRun()
  const place = { endpoint, region, bucket }
  for await (const { key, etag, size } of listObjects(place, 'day', run))
    assert.deepEqual(await allBytes(objectBytes({ ...place, key, etag, size }, run, run)), content)
})

test('one that ignores If-Match cannot slip in another version', async (t) => {
  const { port, put } = await serve(t)
  const endpoint = `http://127.0.0.1:${await breakingLine(t, port, [2000, 500_000])}`
  const run = openRun()
  const place = { endpoint, region, bucket }
  for await (const { key, etag, size } of listObjects(place, 'day', run)) {
    const bytes = objectBytes({ ...place, key, etag, size }, run, run)
    await readUntil(bytes, 400_000)
    await put(randomBytes(size))
    await assert.rejects(allBytes(bytes), { again: 'changed', message: /published anew/ })
  }
})
