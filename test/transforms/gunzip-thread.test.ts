import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import type { FromByteThread } from '../../src/core/byte-messages.ts'
import type { DataError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { type Bytes, source } from '../../src/core/stage.ts'
import { type GunzipOptions, gunzip } from '../../src/transforms/gunzip.ts'
import { keepIn } from '../helpers/collect.ts'
import { byteTransformLaws } from '../helpers/stage-laws.ts'
import { dataError } from './tallied.ts'

const atOnce: GunzipOptions = { threadAfterBytes: 0 }

byteTransformLaws(() => gunzip(atOnce), {
  input: gzipSync('ticker,price\nA,1.5\nB,2.25\n'.repeat(100)),
  truncated: { from: gzipSync('cut off').subarray(0, -1), error: dataError(/cut off/) },
  // The slots of the thread, and what is put together for the next one.
  readAhead: 45,
  lend: () => ({ cores: 2 }),
})

/** Digits without any order, of which a third remains. */
function digits(count: number): Buffer {
  let random = 1
  return Buffer.alloc(count).map(() => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    return 48 + ((random >>> 16) % 10)
  }) as Buffer
}

const noise = digits(6 << 20)
const file = gzipSync(noise)
const pieceBytes = 1 << 14

interface Inflated {
  readonly output?: Buffer
  readonly error?: unknown
  readonly threads: readonly Worker[]
  /** Pieces that came out of a thread. */
  readonly made: number
}

/** What comes out of a file that comes slowly enough for a thread to begin; from `stuckAt` on nothing comes any more. */
async function inflated(
  bytes: Bytes,
  options: GunzipOptions,
  lent: RunOptions = { cores: 2 },
  stuckAt = bytes.length,
  onMade = (): void => {},
): Promise<Inflated> {
  const threads: Worker[] = []
  let made = 0
  let ready: Promise<unknown> | undefined
  const note = (worker: Worker): void => {
    threads.push(worker)
    ready = once(worker, 'message')
    worker.on('message', ({ kind }: FromByteThread) => {
      if (kind !== 'made') return
      made++
      onMade()
    })
  }
  const pieces = source<Bytes>('pieces', async function* (run) {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (at >= stuckAt) await run.until(new Promise(() => {}))
      yield bytes.subarray(at, at + pieceBytes)
      // Whoever opens a thread is told of it in a turn of its own.
      await turn()
      await run.until(ready ?? turn())
    }
  })
  process.on('worker', note)
  const output: Bytes[] = []
  try {
    await runPipeline(from(pieces).through(gunzip(options)).into(keepIn(output)), createRun(lent))
    return { output: Buffer.concat(output), threads, made }
  } catch (error) {
    return { error, threads, made }
  } finally {
    process.off('worker', note)
  }
}

for (const [threadAfterBytes, threads] of [
  [0, 1],
  [1 << 20, 1],
  [Number.POSITIVE_INFINITY, 0],
] as const)
  test(`a thread of its own for a file after ${threadAfterBytes} bytes makes no difference to what comes out`, async () => {
    const inflating = await inflated(file, { threadAfterBytes })
    assert.equal(inflating.threads.length, threads)
    assert.equal(inflating.made > 0, threads > 0)
    assert.ok(inflating.output?.equals(noise))
  })

const wrong = Buffer.from(file)
wrong.fill(0xee, wrong.length - 100_000)
const broken: readonly [title: string, file: Buffer][] = [
  ['corrupt', wrong],
  ['cut off', file.subarray(0, -1)],
  ['followed by something else', Buffer.concat([file, Buffer.from('text')])],
]

for (const [title, bytes] of broken)
  test(`a file that is ${title} is refused by a thread as it is without one`, async () => {
    const there = await inflated(bytes, atOnce)
    const here = await inflated(bytes, { threadAfterBytes: Number.POSITIVE_INFINITY })
    assert.deepEqual([there.made > 0, here.made], [true, 0])
    assert.ok(dataError(/, after \d{7} compressed bytes$/)(there.error), String(there.error))
    const told = ({ message, hint, again }: DataError): unknown => ({ message, hint, again })
    assert.deepEqual(told(there.error as DataError), told(here.error as DataError))
  })

test('without an idle core there is no thread', async () => {
  const one = await inflated(file, atOnce, { cores: 1 })
  assert.deepEqual([one.threads.length, one.output?.equals(noise)], [0, true])
})

test('an abort ends the thread, whatever it waits for', async () => {
  const abort = new AbortController()
  const enough = (): void => abort.abort(new Error('enough'))
  const lent = { cores: 2, signal: abort.signal }
  const { error, threads } = await inflated(file, atOnce, lent, file.length >> 1, enough)
  assert.match(String(error), /enough/)
  assert.equal(threads.length, 1)
  // A thread that has ended has no number any more.
  for (const thread of threads) if (thread.threadId >= 0) await once(thread, 'exit')
})
