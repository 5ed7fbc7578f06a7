import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { s3Object } from '../../src/sources/s3-object.ts'

const region = 'us-east-1'
const access = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })

/** A server that sends the first bytes of an object and falls silent. */
async function stalling(t: TestContext) {
  const connections: Socket[] = []
  const server = createServer((socket) => {
    connections.push(socket.on('error', () => {}))
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nETag: "0"\r\nContent-Length: 99\r\n\r\nhello'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of connections) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { connections, options: { endpoint: `http://127.0.0.1:${port}`, region, bucket: 'b', key: 'k' } }
}

const endings: readonly [what: string, end: (stop: AbortController, error: Error) => void][] = [
  ['an abort', (stop, error) => stop.abort(error)],
  [
    'a reader who fails',
    (_stop, error) => {
      throw error
    },
  ],
]
for (const [what, end] of endings)
  test(`${what} while the body stalls ends the run and cuts the connection within a second`, {
    timeout: 20_000,
  }, async (t) => {
    const { connections, options } = await stalling(t)
    const stop = new AbortController()
    const error = new Error('enough')
    let endedAt = 0
    const reader = sink<Bytes>('reader', () => async (input) => {
      for await (const _ of input) {
        endedAt = performance.now()
        end(stop, error)
      }
    })
    const chain = from(s3Object(options)).into(reader)
    await assert.rejects(runPipeline(chain, createRun({ access, signal: stop.signal })), error)
    const [socket] = connections
    if (!socket?.closed) await once(socket as Socket, 'close')
    assert.ok(performance.now() - endedAt < 1000)
  })
