import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findObject } from '../../src/remote/find-object.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { s3Run } from '../helpers/s3-run.ts'

test('an object is found by its whole key, among others that begin with it', async (t) => {
  const server = await startS3Server({
    objects: { 'a/day': Buffer.from('one'), 'a/day.csv': Buffer.from('four'), 'b/day.csv': Buffer.from('x') },
  })
  t.after(() => server.close())
  const place = { endpoint: server.endpoint, bucket: server.bucket, region: 'us-east-1' }
  const { run } = s3Run()
  const sizes = []
  for (const key of ['a/day', 'a/day.csv', 'a/', 'b/day', 'c'])
    sizes.push((await findObject(place, key, run))?.size)
  assert.deepEqual(sizes, [3, 4, undefined, undefined, undefined])
  assert.equal(server.requests.length, 5)
})
