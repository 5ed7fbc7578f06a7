import { Worker } from 'node:worker_threads'
import { openBell } from './bell.ts'
import { onIdleCore, warnOfThread } from './idle-core.ts'
import type { Run } from './run.ts'

/** A thread that does one piece of work after the other, and answers nothing: what comes of it is in memory that it shares. */
export interface WorkThread<W> {
  /** It can be given something. */
  readonly isIdle: boolean
  /** As long as it is busy with this, what it works on is that thread's. */
  give(work: W): void
  /** It has something to do, or ended over that. */
  readonly isBusy: boolean
  /** Resolves when it is done. @throws when it ended over what it was given. */
  settled(): Promise<void>
  /** Ends it, whatever it does. */
  end(): Promise<void>
}

const never: WorkThread<unknown> = {
  isIdle: false,
  isBusy: false,
  give() {},
  async settled() {},
  async end() {},
}

/**
 * A thread that begins with `entry`, a module that calls `serveWork`, if a core is idle which it can use. If it fails to
 * load, that is told as a warning, and it is never idle.
 *
 * @param data a copy of it is what the thread is opened with.
 */
export const openWorkThread = <W>(entry: URL, data: unknown, run: Run): WorkThread<W> | undefined =>
  onIdleCore<WorkThread<W>>(run, (leave) => openThread(entry, data, run, leave), never)

function openThread<W>(entry: URL, data: unknown, run: Run, leave: () => void): WorkThread<W> {
  // Flags of the program, as `--input-type`, mean nothing to it.
  const worker = new Worker(entry, { workerData: data, execArgv: [] })
  const bell = openBell()
  let is: 'loading' | 'idle' | 'busy' | 'over' = 'loading'
  let failure: unknown
  const fail = (error: unknown): void => {
    if (is === 'loading') warnOfThread(error, run)
    if (is === 'busy') failure = error
    is = 'over'
    bell.ring()
  }
  worker.on('message', () => {
    if (is !== 'over') is = 'idle'
    bell.ring()
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a thread ended before it was done')))
  return {
    get isIdle() {
      return is === 'idle'
    },
    give(work) {
      is = 'busy'
      worker.postMessage(work)
    },
    get isBusy() {
      return is === 'busy' || failure !== undefined
    },
    async settled() {
      await bell.until(() => is !== 'busy')
      if (failure !== undefined) throw failure
    },
    async end() {
      is = 'over'
      bell.ring()
      await worker.terminate()
      leave()
    },
  }
}
