import { Worker } from 'node:worker_threads'
import { type Bell, openBell } from './bell.ts'
import { type FromByteThread, piecesAhead, slotBytes, type ToByteThread } from './byte-messages.ts'
import { decodeError } from './error-codec.ts'
import { onIdleCore, warnOfThread } from './idle-core.ts'
import type { Run } from './run.ts'
import type { Bytes } from './stage.ts'

/** A thread that makes bytes of bytes. */
export interface ByteThread {
  /** It has loaded its module. If it fails to, that is told as a warning, and it is never ready. */
  readonly isReady: boolean
  /**
   * What its work, opened with `start`, makes of the input. To be called once, when it is ready.
   *
   * @throws what the work throws, or `input`.
   */
  through(start: unknown, input: AsyncIterable<Bytes>): AsyncGenerator<Bytes>
  /** Ends it, whatever it does. */
  end(): Promise<void>
}

/** What has come of it: the first error is the one that counts. */
interface Fate {
  is: 'loading' | 'ready' | 'done' | 'failed'
  error?: unknown
}

/** A thread that begins with `entry`, a module that calls `serveBytes`, if a core is idle which it can use. */
export const openByteThread = (entry: URL, run: Run): ByteThread | undefined =>
  onIdleCore(run, (leave) => openThread(entry, run, leave), neverReady)

const neverReady: ByteThread = {
  isReady: false,
  through() {
    throw new TypeError('the thread is not ready')
  },
  async end() {},
}

function openThread(entry: URL, run: Run, leave: () => void): ByteThread {
  const slots = new Uint8Array(new SharedArrayBuffer(piecesAhead * slotBytes))
  // Flags of the program, as `--input-type`, mean nothing to it.
  const worker = new Worker(entry, { workerData: slots.buffer, execArgv: [] })
  const tell = (message: ToByteThread): void => worker.postMessage(message)
  const bell = openBell()
  const feeder = openFeeder(slots, tell, bell)
  const made: Bytes[] = []
  const fate: Fate = { is: 'loading' }
  const isOver = (): boolean => fate.is === 'done' || fate.is === 'failed'
  const fail = (error: unknown): void => {
    if (fate.is === 'loading') warnOfThread(error, run)
    if (!isOver()) Object.assign(fate, { is: 'failed', error })
    bell.ring()
  }
  worker.on('message', (message: FromByteThread) => {
    if (isOver()) return
    if (message.kind === 'failed') return fail(decodeError(message.error))
    if (message.kind === 'made') made.push(message.bytes)
    else if (message.kind === 'taken') feeder.taken()
    else fate.is = message.kind
    bell.ring()
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a thread ended before it was done')))
  return {
    get isReady() {
      return fate.is === 'ready'
    },
    async *through(start, input) {
      tell({ kind: 'open', start })
      feeder.feed(input, run, isOver).catch((error: unknown) => {
        // An error of the work comes after all that it made; this one does not wait.
        made.length = 0
        fail(error)
      })
      for (;;) {
        await run.until(bell.until(() => made.length > 0 || isOver()))
        const bytes = made.shift()
        if (bytes) {
          yield bytes
          tell({ kind: 'more' })
        } else if (fate.is === 'failed') throw fate.error
        else return
      }
    },
    async end() {
      if (!isOver()) fate.is = 'done'
      bell.ring()
      await worker.terminate()
      leave()
    },
  }
}

/** Puts input into the slots, small pieces together, and tells the thread of them. */
function openFeeder(slots: Uint8Array, tell: (message: ToByteThread) => void, bell: Bell) {
  let slot = 0
  let filled = 0
  let waiting = 0
  const send = (): void => {
    tell({ kind: 'piece', bytes: filled })
    slot = (slot + 1) % piecesAhead
    filled = 0
    waiting++
  }
  const put = (bytes: Bytes): number => {
    const taken = Math.min(bytes.length, slotBytes - filled)
    slots.set(bytes.subarray(0, taken), slot * slotBytes + filled)
    filled += taken
    if (filled === slotBytes || waiting === 0) send()
    return taken
  }
  return {
    /** The thread is done with the first of those that wait. */
    taken(): void {
      waiting--
      if (waiting === 0 && filled > 0) send()
    },
    async feed(input: AsyncIterable<Bytes>, run: Run, isOver: () => boolean): Promise<void> {
      for await (const bytes of input) {
        for (let at = 0; at < bytes.length; at += put(bytes.subarray(at)))
          await run.until(bell.until(() => waiting < piecesAhead || isOver()))
        if (isOver()) return
      }
      if (filled > 0) send()
      tell({ kind: 'end' })
    },
  }
}
