import { encodeError } from './error-codec.ts'
import type { Answer, Call, Cancel, Service, Services, ToWorker } from './messages.ts'
import type { Run } from './run.ts'

type Served = {
  readonly [S in Service]: (asks: Services[S]['asks'], signal: AbortSignal) => Promise<Services[S]['gets']>
}

/** What one worker is served with, out of the run of the main thread. */
export interface RunService {
  asked(message: Call | Cancel): void
  /** The worker is gone: nothing is answered any more, and what it held goes back. */
  close(): void
}

/** How the main thread speaks to its workers. */
export interface Speech {
  /** To the one that is served. */
  answer(answer: Answer): void
  /** To all of them. */
  tellAll(message: ToWorker): void
}

/**
 * Serves one worker: all that a worker can ask of the run is here. The signal of a service fires when the worker takes its
 * question back, or is gone.
 */
export function serveRun(run: Run, speech: Speech): RunService {
  const account = run.rate.open()
  const served: Served = {
    async access(name) {
      if (name === 'rest') return { apiKey: (await run.access(name)).apiKey }
      // By name, so that nothing else that a caller's pair may hold is sent, or cannot be.
      const { accessKeyId, secretAccessKey, sessionToken } = await run.access(name)
      return { accessKeyId, secretAccessKey, sessionToken }
    },
    take: ({ bytes, gone }, signal) =>
      new Promise((resolve, reject) => {
        account.settle({ gone, unused: 0 })
        account.ask(bytes, () => resolve(undefined))
        signal.addEventListener('abort', () => {
          account.withdraw()
          reject(signal.reason)
        })
      }),
    async settle(part) {
      account.settle(part)
    },
    async hold(ms) {
      run.patience.hold(ms)
      speech.tellAll({ kind: 'hold', ms })
    },
  }

  const waiting = new Map<number, AbortController>()
  let open = true
  const serve = async <S extends Service>({ id, service, asks }: Call<S>): Promise<void> => {
    const stop = new AbortController()
    waiting.set(id, stop)
    const answer = await served[service](asks, stop.signal).then(
      (gets): Answer => ({ kind: 'answer', id, gets }),
      (error: unknown): Answer => ({ kind: 'refusal', id, error: encodeError(error) }),
    )
    waiting.delete(id)
    if (open) speech.answer(answer)
  }
  return {
    asked(message) {
      if (message.kind === 'call') void serve(message)
      else waiting.get(message.id)?.abort()
    },
    close() {
      open = false
      for (const stop of waiting.values()) stop.abort()
      account.close()
    },
  }
}
