import { type Clock, systemClock } from '../core/clock.ts'
import { patienceDefaults } from '../core/patience.ts'
import { type Asked, isAnswer, s3Error } from './s3-errors.ts'
import { watchdog } from './watchdog.ts'

export interface RequestOptions {
  readonly clock?: Clock
  /** How long an answer may take to begin. */
  readonly timeoutMs?: number
}

/** Sends one request. @throws {MillraceError} as `s3Error` makes them, also when no answer begins in time. */
export type Request = <T>(asked: Asked, send: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** Requests to one server: remembers whether it has ever answered. */
export function requester({
  clock = systemClock,
  timeoutMs = patienceDefaults.timeoutMs,
}: RequestOptions): Request {
  let answered = false
  return async (asked, send) => {
    const { signal } = asked
    signal?.throwIfAborted()
    const stop = new AbortController()
    const end = (): void => stop.abort()
    let late: Error | undefined
    const cancel = watchdog(timeoutMs, clock, () => {
      late = Object.assign(new Error(), { code: 'ETIMEDOUT' })
      end()
    })
    signal?.addEventListener('abort', end, { once: true })
    try {
      const answer = await send(stop.signal)
      answered = true
      return answer
    } catch (error) {
      answered ||= isAnswer(error)
      throw s3Error(late ?? error, { ...asked, answered, wallMs: clock.wallMs() })
    } finally {
      cancel()
      signal?.removeEventListener('abort', end)
    }
  }
}
