import { leaseBytes } from './leased-bucket.ts'
import type { Start, Task } from './messages.ts'
import { openThread, type Thread } from './pool-thread.ts'
import type { Run } from './run.ts'
import type { Tally } from './unit-run.ts'

/** Worker threads that live as long as a run. */
export interface Pool {
  /**
   * Runs a task on a thread that has none in hand, or a new one; `run` hears what it counts and warns of. Never more tasks
   * at a time than the pool was opened for.
   *
   * @throws what the task throws; an error that counts as a bug when its thread dies; when the run is aborted its reason,
   * soon, whatever the thread does.
   */
  run(task: Task, run: Run): Promise<Tally>
  /** Ends all threads at once. */
  close(): Promise<void>
}

export interface PoolOptions {
  /** The module that a thread begins with: it calls `workUnits`. */
  readonly entry: URL
  /** Address of the module that exports the recipe, and its name there. */
  readonly module: string
  readonly recipe: string
  readonly params: unknown
  /** Tasks at a time. */
  readonly most: number
}

/** Opens no thread yet. */
export function openPool({ entry, most, ...recipe }: PoolOptions, run: Run): Pool {
  const start: Start = { ...recipe, ...startOf(run, most) }
  const threads = new Set<Thread>()
  const idle = new Set<Thread>()
  const open = (): Thread => {
    const thread = openThread(entry, start, run, {
      tellAll(message) {
        for (const one of threads) one.tell(message)
      },
      gone() {
        threads.delete(thread)
        idle.delete(thread)
      },
    })
    threads.add(thread)
    return thread
  }
  return {
    async run(task, taskRun) {
      const [thread = open()] = idle
      idle.delete(thread)
      try {
        return await thread.work(task, taskRun)
      } finally {
        if (threads.has(thread)) idle.add(thread)
      }
    },
    async close() {
      await Promise.all([...threads].map((thread) => thread.end()))
    },
  }
}

function startOf({ epoch, durability, mostRejects, patience, rate, cores }: Run, most: number) {
  const { timeoutMs, lowLevelRetries } = patience
  const { bytesPerSecond } = rate
  const lease = leaseBytes(bytesPerSecond, most)
  return {
    epoch,
    durability,
    mostRejects,
    timeoutMs,
    lowLevelRetries,
    bytesPerSecond,
    leaseBytes: lease,
    cores: cores.count,
    busyCores: cores.busy,
  }
}
