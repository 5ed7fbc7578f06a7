import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { decodeError } from '../core/error-codec.ts'
import { UsageError } from '../core/errors.ts'
import type { Credentials } from '../core/run.ts'
import type { RemoteFile } from '../remote/bucket.ts'
import type {
  BatchOptions,
  Downloader,
  DownloaderOptions,
  FetchOptions,
  ListOptions,
} from './open-downloader.ts'
import type { Statistics } from './statistics.ts'
import { type Answer, beatMs, type Call, counters, decode } from './sync-calls.ts'

/** As for `openDownloader`, but for functions, which cannot be sent to another thread. */
export interface SyncDownloaderOptions extends Omit<DownloaderOptions, 'credentials' | 'warn'> {
  readonly credentials: Credentials
}

/** A downloader whose methods return when it is done. They do what those of `Downloader` do, and throw what those throw. */
export interface SyncDownloader {
  get(key: string, options?: FetchOptions): Buffer
  getMany(keys: readonly string[], options?: BatchOptions<'null'>): (Buffer | null)[]
  getMany(keys: readonly string[], options: BatchOptions<'errors'>): (Buffer | Error)[]
  download(key: string, path: string, options?: FetchOptions): void
  list(prefix: string, options?: ListOptions): RemoteFile[]
  exists(key: string): boolean
  statistics(): Statistics
  resetStatistics(): void
  close(): void
}

/** A thread that has not even counted for so long is no more. */
const mostSilentBeats = 30

/**
 * A downloader for scripts and the REPL: it blocks its thread while another one works, so nothing else happens there, no
 * timer and no server. For anything else there is `openDownloader`.
 */
export function openDownloaderSync(options: SyncDownloaderOptions): SyncDownloader {
  const thread = openThread({ connections: 10, ...options })
  const method =
    (name: Call['method']) =>
    (...args: readonly unknown[]) =>
      thread.call({ method: name, args }) as never
  return {
    get: method('get'),
    getMany: method('getMany'),
    download: method('download'),
    list: method('list'),
    exists: method('exists'),
    statistics: method('statistics'),
    resetStatistics: method('resetStatistics'),
    close: thread.close,
  } satisfies Record<keyof Downloader, unknown>
}

function openThread(options: SyncDownloaderOptions) {
  const state = new Int32Array(new SharedArrayBuffer(8))
  const { port1: port, port2 } = new MessageChannel()
  const worker = new Worker(new URL('./sync-thread.js', import.meta.url), {
    workerData: { options, port: port2, state },
    transferList: [port2],
    // Flags of the caller, as `--input-type` or `-e`, mean nothing to a file.
    execArgv: [],
  })
  // Whoever waits for it is told by its silence.
  worker.on('error', () => {})
  worker.unref()
  let closed = false
  return {
    call(call: Call): unknown {
      if (closed) throw new UsageError('the downloader is closed', { hint: 'open another one' })
      const answers = Atomics.load(state, counters.answers)
      port.postMessage(call)
      const answer = waitFor(port, state, answers)
      if ('failure' in answer) throw decodeError(answer.failure)
      return decode(answer.value)
    },
    close(): void {
      closed = true
      port.close()
      void worker.terminate()
    },
  }
}

function waitFor(port: MessagePort, state: Int32Array, answers: number): Answer {
  let beats = Atomics.load(state, counters.beats)
  for (let silent = 0; silent < mostSilentBeats; silent++) {
    Atomics.wait(state, counters.answers, answers, beatMs)
    const received = receiveMessageOnPort(port)
    if (received) return received.message
    const now = Atomics.load(state, counters.beats)
    if (now !== beats) silent = 0
    beats = now
  }
  throw new Error('the thread of the synchronous downloader has died')
}
