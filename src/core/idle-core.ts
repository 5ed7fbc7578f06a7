import type { Run } from './run.ts'

/**
 * Opens a thread if a core is idle which it can use.
 *
 * @param open gets what says that the core is idle again. @param without in place of a thread that cannot be opened: the
 * user is told, and need not do anything.
 * @returns undefined when no core is idle.
 */
export function onIdleCore<T>(run: Run, open: (leave: () => void) => T, without: T): T | undefined {
  const leave = run.cores.useIdle()
  if (!leave) return undefined
  try {
    return open(leave)
  } catch (error) {
    leave()
    warnOfThread(error, run)
    return without
  }
}

/** Says that there is no thread, where that costs only time. */
export const warnOfThread = (error: unknown, run: Run): void =>
  run.warn(
    `no thread can be opened (${(error as Error).message}): the work is done without it, and takes longer`,
  )
