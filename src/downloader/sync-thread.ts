// Where the thread of a synchronous downloader begins.
import { type MessagePort, workerData } from 'node:worker_threads'
import { encodeError } from '../core/error-codec.ts'
import { type Downloader, type DownloaderOptions, openDownloader } from './open-downloader.ts'
import { type Answer, beatMs, type Call, counters, encode } from './sync-calls.ts'

interface Start {
  readonly options: DownloaderOptions
  readonly port: MessagePort
  readonly state: Int32Array
}

const { options, port, state }: Start = workerData
let downloader: Downloader | undefined

async function answerTo({ method, args }: Call): Promise<Answer> {
  try {
    // Opened here, so that what is wrong with the options is an answer, too.
    downloader ??= openDownloader(options)
    const work = downloader[method] as (...args: readonly unknown[]) => unknown
    const result = await work(...args)
    const isListing = typeof result === 'object' && result !== null && Symbol.asyncIterator in result
    return { value: encode(isListing ? await gather(result as AsyncIterable<unknown>) : result) }
  } catch (error) {
    return { failure: encodeError(error) }
  }
}

async function gather(all: AsyncIterable<unknown>): Promise<unknown[]> {
  const gathered: unknown[] = []
  for await (const one of all) gathered.push(one)
  return gathered
}

/** What moves to the other thread, in place of a copy of it: a buffer of ours shares its memory with nothing. */
const memoryOf = (value: unknown): ArrayBuffer[] =>
  [value].flat().flatMap((one) => (one instanceof Uint8Array ? (one.buffer as ArrayBuffer) : []))

port.on('message', (call: Call) => {
  void answerTo(call).then((answer) => {
    port.postMessage(answer, 'value' in answer ? memoryOf(answer.value) : [])
    Atomics.add(state, counters.answers, 1)
    Atomics.notify(state, counters.answers)
  })
})
setInterval(() => Atomics.add(state, counters.beats, 1), beatMs).unref()
