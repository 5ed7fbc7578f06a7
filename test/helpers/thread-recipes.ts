import { join } from 'node:path'
import { setInterval as every } from 'node:timers/promises'
import { BroadcastChannel, threadId } from 'node:worker_threads'
import { DataError, ReaderLeft } from '../../src/core/errors.ts'
import type { Report } from '../../src/core/ledger.ts'
import { from } from '../../src/core/pipeline.ts'
import { type Place, recipe } from '../../src/core/recipe.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import type { Run } from '../../src/index.ts'
import { workerEntry } from '../../src/pipelines/worker-entry.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed } from './collect.ts'

export interface ThreadParams {
  readonly root: string
  readonly units: readonly string[]
}

/** Whatever is said here ends the threads in which a unit `bombs` was. */
export const bombsChannel = 'bombs'

type Deed = (run: Run) => void | Promise<void>

/** What a unit does after its first bytes, by the letters its name begins with. */
const deeds: Readonly<Record<string, Deed>> = {
  counts(run) {
    for (let i = 0; i < 1000; i++) run.count('rowsIn', 1)
    run.count('filtered', 0)
  },
  warns: (run) => run.warn('mind this'),
  shares: (run) => run.warn(`shared by ${run.share('first', () => threadId)} and ${threadId}`),
  keys: async (run) => {
    const { accessKeyId, secretAccessKey } = await run.access('s3')
    run.warn(`lengths ${accessKeyId.length} ${secretAccessKey.length}`)
  },
  bad() {
    throw new DataError('"x" is no number', { at: { row: 7, column: 'price' }, hint: 'look at it' })
  },
  left() {
    throw new ReaderLeft('left')
  },
  /** Says more when it is over. */
  lingers: (run) => void run.clock.after(200, () => run.warn('this is late')),
  /** Takes its thread along when it is told to: by time it might be before its unit is over. */
  bombs() {
    const told = new BroadcastChannel(bombsChannel)
    told.onmessage = () => process.exit(5)
    told.unref()
  },
  /** Leaves something running that would hold a process. */
  leaves() {
    setInterval(() => {}, 1000)
  },
  rests: (run) => run.until(new Promise((resolve) => run.clock.after(500, () => resolve()))),
  exits: () => process.exit(3),
  throws: () =>
    new Promise<void>(() => {
      setImmediate(() => {
        throw new RangeError('nobody catches this')
      })
    }),
  stuck: () => new Promise<void>(() => {}),
  waits: (run) => run.until(new Promise((resolve) => run.clock.after(3_600_000, () => resolve()))),
  loops() {
    for (;;);
  },
  deaf: async () => {
    for await (const _ of every(5));
  },
}

const deedOf = (id: string): Deed => deeds[/^[a-z]*/.exec(id)?.[0] ?? ''] ?? (() => {})

/** Each unit writes what thread it ran on, and where it stood among the others, and then does what its name says. */
export const threaded = recipe<ThreadParams, { readonly id: string; readonly identity: { readonly v: 1 } }>({
  name: 'threaded',
  summary: 'Tells of threads',
  module: import.meta.url,
  params: {} as never,
  units: ({ units }) => units.map((id) => ({ id, identity: { v: 1 } })),
  build: ({ id }, { root }, place) =>
    from(
      feed(async function* (run) {
        yield Buffer.from(JSON.stringify({ thread: threadId, ...place }))
        run.warn(`${id} has begun`)
        await deedOf(id)(run)
      }),
    ).into(
      rawFile({
        path: join(root, 'threads', `${id}.json`),
        slot: { root, table: 'threads', unit: id },
        shape: {},
      }),
    ),
})

/** What a unit has written. */
export interface Told extends Place {
  readonly thread: number
}

/** Runs units on threads of their own, two of them if nothing else is said. */
export const runThreads = (
  params: ThreadParams,
  options: Partial<RecipeOptions> = {},
  lent: RunOptions = {},
): Promise<Report> =>
  runRecipe(threaded, params, createRun(lent), {
    tool: 'test',
    workers: 2,
    threads: { entry: workerEntry },
    ...options,
  })
