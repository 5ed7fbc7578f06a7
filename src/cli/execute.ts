import { availableParallelism } from 'node:os'
import { type MayAdopt, readCheckpoint } from '../core/adopt.ts'
import { exitCodes, isReaderLeft, reasonOf } from '../core/errors.ts'
import { failureOf, type Observer, type Report } from '../core/ledger.ts'
import { tellAll } from '../core/observers.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import { rejectsFile } from '../core/rejects-file.ts'
import { createRun, type Run } from '../core/run.ts'
import { runRecipe } from '../core/run-recipe.ts'
import { keepViews } from '../lake/keep-views.ts'
import { workerEntry } from '../pipelines/worker-entry.ts'
import type { ValuesOf } from './flags.ts'
import { lendApiKey, lendKeys } from './lend-keys.ts'
import { processes } from './processes.ts'
import { type Manner, type Progress, startProgress } from './progress.ts'
import type { Noun } from './progress-line.ts'
import { reportFacts, reportText } from './report.ts'
import type { runFlags } from './run-flags.ts'
import { jsonLine, sayError } from './say-error.ts'
import type { Interrupts } from './signals.ts'
import { spareHeap } from './spare-heap.ts'
import { version } from './version.ts'

/** What the flags of every run say. */
export type Settings = ValuesOf<typeof runFlags>

/** A recipe that is to run, and how it tells of it. */
export interface Job {
  readonly recipe: AnyRecipe
  readonly params: Readonly<Record<string, unknown>>
  readonly settings: Settings
  readonly manner: Manner
  /** Hears what happens, beside whoever tells it on stderr. */
  readonly observer: Observer
  /** In place of `reportText`. */
  readonly text?: typeof reportText
  /** Beside the facts of that report. */
  readonly facts?: () => object
}

/** Runs a job to its end, and tells how it goes and what it came to. Answers the exit code. */
export async function execute(job: Job, interrupts: Interrupts): Promise<number> {
  const { recipe, params, settings } = job
  const progress = await startProgress(job.manner, { cap: settings.bwlimit, noun: nounOf(recipe) })
  interrupts.working((name) => progress.note(`${name}: stopping; once more leaves at once`))
  const views = keepViews()
  try {
    const report = await runRecipe(recipe, params, lendRun(settings, progress, interrupts), {
      limit: settings.limit,
      replace: settings.replace,
      force: settings.force,
      refill: settings.refill,
      retryFailed: settings.retryFailed,
      retries: settings.retries,
      failFast: settings.failFast,
      adopt: await mayAdopt(settings.adopt),
      maxTransfer: settings.maxTransfer,
      maxDurationMs: settings.maxDuration,
      rejects:
        settings.rejects === undefined ? undefined : rejectsFile(settings.rejects, settings.durability),
      processes,
      workers: settings.workers ?? workersFor(recipe, params),
      threads: { entry: workerEntry },
      tool: `millrace ${version()}`,
      observer: tellAll([progress.observer, job.observer, views.observer, spareHeap()]),
    })
    // What is done stays done without them.
    await views
      .update(settings)
      .catch((error: Error) => progress.warn(`views.sql is not up to date: ${error.message}`))
    const failure = failureOf(report)
    const exit = interrupts.code() ?? (failure === undefined ? 0 : exitCodes[failure])
    progress.close()
    sayReport(report, exit, job, progress.toStdout())
    return exit
  } catch (error) {
    progress.close()
    const code = isReaderLeft(error) ? 0 : interrupts.code()
    if (code !== undefined) return code
    sayError(error, settings.json ? 'json' : 'text')
    return exitCodes[reasonOf(error)]
  } finally {
    interrupts.over()
  }
}

/** Units at a time. Those that only carry bytes may share a core, and wait more than they work. */
const workersFor = ({ workers, carries }: AnyRecipe, params: Job['params']): number =>
  workers ?? (carries?.(params) ? 4 : Math.min(availableParallelism(), 4))

const nounOf = ({ noun }: AnyRecipe): Noun => noun ?? 'file'

async function mayAdopt(given: string | undefined): Promise<MayAdopt | undefined> {
  if (given === undefined) return undefined
  return given === 'all' ? () => true : readCheckpoint(given)
}

function lendRun(settings: Settings, progress: Progress, { signal }: Interrupts): Run {
  const { bwlimit, durability, rejects, maxRejects, timeout, lowLevelRetries } = settings
  return createRun({
    signal,
    get stdin() {
      return process.stdin
    },
    stdout: process.stdout,
    bytesPerSecond: bwlimit,
    requestsPer: settings.rate,
    durability,
    mostRejects: rejects === undefined ? 0 : maxRejects,
    timeoutMs: timeout,
    lowLevelRetries,
    count: progress.count,
    warn: progress.warn,
    access: lendKeys(settings),
    apiKey: lendApiKey(settings),
  })
}

function sayReport(report: Report, exit: number, job: Job, toStdout: boolean): void {
  const { recipe, settings, text, facts } = job
  const { json, quiet } = settings
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const stream = json && !toStdout ? process.stdout : process.stderr
  if (json) stream.write(jsonLine({ ...reportFacts(report, peakBytes, exit), ...facts?.() }))
  else if (!quiet) stream.write((text ?? reportText)(report, { peakBytes, noun: nounOf(recipe) }))
}
