import { type Reason, reasonOf } from './errors.ts'
import type { Planned } from './plan.ts'
import type { Unit } from './recipe.ts'
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

/** What a run came to. */
export interface Report {
  readonly recipe: string
  readonly done: number
  /** Done by an earlier run. */
  readonly skipped: number
  /** Neither done nor failed, because the run ended before their turn. */
  readonly notStarted: number
  /** In the order of the units. */
  readonly failed: readonly { readonly unit: string; readonly reason: Reason; readonly error: unknown }[]
  /** Of the units done. */
  readonly counts: Counts
  readonly files: readonly string[]
  readonly warnings: readonly { readonly text: string; readonly units: number }[]
  readonly seconds: number
  /** The limit that ended the run before all was done. */
  readonly limit?: string
}

/** What the exit code should say; `undefined` when nothing failed. */
export function failureOf({ failed, done, skipped, limit }: Report): Reason | undefined {
  const reasons = new Set(failed.map(({ reason }) => reason))
  const [only] = reasons
  if (only === undefined) return limit === undefined ? undefined : 'limit'
  return reasons.size === 1 && done + skipped === 0 ? only : 'partial'
}

/** What a run and one that followed it came to together, under the name of the first. */
export function joinReports(one: Report, next: Report): Report {
  const counts = noCounts()
  for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] = one.counts[key] + next.counts[key]
  return {
    ...one,
    done: one.done + next.done,
    skipped: one.skipped + next.skipped,
    notStarted: one.notStarted + next.notStarted,
    failed: [...one.failed, ...next.failed],
    counts,
    files: [...one.files, ...next.files],
    warnings: [...one.warnings, ...next.warnings],
    seconds: one.seconds + next.seconds,
  }
}

/** Adds up what the units did. */
export function openLedger(observer: Observer) {
  const counts = noCounts()
  const files: string[] = []
  const failed: { unit: string; reason: Reason; error: unknown }[] = []
  const warnings = new Map<string, number>()
  let done = 0
  let limit: string | undefined
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
    /** The run ends before its time, for this reason. */
    limited(text: string): void {
      limit ??= text
    },
    report(recipe: string, planned: readonly Planned[], seconds: number): Report {
      const todo = planned.filter((one) => !one.done).map(({ unit }) => unit.id)
      return {
        recipe,
        done,
        skipped: planned.length - todo.length,
        notStarted: todo.length - done - failed.length,
        failed: failed.sort((a, b) => todo.indexOf(a.unit) - todo.indexOf(b.unit)),
        counts,
        files,
        warnings: [...warnings].map(([text, times]) => ({ text, units: times })),
        seconds,
        ...(limit !== undefined && { limit }),
      }
    },
  }
}
