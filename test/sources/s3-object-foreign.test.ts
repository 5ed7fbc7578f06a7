import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createRun } from '../../src/core/run.ts'
import { listObjects } from '../../src/remote/bucket.ts'
import { objectBytes } from '../../src/remote/object-bytes.ts'
import { bucket, type ForeignServer, foreignServers, region } from '../helpers/foreign-servers.ts'
import { allBytes, readUntil } from '../helpers/s3-run.ts'

const content = randomBytes(1 << 20)

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

const openRun = ({ keys }: ForeignServer) => createRun({ access: async () => keys, random: () => 0 })

for (const { name, skip, start } of foreignServers) {
  test(`${name}: a download goes on where its connection broke`, { skip }, async (t) => {
    const server = await start(t)
    await server.put('day', content)
    // The first one is the listing's, and has room for it.
    const breaks = [2000, 1000, 100_000, 1, 65_536, 600_000, 300]
    const endpoint = `http://127.0.0.1:${await breakingLine(t, server.port, breaks)}`
    const run = openRun(server)
    const place = { endpoint, region, bucket }
    let found = 0
    for await (const { key, etag, size } of listObjects(place, 'day', run)) {
      found++
      assert.deepEqual(await allBytes(objectBytes({ ...place, key, etag, size }, run, run)), content)
    }
    assert.equal(found, 1)
  })

  // s3rver takes no notice of If-Match.
  test(`${name}: another version cannot slip in`, { skip }, async (t) => {
    const server = await start(t)
    await server.put('day', content)
    const endpoint = `http://127.0.0.1:${await breakingLine(t, server.port, [2000, 500_000])}`
    const run = openRun(server)
    const place = { endpoint, region, bucket }
    let found = 0
    for await (const { key, etag, size } of listObjects(place, 'day', run)) {
      found++
      const bytes = objectBytes({ ...place, key, etag, size }, run, run)
      await readUntil(bytes, 400_000)
      await server.put('day', randomBytes(size))
      await assert.rejects(allBytes(bytes), { again: 'changed', message: /published anew/ })
    }
    assert.equal(found, 1)
  })
}
