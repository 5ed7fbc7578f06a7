import { setMaxListeners } from 'node:events'
import { adoptFiles, type MayAdopt } from './adopt.ts'
import { checkRoom } from './disk-room.ts'
import { isMillraceError, isReaderLeft } from './errors.ts'
import { tellEvents } from './events.ts'
import { type Executor, openExecutor, type Threads, type Work } from './executor.ts'
import { followingOf } from './following.ts'
import { type Lakes, openLakes } from './lakes.ts'
import { joinReports, type Observer, openLedger, type Report } from './ledger.ts'
import { type Limits, startLimits } from './limits.ts'
import { tellAll } from './observers.ts'
import type { LakeOptions } from './open-lake.ts'
import { isPending } from './pending.ts'
import { persist } from './persist.ts'
import { listUnits, type Planned, type PlanOptions, planOne, planUnits } from './plan.ts'
import { tellProgress } from './progress-file.ts'
import type { Recipe, Unit } from './recipe.ts'
import { type Counts, type RejectedRow, type Run, until } from './run.ts'
import type { Stage } from './stage.ts'
import type { Tally } from './unit-run.ts'

export interface RecipeOptions extends PlanOptions, LakeOptions, Limits {
  /** Units at a time. */
  readonly workers?: number
  /** Units run on threads of their own, as many as `workers`. Without it, or with one worker, on that of the caller. */
  readonly threads?: Threads
  /** How often a unit is tried again whose network failed; never, by default. */
  readonly retries?: number
  /** Files that lie there already may be taken for done, where it can be proven that they are. */
  readonly adopt?: MayAdopt | undefined
  /** The first unit that fails ends the others. */
  readonly failFast?: boolean
  /** Is given the bad rows of each unit before the unit counts as done. */
  readonly rejects?: { write(unit: Unit, rows: readonly RejectedRow[]): Promise<void> } | undefined
  readonly observer?: Observer
}

/**
 * Runs all units of a recipe that are not done, several at a time. One that fails does not stop the others, unless that is
 * asked for, or they share an output and so an order. While it has something to do it holds the locks of the lakes it
 * writes to.
 *
 * @throws what planning throws: bad params, a bucket that cannot be listed, another shape in the folder; {WriteError} when
 * another run writes to the lake, or has taken it over. The failures of units are in the report. When the run is aborted,
 * the report tells how far it came.
 */
export async function runRecipe<P, U extends Unit>(
  recipe: Recipe<P, U>,
  params: P,
  run: Run,
  options: RecipeOptions,
): Promise<Report> {
  const following = await followingOf(recipe, params, options)
  let report = await runOne(recipe, params, run, options)
  // What a run is told of its units is about those of the first recipe.
  const others = { ...options, limit: undefined, refill: undefined, retryFailed: false, force: false }
  for (const next of following) {
    if (run.signal.aborted || report.limit !== undefined || (options.failFast && report.failed.length > 0))
      break
    if ((await next.isReady?.()) === false) continue
    report = joinReports(report, await runOne(next.recipe, next.params, run, others))
  }
  return report
}

async function runOne<P, U extends Unit>(
  recipe: Recipe<P, U>,
  params: P,
  run: Run,
  options: RecipeOptions,
): Promise<Report> {
  const started = run.clock.monotonicMs()
  const observers: Observer[] = options.observer ? [options.observer] : []
  const observer = tellAll(observers)
  const ledger = openLedger(observer)
  const requestsBefore = run.requests.sent
  const units = await listUnits(recipe, params, ledger.lend(run))
  let planned = await planUnits(recipe, params, units, options)
  // A run that has nothing to do needs no lock, and may run beside another.
  const waits = await lakesThatWait(planned)
  const lakes = await openLakes(
    planned.filter(({ done, slot }) => !done || (slot && waits.has(slot.root))),
    run,
    options,
  )
  const { workers = 1 } = options
  const tellers = lakes.roots.flatMap((root) =>
    [tellEvents, tellProgress].map((open) => open({ root, recipe: recipe.name, workers }, run)),
  )
  observers.push(...tellers)
  try {
    // Another run may have done some of it meanwhile, and what crashed ones left half done is in order only now.
    if (lakes.roots.length > 0) {
      const all = { ...options, limit: undefined }
      if (options.adopt)
        await adoptFiles(await planUnits(recipe, params, units, all), options.adopt, { run, lakes })
      planned = await planUnits(recipe, params, units, options)
    }
    ledger.planned(planned)
    await workOff({ recipe, params, planned }, run, { ...options, observer, ledger, lakes })
    if (lakes.lost.every(({ aborted }) => !aborted)) {
      const books = { merging: observer.merging, merged: ledger.merged }
      if (!run.signal.aborted) await lakes.merge(planned, ledger.lend(run), books)
      else if (planned.some(({ gathers }) => gathers)) ledger.waits()
    }
  } finally {
    await Promise.all(tellers.map((one) => one.end()))
    await lakes.close()
  }
  for (const lost of lakes.lost) lost.throwIfAborted()
  const seconds = (run.clock.monotonicMs() - started) / 1000
  return ledger.report(recipe.name, planned, { seconds, requests: run.requests.sent - requestsBefore })
}

/** Those in which rows of such units wait to be merged, as a run leaves them that was ended. */
async function lakesThatWait(planned: readonly Planned[]): Promise<ReadonlySet<string>> {
  const roots = new Set(planned.flatMap(({ slot, gathers }) => (slot && gathers ? [slot.root] : [])))
  for (const root of roots) if (!(await isPending(root))) roots.delete(root)
  return roots
}

/** Where it is written down what the units come to. */
interface Books extends RecipeOptions {
  readonly ledger: ReturnType<typeof openLedger>
  readonly lakes: Lakes
}

async function workOff<P, U extends Unit>(work: Work<P, U>, given: Run, books: Books): Promise<void> {
  const { observer = {}, workers = 1, threads, ledger, lakes } = books
  const todo = work.planned.filter(({ done }) => !done)
  const inOrder = todo.some((one) => one.inOrder)
  const enough = new AbortController()
  const limits = startLimits(books, given)
  const run = endedBy([...lakes.lost, enough.signal], limits.run)
  const executor = await openExecutor(work, ledger.lend(run), { workers, threads })
  let stopped = false

  const attempt = async (one: Planned<U>): Promise<void> => {
    observer.started?.(one.unit)
    try {
      ledger.done(one.unit, await doUnit(one, work, ledger.lend(run, one.unit), { ...books, executor }))
    } catch (error) {
      stopped ||= inOrder || isReaderLeft(error)
      if (run.signal.aborted || isReaderLeft(error)) return
      // First of all: the others would fail of the same meanwhile.
      if (books.failFast || (isMillraceError(error) && error.endsRun)) enough.abort(error)
      await recordFailure(one, error, ledger.lend(run, one.unit), lakes)
      ledger.failed(one.unit, error)
    }
  }
  const takeTurns = async (turns: Iterable<Planned<U>>): Promise<void> => {
    for (const one of turns) {
      const limit = limits.reached()
      if (limit !== undefined) ledger.limited(limit)
      if (stopped || run.signal.aborted || limit !== undefined) return
      await attempt(one)
    }
  }
  // All workers take from the one iterator, so each unit has one taker.
  const turns = todo.values()
  let takers = inOrder ? 1 : workers
  const leaves = Array.from({ length: Math.min(takers, executor.threads) }, () => run.cores.use())
  const leave = (): void => {
    takers--
    if (takers < leaves.length) leaves[takers]?.()
  }
  try {
    await Promise.all(Array.from({ length: takers }, () => takeTurns(turns).finally(leave)))
  } finally {
    await executor.close()
  }
}

/** A run that ends with the given one, or when one of the signals fires. */
function endedBy(signals: readonly AbortSignal[], run: Run): Run {
  const signal = AbortSignal.any([run.signal, ...signals])
  setMaxListeners(0, signal)
  return Object.assign(Object.create(run) as Run, {
    signal,
    until: <T>(promise: PromiseLike<T>) => until(signal, promise),
  })
}

/** One unit with all its retries, from its source to its line in the manifest. */
async function doUnit<P, U extends Unit>(
  first: Planned<U>,
  { recipe, params }: Work<P, U>,
  run: Run,
  { executor, lakes, retries = 0, rejects }: Books & { readonly executor: Executor },
): Promise<Tally> {
  let one = first
  let bytesOut = 0
  const counting = Object.assign(Object.create(run) as Run, {
    count(what: keyof Counts, n: number) {
      if (what === 'bytesOut') bytesOut += n
      run.count(what, n)
    },
  })
  const attempt = async (): Promise<Tally> => {
    // What waits to be merged is small, and comes by the hundred.
    if (one.slot && !one.gathers) await checkRoom(one.slot.root, one.unit.bytes ?? 0)
    const tally = await executor.run(one, counting)
    if (tally.rejects.length > 0) await rejects?.write(one.unit, tally.rejects)
    await lakes.commit(one, tally)
    return tally
  }
  const renew = async (): Promise<void> => {
    const unit = (await listUnits(recipe, params, run)).find(({ id }) => id === first.unit.id)
    if (unit) one = planOne(recipe, unit, params)
  }
  // What has left through stdout cannot be taken back.
  const options = first.inOrder ? { mayRepeat: () => bytesOut === 0 } : { renew }
  const [source] = first.pipeline.stages
  return persist(attempt, run, { retries, secondLook: !isFixed(source), ...options })
}

const isFixed = (stage: Stage | undefined): boolean => stage?.kind === 'source' && stage.fixed === true

/** That it failed counts, recorded or not. */
async function recordFailure(one: Planned, error: unknown, run: Run, lakes: Lakes): Promise<void> {
  try {
    await lakes.fail(one, error)
  } catch (unrecorded) {
    run.warn(`that it failed is not recorded: ${(unrecorded as Error).message}`)
  }
}
