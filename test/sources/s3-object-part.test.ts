import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { WriteError } from '../../src/core/errors.ts'
import { partPath } from '../../src/core/part-file.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { s3Object } from '../../src/sources/s3-object.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { tempDir } from '../helpers/temp-dir.ts'

/** Larger than all memory that its bytes may be read into, and read straight from the socket. */
const huge = Buffer.alloc(96 << 20, Buffer.from(Array.from({ length: 9973 }, (_, i) => (i * i) % 251)))

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

for (const lends of [false, true])
  test(`what is kept is the same where bytes are ${lends ? 'only lent: their memory is used again' : 'given away: they stay as they were'}`, async (t) => {
    const faults = [{ op: 'get', endAfter: (41 << 20) + 77, times: 1 }] as const
    const server = await startS3Server({ objects: { huge }, faults })
    t.after(() => server.close())
    const part = partPath(tempDir(t), 'huge', ['1'])
    const { endpoint, bucket } = server
    const place = { endpoint, bucket, region: 'us-east-1', key: 'huge', size: huge.length }
    const md5 = createHash('md5').update(huge).digest('hex')
    const memories = new Set<unknown>()
    const came: Buffer[] = []
    const kept: Bytes[] = []
    const looking = sink<Bytes>('looking', () => async (input) => {
      for await (const bytes of input) {
        memories.add(bytes.buffer)
        const before = Buffer.from(bytes)
        // The next bytes come meanwhile, and go to the file.
        await turn()
        assert.ok(before.equals(bytes))
        came.push(before)
        kept.push(bytes)
      }
      assert.ok(readFileSync(part).equals(huge))
    })
    const run = createRun({ access })
    await runPipeline(from(s3Object({ ...place, md5, part, lends })).into(looking), run)
    assert.ok(Buffer.concat(came).equals(huge))
    if (lends) assert.ok(memories.size < 64, `${memories.size} memories`)
    else assert.ok(Buffer.concat(kept).equals(huge))
  })
