import { decodeError } from './error-codec.ts'
import type { Answer, Call, Cancel, Service, Services } from './messages.ts'

/** What this thread has asked the main thread for. */
export interface Calls {
  /**
   * Asks for a service. A signal takes the question back: the answer is then a refusal, unless it was under way already.
   *
   * @throws what the main thread throws.
   */
  ask<S extends Service>(
    service: S,
    asks: Services[S]['asks'],
    signal?: AbortSignal,
  ): Promise<Services[S]['gets']>
  /** Hands over what came back. */
  answered(answer: Answer): void
  /** How many wait. */
  readonly waiting: number
}

interface Waiting {
  resolve(gets: never): void
  reject(error: unknown): void
}

/** `changed` is called whenever `waiting` has. */
export function openCalls(post: (message: Call | Cancel) => void, changed: () => void): Calls {
  const waiting = new Map<number, Waiting>()
  let calls = 0
  return {
    ask<S extends Service>(service: S, asks: Services[S]['asks'], signal?: AbortSignal) {
      return new Promise<Services[S]['gets']>((resolve, reject) => {
        const id = calls++
        waiting.set(id, { resolve, reject })
        // The union of calls is one a service, as the service and what it asks are typed together.
        post({ kind: 'call', id, service, asks } as Call)
        signal?.addEventListener('abort', () => waiting.has(id) && post({ kind: 'cancel', id }), {
          once: true,
        })
        changed()
      })
    },
    answered(answer) {
      const one = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (answer.kind === 'answer') one?.resolve(answer.gets as never)
      else one?.reject(decodeError(answer.error))
      changed()
    },
    get waiting() {
      return waiting.size
    },
  }
}
