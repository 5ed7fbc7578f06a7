import { Worker } from 'node:worker_threads'
import type { Clock } from './clock.ts'
import { decodeError, encodeError } from './error-codec.ts'
import type { Said, Start, Task, ToMain, ToWorker } from './messages.ts'
import type { Counts, Run } from './run.ts'
import { serveRun } from './serve-run.ts'
import type { Tally } from './unit-run.ts'

/** One worker thread, which has one task in hand or none. */
export interface Thread {
  /** @throws see `Pool.run`. */
  work(task: Task, run: Run): Promise<Tally>
  tell(message: ToWorker): void
  /** Ends it: at once, unless a stage has left something behind that holds it for a moment. */
  end(): Promise<void>
}

/** What a thread tells those who opened it. */
export interface ThreadOwner {
  /** Something for every thread of the pool. */
  tellAll(message: ToWorker): void
  /** It has ended. Whoever waits for its task is told after this. */
  gone(): void
}

interface InHand {
  resolve(tally: Tally): void
  reject(error: unknown): void
}

/**
 * How long a thread may take to end its pipeline after an abort, and to end by itself when it has nothing more to do,
 * before it is ended from outside. By itself, because a thread that is ended loses the last lines that it printed.
 */
const graceMs = { abort: 500, end: 150 }

export function openThread(entry: URL, start: Start, run: Run, owner: ThreadOwner): Thread {
  const worker = new Worker(entry, { workerData: start })
  const tell = (message: ToWorker): void => worker.postMessage(message)
  const service = serveRun(run, { answer: tell, tellAll: owner.tellAll })
  const held = run.patience.heldMs()
  if (held > 0) tell({ kind: 'hold', ms: held })
  /** Of all its tasks, by turn: a stage left behind by an earlier one may still say something. */
  const runs: Run[] = []
  let inHand: InHand | undefined
  let ending = false
  let death: Error | undefined

  const failed = (error: unknown): void => inHand?.reject(run.signal.aborted ? run.signal.reason : error)
  const limits = timeLimits(run.clock, () => void worker.terminate())
  const stop = (): void => {
    tell({ kind: 'stop', reason: encodeError(run.signal.reason) })
    limits.set(graceMs.abort)
    if (!inHand) void end()
  }
  const end = (): Promise<void> => {
    ending = true
    tell({ kind: 'end' })
    limits.set(graceMs.end)
    return ended
  }
  worker.on('message', (message: ToMain) => {
    if (message.kind === 'call' || message.kind === 'cancel') service.asked(message)
    else if (message.kind === 'done') inHand?.resolve(message.tally)
    else if (message.kind === 'failed') failed(decodeError(message.error))
    else tellRun(message, runs[message.turn])
  })
  worker.on('error', (error) => {
    death = diedOf(error)
  })
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      limits.close()
      run.signal.removeEventListener('abort', stop)
      service.close()
      owner.gone()
      if (inHand) failed(death ?? endedWith(code))
      else if (death || !ending) run.warn((death ?? endedWith(code)).message)
      resolve()
    })
  })
  if (run.signal.aborted) stop()
  else run.signal.addEventListener('abort', stop, { once: true })
  return {
    work: (task, taskRun) =>
      new Promise<Tally>((resolve, reject) => {
        inHand = { resolve, reject }
        tell({ kind: 'task', turn: runs.push(taskRun) - 1, task })
      }).finally(() => {
        inHand = undefined
        if (run.signal.aborted) void end()
      }),
    tell,
    end,
  }
}

/** Calls `over` as often as a time has passed that was set. */
function timeLimits(clock: Clock, over: () => void) {
  const cancels: (() => void)[] = []
  return {
    set: (ms: number): void => void cancels.push(clock.after(ms, over)),
    close(): void {
      for (const cancel of cancels) cancel()
    },
  }
}

function tellRun(message: Said, run: Run | undefined): void {
  if (message.kind === 'warn') run?.warn(message.text)
  else for (const [what, n] of Object.entries(message.counts)) run?.count(what as keyof Counts, n)
}

/** Never one of ours: a thread that dies is a bug, whatever it died of. */
function diedOf(cause: unknown): Error {
  const { message, stack } = cause instanceof Error ? cause : { message: String(cause), stack: undefined }
  const error = new Error(`the worker thread died: ${message}`, { cause })
  // Where it happened, not where it was noticed.
  if (stack !== undefined) error.stack = stack
  return error
}

const endedWith = (code: number): Error =>
  new Error(
    code === 0
      ? 'the worker thread ended: what it waited for cannot come any more'
      : `the worker thread was ended by a stage, with exit code ${code}`,
  )
