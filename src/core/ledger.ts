import { isMillraceError, type Reason, reasonOf } from './errors.ts'
import type { Planned } from './plan.ts'
import type { Unit } from './recipe.ts'
import { type Counts, noCounts, type Run } from './run.ts'
import type { Tally } from './unit-run.ts'
import { type Ending, followWholes, type Whole } from './wholes.ts'

/** What a merge came to. */
export interface Merged {
  /** Those that were written, of all that the tables have. */
  readonly files: number
  /** In these files. */
  readonly rows: number
  readonly bytes: number
}

/** Is told what happens, as it happens. */
export interface Observer {
  planned?(units: readonly Planned[]): void
  started?(unit: Unit): void
  done?(unit: Unit, tally: Tally): void
  failed?(unit: Unit, error: unknown): void
  /** All units of one thing are over. */
  ended?(whole: Whole): void
  /** The rows of so many units are about to be merged into the files of their tables. */
  merging?(units: number): void
  merged?(merged: Merged): void
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
  /** Where units make up companies. */
  readonly companies?: CompaniesReport
  /** To the REST API, where any was sent. */
  readonly requests?: number
  readonly merged?: Merged
  /** Units done whose rows the next run will merge, since this one ended too early. */
  readonly waiting?: number
  /** The failure that ended the run, since it would be that of all units. */
  readonly endedBy?: Reason
  /** The limit that ended the run before all was done. */
  readonly limit?: string
}

/** Companies of a run; those that are none of it were begun at most. */
export interface CompaniesReport {
  readonly all: number
  /** By this run, with those that have no data. */
  readonly done: number
  /** Done by earlier ones. */
  readonly skipped: number
  readonly failed: number
  /** Names of those that have none. */
  readonly noData: readonly string[]
}

/** What the exit code should say; `undefined` when nothing failed. */
export function failureOf({ failed, done, skipped, limit, endedBy }: Report): Reason | undefined {
  if (endedBy !== undefined) return endedBy
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
    ...(next.limit !== undefined && { limit: next.limit }),
  }
}

/** Adds up what the units did. */
export function openLedger(observer: Observer) {
  const counts = noCounts()
  const files: string[] = []
  const failed: { unit: string; reason: Reason; error: unknown }[] = []
  const warnings = countWarnings(observer)
  const companies = countCompanies(observer)
  const more: { limit?: string; endedBy?: Reason; merged?: Merged; waiting?: number } = {}
  let done = 0
  return {
    /** The run as one unit, or the planning, sees it: warnings are told once, and counted. */
    lend: warnings.lend,
    planned(planned: readonly Planned[]): void {
      companies.planned(planned)
      observer.planned?.(planned)
    },
    done(unit: Unit, tally: Tally): void {
      done++
      for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += tally.counts[key]
      files.push(...tally.outputs.flatMap((output) => output.files.map(({ path }) => path)))
      observer.done?.(unit, tally)
      companies.over(unit, { rows: tally.counts.rowsOut })
    },
    failed(unit: Unit, error: unknown): void {
      failed.push({ unit: unit.id, reason: reasonOf(error), error })
      if (isMillraceError(error) && error.endsRun) more.endedBy ??= error.reason
      observer.failed?.(unit, error)
      companies.over(unit, { error })
    },
    /** The run ends before its time, for this reason. */
    limited(text: string): void {
      more.limit ??= text
    },
    merged(merged: Merged): void {
      more.merged = merged
      counts.bytesOut += merged.bytes
      observer.merged?.(merged)
    },
    /** The rows of the units done wait for the next run. */
    waits(): void {
      more.waiting = done
    },
    report(
      recipe: string,
      planned: readonly Planned[],
      { seconds, requests }: { readonly seconds: number; readonly requests: number },
    ): Report {
      const todo = planned.filter((one) => !one.done).map(({ unit }) => unit.id)
      const skipped = planned.length - todo.length
      const told = {
        failed: inOrderOf(todo, failed),
        warnings: warnings.report(),
        ...companies.report(),
        ...(requests > 0 && { requests }),
      }
      const notStarted = todo.length - done - failed.length
      return { recipe, done, skipped, notStarted, counts, files, seconds, ...told, ...more }
    },
  }
}

function countWarnings(observer: Observer) {
  const warnings = new Map<string, number>()
  return {
    lend(run: Run, unit?: Unit): Run {
      const warn = (text: string): void => {
        if (!unit) run.warn(text)
        else if (!warnings.has(text)) observer.warned?.(unit, text)
        warnings.set(text, (warnings.get(text) ?? 0) + 1)
      }
      return Object.assign(Object.create(run) as Run, { warn })
    },
    report: (): Report['warnings'] => [...warnings].map(([text, units]) => ({ text, units })),
  }
}

/** Sorted as the units are. */
function inOrderOf(ids: readonly string[], failed: Report['failed']): Report['failed'] {
  const place = new Map(ids.map((id, i) => [id, i]))
  return [...failed].sort((a, b) => (place.get(a.unit) ?? 0) - (place.get(b.unit) ?? 0))
}

function countCompanies(observer: Observer) {
  let wholes = followWholes([])
  const counts = { done: 0, failed: 0, noData: [] as string[] }
  return {
    planned(planned: readonly Planned[]): void {
      wholes = followWholes(planned)
    },
    over(unit: Unit, ending: Ending): void {
      const whole = wholes.ended(unit, ending)
      if (!whole) return
      counts['error' in whole ? 'failed' : 'done']++
      if (whole.noData) counts.noData.push(whole.name)
      observer.ended?.(whole)
    },
    report: (): Pick<Report, 'companies'> =>
      wholes.all > 0 ? { companies: { all: wholes.all, skipped: wholes.before, ...counts } } : {},
  }
}
