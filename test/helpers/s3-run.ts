import type { TestContext } from 'node:test'
import { createRun, type Run, type RunOptions } from '../../src/core/run.ts'
import { type ObjectVersion, objectBytes } from '../../src/remote/object-bytes.ts'
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'

/** A run with a key for the fake server, on a clock of its own, whose waits for a retry are as short as chance allows. */
export function s3Run(options: RunOptions = {}): { run: Run; clock: FakeClock } {
  const clock = createFakeClock()
  const access = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })
  return { clock, run: createRun({ access, clock, random: () => 0, ...options }) }
}

/**
 * Lets time go by until the work is done: 10 ms for each turn of the event loop, in which everything that has come over
 * loopback is read. So 30 s are 3000 turns, which no answer of a server in this process needs.
 */
export async function driven<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let over = false
  const settled = work.finally(() => {
    over = true
  })
  settled.catch(() => {})
  while (!over) await clock.pass(10)
  return settled
}

export const get = { op: 'get' } as const

/** What `serveDay` serves. */
export const day = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251))

/** A server with one object, and a run that reads it, both on one clock. */
export async function serveDay(t: TestContext, faults: readonly Fault[], options: RunOptions = {}) {
  const warnings: string[] = []
  const { run, clock } = s3Run({ warn: (text) => void warnings.push(text), ...options })
  const server = await startS3Server({ objects: { day }, faults, clock })
  t.after(() => server.close())
  const { endpoint, bucket } = server
  const object: ObjectVersion = { endpoint, bucket, region: 'us-east-1', key: 'day' }
  const open = (known: Partial<ObjectVersion> = {}) =>
    objectBytes({ ...object, ...known }, run, { signal: run.signal })
  return { server, run, clock, warnings, object, open }
}

export async function allBytes(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Reads until so many bytes have come. */
export async function readUntil(bytes: AsyncGenerator<Buffer>, count: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let left = count; left > 0; left -= chunks.at(-1)?.length ?? 0)
    chunks.push((await bytes.next()).value as Buffer)
  return Buffer.concat(chunks)
}
