import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'

interface Served {
  readonly objects: Readonly<Record<string, Uint8Array>>
  readonly faults?: readonly Fault[]
  readonly pageSize?: number
}

/** The fake server on a thread of its own, so that it answers while this one is blocked. */
export async function serveInThread(t: TestContext, served: Served): Promise<string> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { served } })
  t.after(() => worker.terminate())
  const [endpoint] = await once(worker, 'message')
  return endpoint
}

if (!isMainThread && workerData?.served) {
  const { objects, ...rest }: Served = workerData.served
  // Buffers come over as bare bytes.
  const buffers = Object.fromEntries(Object.entries(objects).map(([key, bytes]) => [key, Buffer.from(bytes)]))
  const server = await startS3Server({ objects: buffers, ...rest })
  parentPort?.postMessage(server.endpoint)
}
