import { once } from 'node:events'
import { addAbortSignal, type Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { type Again, isMillraceError, NetworkError } from '../core/errors.ts'
import type { Rooms } from '../core/rooms.ts'
import type { Run } from '../core/run.ts'
import { startAsking } from './asking.ts'
import { type BucketPlace, type RemoteBody, sharedBucket } from './bucket.ts'
import { s3Error, whereText } from './s3-errors.ts'
import { watchdog } from './watchdog.ts'

/** One version of an object. */
export interface ObjectVersion extends BucketPlace {
  readonly key: string
  /** As listed: another version than this is an error, not an answer. */
  readonly etag?: string | undefined
  /** In bytes, as listed. */
  readonly size?: number | undefined
}

export interface ReadOptions {
  /** Ends it, also while it waits. */
  readonly signal: AbortSignal
  /** Offset of the first byte wanted; all that come before it are known. */
  readonly from?: number
  /** What it may be read into; without them the bytes are their reader's. */
  readonly rooms?: Rooms | undefined
}

/** A server may well hang up on a reader who takes nothing for so long. */
const pausedMs = 1000

/**
 * All bytes of one version of an object, in order, over as many connections as it takes: after a drop they go on from the
 * byte reached, so that it costs no more than what was on its way. The retries are those of the run, and every byte renews
 * them; a drop costs none on a connection whose reader had paused, as a slow pipe or a low rate make it do.
 *
 * The reader pulls: a silent server is noticed only while a byte is waited for.
 *
 * @throws {NetworkError} whose `again` is `changed` when the object is not, or no longer, this version.
 */
export async function* objectBytes(
  object: ObjectVersion,
  run: Run,
  { signal, from = 0, rooms }: ReadOptions,
): AsyncGenerator<Buffer> {
  const bucket = sharedBucket(object, run)
  const asking = startAsking(run, signal)
  const reached: Reached = { etag: object.etag, size: object.size, from }
  for (;;) {
    const answer = await asking.answer(() => bucket.get(object.key, { ...reached, signal, rooms }))
    reached.etag = answer.etag
    reached.size = answer.size
    const pace = startPace(run)
    const count = counter(object, reached)
    try {
      for await (const chunk of bytesFrom(reached.from, answer, run, signal)) {
        count.add(chunk)
        asking.renew()
        pace.handsOn()
        yield chunk
        pace.goesOn()
      }
      count.end()
      return
    } catch (error) {
      const { from: bytesRead, size } = reached
      // All that a connection still owed was its end.
      if (bytesRead === size) return
      const told = s3Error(error, { ...object, bytesRead, size, answered: true, signal })
      if (!pace.excuses(told)) await asking.again(told)
    } finally {
      answer.body.destroy()
    }
  }
}

/** What is known of the object by now, and where its next byte is. */
interface Reached {
  etag: string | undefined
  size: number | undefined
  from: number
}

/** Counts what comes, and fails when it is not as much as it should be. With a Content-Length, Node and `straightBody` see to that. */
function counter(object: ObjectVersion, reached: Reached) {
  const { size = Number.POSITIVE_INFINITY } = reached
  const fail = (what: string, again: Again): never => {
    throw new NetworkError(`${whereText(object)}: a body without Content-Length ${what}`, {
      hint: 'run again: what is done stays done',
      again,
    })
  }
  return {
    add(chunk: Buffer): void {
      reached.from += chunk.length
      if (reached.from > size) fail(`goes on after the ${size} bytes known of`, 'changed')
    },
    end(): void {
      if (reached.from !== (reached.size ?? reached.from))
        fail(`ended after ${reached.from} of ${size} bytes`, 'soon')
    },
  }
}

/** Notes whether the reader ever paused over a chunk. */
function startPace({ clock }: Run) {
  let paused = false
  let sinceMs = 0
  return {
    /** A drop of this connection is no wonder. */
    excuses: (error: unknown): boolean => paused && isMillraceError(error) && error.again === 'soon',
    handsOn(): void {
      sinceMs = clock.monotonicMs()
    },
    goesOn(): void {
      paused ||= clock.monotonicMs() - sinceMs >= pausedMs
    },
  }
}

/**
 * What of a body comes from byte `from` on. One that begins before it, because the server does not heed Range, is passed
 * over up to there, at the rate of the run: that costs as much as to start over, but what has been converted stays done.
 */
function bytesFrom(from: number, answer: RemoteBody, run: Run, signal: AbortSignal): AsyncGenerator<Buffer> {
  const chunks = watched(addAbortSignal(signal, answer.body), run)
  const extra = from - answer.from
  return extra === 0 ? chunks : passOver(extra, chunks, run, signal)
}

async function* passOver(
  extra: number,
  chunks: AsyncIterable<Buffer>,
  run: Run,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  run.warn('the server does not heed Range: what had come of a file before a drop is read once more')
  const passedOver = run.throttle().resume()
  let left = extra
  try {
    for await (const chunk of chunks) {
      const dropped = chunk.subarray(0, left)
      left -= dropped.length
      if (!passedOver.write(dropped)) await once(passedOver, 'drain', { signal })
      if (dropped.length < chunk.length) yield chunk.subarray(dropped.length)
    }
  } finally {
    passedOver.destroy()
  }
}

/**
 * The chunks of a body, as long as it does not fall silent while it is read. Each is all that has come since the one
 * before: `http` gives 64 KiB at a time, TLS 16, and so small a piece costs more on its way than its bytes do.
 */
async function* watched(body: Readable, { clock, patience }: Run): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]()
  const fail = (): void => void body.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' }))
  for (;;) {
    const cancel = watchdog(patience.timeoutMs, clock, fail)
    const { done, value } = await chunks.next().finally(cancel)
    if (done) return
    yield value
    // The sockets are read once more before that, and all of them have their turn.
    await turn()
  }
}
