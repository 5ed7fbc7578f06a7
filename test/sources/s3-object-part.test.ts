import assert from 'node:assert/strict'
import { appendFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { partPath } from '../../src/core/part-file.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { s3Object } from '../../src/sources/s3-object.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const access = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })

test('an error of the last bytes that are kept is told, though all of them have come', async (t) => {
  // Once half a MiB is written, and then the rest at the end.
  const large = Buffer.alloc(700_000, 'large')
  const server = await startS3Server({ objects: { large } })
  t.after(() => server.close())
  const part = partPath(tempDir(t), 'large', ['1'])
  const { endpoint, bucket } = server
  const object = s3Object({ endpoint, bucket, region: 'us-east-1', key: 'large', size: large.length, part })
  let came = 0
  const meddling = sink<Bytes>('meddling', () => async (input) => {
    for await (const bytes of input) {
      came += bytes.length
      while (came === large.length && statSync(part).size === 0);
      if (came === large.length) appendFileSync(part, 'x')
    }
  })
  await assert.rejects(runPipeline(from(object).into(meddling), createRun({ access })), (error: unknown) => {
    assert.ok(error instanceof WriteError, String(error))
    assert.match(error.message, /another program writes to it/)
    return true
  })
  assert.equal(came, large.length)
})
