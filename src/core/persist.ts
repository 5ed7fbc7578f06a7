import { isMillraceError, type MillraceError } from './errors.ts'
import { pause } from './retry.ts'
import type { Run } from './run.ts'

export interface PersistOptions {
  /** How often a unit is tried again whose network failed. */
  readonly retries: number
  /** Bytes that do not unpack may do so when they are fetched once more; by default they may. */
  readonly secondLook?: boolean
  /** Whether nothing that was done so far stands in the way of doing it once more; by default nothing does. */
  mayRepeat?(): boolean
  /** The source is another one now: what is tried from here on is made from that. Without it that is a failure. */
  renew?(): Promise<void>
}

const firstMs = 1000

/**
 * Does a unit, and does it again where that can help:
 * - after a failure of the network as often as asked for, after 1, 2, 4 s and so on, and not before the server wishes it:
 *   the source has gone on from where it was by itself before, so this is a server that was away for long;
 * - after a failure whose thrower calls a second look cheap (`few`), as bytes that do not unpack, once;
 * - after the source has `changed` under it, once, at once, from what it is now.
 *
 * All else would be the same again: a row that cannot be read, a key that does not open, a disk that is full, a bug.
 *
 * @throws the last error.
 */
export async function persist<T>(
  attempt: () => Promise<T>,
  run: Pick<Run, 'clock' | 'signal' | 'warn'>,
  { retries, secondLook = true, mayRepeat = () => true, renew }: PersistOptions,
): Promise<T> {
  const left = { network: retries, data: secondLook ? Math.min(1, retries) : 0, changed: renew ? 1 : 0 }
  let waitMs = firstMs
  const bear = async (error: unknown): Promise<void> => {
    const kind = isMillraceError(error) ? kindOf(error) : undefined
    if (kind === undefined || left[kind] === 0 || run.signal.aborted || !mayRepeat()) throw error
    left[kind]--
    const { message, afterMs = 0 } = error as MillraceError
    run.warn(`${kind === 'changed' ? 'started over' : 'tried again'}: ${message}`)
    if (kind === 'changed') return renew?.()
    await pause(Math.max(waitMs, afterMs), run.clock, run.signal)
    waitMs *= 2
  }
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      await bear(error)
    }
  }
}

/** What a failure is counted as; nothing when trying again is of no use. */
function kindOf({ reason, again }: MillraceError): 'network' | 'data' | 'changed' | undefined {
  if (again === 'changed') return 'changed'
  if (reason === 'network') return 'network'
  return reason === 'data' && again === 'few' ? 'data' : undefined
}
