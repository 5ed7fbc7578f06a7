import { isMillraceError, type MillraceError } from '../core/errors.ts'
import { createBudget, pause } from '../core/retry.ts'
import type { Run } from '../core/run.ts'

/** One thing that is asked of a server, as often as it takes and the patience of the run allows. */
export interface Asking {
  /** What the server answers in the end. */
  answer<T>(request: () => Promise<T>): Promise<T>
  /**
   * Resolves when it is time to try again.
   *
   * @throws the error, when trying again is of no use or has been of none often enough.
   */
  again(error: unknown): Promise<void>
  /** Something came of it: the retries are there again. */
  renew(): void
}

/** How often what will most likely not change is looked at again. */
const fewRetries = 2
/** How long a busy server that does not say how long is left alone, at least. */
const slowMs = 1000
/** Whoever is to wait longer than this would rather know. */
const longestMs = 5 * 60_000

/** @param signal ends every wait with its reason. */
export function startAsking({ clock, patience }: Run, signal: AbortSignal): Asking {
  const { lowLevelRetries, random } = patience
  const many = createBudget(lowLevelRetries, random)
  const few = createBudget(Math.min(lowLevelRetries, fewRetries), random)
  let failures = 0

  /** Until nobody has asked for patience any more; while one waits, another unit may have been told to wait longer. */
  const allowed = async (): Promise<void> => {
    for (let ms = patience.heldMs(); ms > 0; ms = patience.heldMs()) await pause(ms, clock, signal)
  }
  const again = async (error: unknown): Promise<void> => {
    signal.throwIfAborted()
    if (!isPassing(error)) throw error
    failures++
    const waitMs = (error.again === 'few' ? few : many).take()
    if (waitMs === undefined || (error.afterMs ?? 0) > longestMs) throw inVain(error, failures)
    patience.retried()
    if (error.again === 'slow') patience.hold(error.afterMs ?? slowMs + waitMs)
    await allowed()
    // After that, and not meanwhile: all who have waited would come at once.
    await pause(waitMs, clock, signal)
  }
  return {
    async answer(request) {
      for (;;) {
        await allowed()
        try {
          return await request()
        } catch (error) {
          await again(error)
        }
      }
    },
    again,
    renew() {
      failures = 0
      many.renew()
      few.renew()
    },
  }
}

const isPassing = (error: unknown): error is MillraceError =>
  isMillraceError(error) && error.again !== undefined && error.again !== 'changed'

function inVain(error: MillraceError, failures: number): MillraceError {
  if (failures > 1) error.message += `, ${failures} times in a row`
  return error
}
