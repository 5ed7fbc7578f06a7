import { relative, sep } from 'node:path'
import { isReaderLeft, type Reason, reasonOf } from './errors.ts'
import { appendManifest } from './manifest.ts'
import { runPipeline } from './pipeline.ts'
import { type Planned, type PlanOptions, planUnits } from './plan.ts'
import type { Recipe, Unit } from './recipe.ts'
import { type Counts, noCounts, type Run } from './run.ts'
import type { Tally } from './unit-run.ts'

/** Is told what happens, as it happens. */
export interface Observer {
  planned?(units: readonly Planned[]): void
  started?(unit: Unit): void
  done?(unit: Unit, tally: Tally): void
  failed?(unit: Unit, error: unknown): void
  /** A warning not seen before in this run. */
  warned?(unit: Unit, text: string): void
}

export interface RecipeOptions extends PlanOptions {
  /** Units at a time. */
  readonly workers?: number
  /** Name and version of the program, for the manifest. */
  readonly tool: string
  readonly observer?: Observer
}

/** What a run came to. */
export interface Report {
  readonly recipe: string
  readonly done: number
  /** Done by an earlier run. */
  readonly skipped: number
  /** Neither done nor failed, because the run ended before their turn. */
  readonly notStarted: number
  readonly failed: readonly { readonly unit: string; readonly reason: Reason; readonly error: unknown }[]
  /** Of the units done. */
  readonly counts: Counts
  readonly files: readonly string[]
  readonly warnings: readonly { readonly text: string; readonly units: number }[]
  readonly seconds: number
}

/** What the exit code should say; `undefined` when nothing failed. */
export function failureOf({ failed, done, skipped }: Report): Reason | undefined {
  const reasons = new Set(failed.map(({ reason }) => reason))
  const [only] = reasons
  if (only === undefined) return undefined
  return reasons.size === 1 && done + skipped === 0 ? only : 'partial'
}

/**
 * Runs all units of a recipe that are not done, several at a time. One that fails does not stop the others, unless they
 * share an output and so an order.
 *
 * @throws what planning throws: bad params, a bucket that cannot be listed, another shape in the folder. The failures of
 * units are in the report. When the run is aborted, the report tells how far it came.
 */
export async function runRecipe<P, U extends Unit>(
  recipe: Recipe<P, U>,
  params: P,
  run: Run,
  options: RecipeOptions,
): Promise<Report> {
  const { observer = {}, workers = 1 } = options
  const started = run.clock.monotonicMs()
  const ledger = openLedger(observer)
  const planned = await planUnits(recipe, params, ledger.lend(run), options)
  observer.planned?.(planned)
  const todo = planned.filter(({ done }) => !done)
  const inOrder = todo.some((one) => one.inOrder)
  let stopped = false

  const attempt = async (one: Planned<U>): Promise<void> => {
    observer.started?.(one.unit)
    try {
      ledger.done(one.unit, await runUnit(one, ledger.lend(run, one.unit), options.tool))
    } catch (error) {
      stopped ||= inOrder || isReaderLeft(error)
      if (!run.signal.aborted && !isReaderLeft(error)) ledger.failed(one.unit, error)
    }
  }
  const work = async (turns: Iterable<Planned<U>>): Promise<void> => {
    for (const one of turns) {
      if (stopped || run.signal.aborted) return
      await attempt(one)
    }
  }
  // All workers take from the one iterator, so each unit has one taker.
  const turns = todo.values()
  await Promise.all(Array.from({ length: inOrder ? 1 : workers }, () => work(turns)))
  return ledger.report(recipe.name, planned.length, todo.length, (run.clock.monotonicMs() - started) / 1000)
}

async function runUnit({ unit, pipeline, slot, shape }: Planned, run: Run, tool: string): Promise<Tally> {
  const tally = await runPipeline(pipeline, run)
  if (slot)
    await appendManifest(slot.root, {
      v: 1,
      table: slot.table,
      unit: slot.unit,
      ...(unit.identity && { identity: unit.identity }),
      shape,
      counts: tally.counts,
      files: tally.outputs
        .flatMap(({ files }) => files)
        .map((file) => ({ ...file, path: relative(slot.root, file.path).split(sep).join('/') }))
        // A copy kept outside the lake is no part of it: only a run that asks for the copy looks for it (`writes`).
        .filter(({ path }) => !path.startsWith('..')),
      ...(tally.warnings.length > 0 && { warnings: tally.warnings }),
      tool,
      epoch: run.epoch,
      at: new Date(run.clock.wallMs()).toISOString(),
    })
  return tally
}

/** Adds up what the units did. */
function openLedger(observer: Observer) {
  const counts = noCounts()
  const files: string[] = []
  const failed: { unit: string; reason: Reason; error: unknown }[] = []
  const warnings = new Map<string, number>()
  let done = 0
  return {
    /** The run as one unit, or the planning, sees it: warnings are told once, and counted. */
    lend: (run: Run, unit?: Unit): Run =>
      Object.assign(Object.create(run) as Run, {
        warn(text: string) {
          if (!unit) run.warn(text)
          else if (!warnings.has(text)) observer.warned?.(unit, text)
          warnings.set(text, (warnings.get(text) ?? 0) + 1)
        },
      }),
    done(unit: Unit, tally: Tally): void {
      done++
      for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += tally.counts[key]
      files.push(...tally.outputs.flatMap((output) => output.files.map(({ path }) => path)))
      observer.done?.(unit, tally)
    },
    failed(unit: Unit, error: unknown): void {
      failed.push({ unit: unit.id, reason: reasonOf(error), error })
      observer.failed?.(unit, error)
    },
    report: (recipe: string, units: number, todo: number, seconds: number): Report => ({
      recipe,
      done,
      skipped: units - todo,
      notStarted: todo - done - failed.length,
      failed,
      counts,
      files,
      warnings: [...warnings].map(([text, times]) => ({ text, units: times })),
      seconds,
    }),
  }
}
