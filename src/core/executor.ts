import { isDeepStrictEqual } from 'node:util'
import { discardUnit } from './leftovers.ts'
import { runPipeline } from './pipeline.ts'
import type { Planned } from './plan.ts'
import { openPool } from './pool.ts'
import type { Recipe, Unit } from './recipe.ts'
import { exportedRecipe } from './recipe-module.ts'
import type { Run } from './run.ts'
import type { Tally } from './unit-run.ts'

/** Where the chains of units run. */
export interface Executor {
  /** On so many threads at most. */
  readonly threads: number
  /** Does what `runPipeline` does, wherever that is. */
  run(one: Planned, run: Run): Promise<Tally>
  /** When it resolves, nothing of the executor is left. */
  close(): Promise<void>
}

/** Worker threads to run units on. */
export interface Threads {
  /** The module that every thread begins with: `workerEntry`. */
  readonly entry: URL
}

/** All that a run has to do. */
export interface Work<P, U extends Unit> {
  readonly recipe: Recipe<P, U>
  readonly params: P
  readonly planned: readonly Planned<U>[]
}

export interface ExecutorOptions {
  /** Units at a time. */
  readonly workers: number
  readonly threads: Threads | undefined
}

/** On the thread of the caller. */
export const inThread: Executor = {
  threads: 1,
  run: ({ pipeline }, run) => runPipeline(pipeline, run),
  async close() {},
}

/** With so many cores one thread that carries bytes keeps all busy: one of them, and the system with the others. */
const coresOfCarriers = 2

/**
 * Worker threads where they are given, there is work for two, and no reason against them; else the thread of the caller.
 * A reason that the user does not know is told as a warning: the output is the same, only later.
 */
export async function openExecutor<P, U extends Unit>(
  work: Work<P, U>,
  run: Run,
  { workers, threads }: ExecutorOptions,
): Promise<Executor> {
  const { recipe, params, planned } = work
  const todo = planned.filter(({ done }) => !done)
  const most = Math.min(workers, todo.length)
  const { module } = recipe
  if (!threads || most < 2 || module === undefined || todo.some(({ inOrder }) => inOrder)) return inThread
  if (run.cores.count <= coresOfCarriers && recipe.carries?.(params)) return inThread
  const obstacle = uncloneable(work) ?? (await unexported(recipe, module))
  if (obstacle === undefined) return inPool({ ...work, module, most }, run, threads)
  run.warn(`${recipe.name} runs on one thread: ${obstacle}`)
  return inThread
}

/** A worker is sent copies; one that lacks a method, or is of no class any more, would be another value. */
function uncloneable<P, U extends Unit>({ params, planned }: Work<P, U>): string | undefined {
  const parts = [['its params', params], ...planned.map(({ unit }) => [`its unit ${unit.id}`, unit])] as const
  for (const [what, value] of parts) {
    const why = lostInCopy(value)
    if (why !== undefined) return `a worker cannot be sent ${what} (${why})`
  }
  return undefined
}

function lostInCopy(value: unknown): string | undefined {
  try {
    return isDeepStrictEqual(structuredClone(value), value) ? undefined : 'a copy is not the same'
  } catch (error) {
    return (error as Error).message
  }
}

/** A recipe made from another has the module of that one, and a worker would run that one. */
async function unexported<P, U extends Unit>(
  { name, build }: Recipe<P, U>,
  module: string,
): Promise<string | undefined> {
  try {
    const found = await exportedRecipe(module, name)
    return found?.build === build ? undefined : 'its module exports another recipe of this name, or none'
  } catch (error) {
    return `its module cannot be loaded (${(error as Error).message})`
  }
}

interface PoolWork<P, U extends Unit> extends Work<P, U> {
  readonly module: string
  /** Threads. */
  readonly most: number
}

/** On worker threads, each of which makes the chain by itself. */
function inPool<P, U extends Unit>(
  { recipe, module, params, planned, most }: PoolWork<P, U>,
  run: Run,
  { entry }: Threads,
): Executor {
  const pool = openPool({ entry, module, recipe: recipe.name, params, most }, run)
  const [first, last] = [planned[0]?.unit.id, planned.at(-1)?.unit.id]
  return {
    threads: most,
    async run(one, unitRun) {
      const { unit } = one
      try {
        return await pool.run({ unit, place: { first: unit.id === first, last: unit.id === last } }, unitRun)
      } catch (error) {
        // A thread that died could not do this itself.
        await discardUnit(one, run.epoch)
        throw error
      }
    },
    close: () => pool.close(),
  }
}
