import { availableParallelism } from 'node:os'
import { type MayAdopt, readCheckpoint } from '../core/adopt.ts'
import { exitCodes, isReaderLeft, reasonOf, UsageError } from '../core/errors.ts'
import { failureOf, type Report } from '../core/ledger.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import { rejectsFile } from '../core/rejects-file.ts'
import { createRun, type Run } from '../core/run.ts'
import { runRecipe } from '../core/run-recipe.ts'
import { workerEntry } from '../pipelines/worker-entry.ts'
import { withConfig } from './config-file.ts'
import { findRecipe, recipeAmong } from './find-recipe.ts'
import { flagsOf, readValues, type ValuesOf } from './flags.ts'
import { lendKeys } from './lend-keys.ts'
import { processes } from './processes.ts'
import { type Manner, type Progress, startProgress } from './progress.ts'
import { type Arguments, type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { reportFacts, reportText } from './report.ts'
import { runFlags } from './run-flags.ts'
import { jsonLine, sayError } from './say-error.ts'
import { type Interrupts, listenForSignals } from './signals.ts'
import { version } from './version.ts'

type Settings = ValuesOf<typeof runFlags>
type RecipeParams = Readonly<Record<string, unknown>>

/** Runs a recipe; its flags and those of every run become values here, and nowhere else. */
export async function run(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const word = await recipeAmong(args)
  const recipe = word === undefined && args.includes('--help') ? undefined : await findRecipe(word)
  const read = await readArguments(args, grammarOf(recipe, word))
  if (!read || !recipe) return 0
  const at = read.words.indexOf(word ?? '')
  const others = read.words.filter((_, i) => i !== at)
  // `--refill AAPL MSFT`: for all others a flag has one value, and what follows it is a word.
  if (!read.given.has('refill')) refuseWords(others)
  const { settings, params } = await readSettings(recipe, read)
  const refill = settings.refill && [...settings.refill, ...others]
  return execute(recipe, params, { ...settings, refill }, interrupts)
}

function grammarOf(recipe: AnyRecipe | undefined, word = 'RECIPE'): Grammar {
  const common = { 'Flags of every run': runFlags }
  if (!recipe)
    return {
      usage: `millrace run ${word} [flags]`,
      about: 'Runs a recipe, by its name or from a file: ./recipe.js, ./recipe.js#name.',
      flags: common,
      closing: 'millrace run RECIPE --help shows the flags of that recipe as well.',
    }
  const taken = Object.keys(recipe.params).find((key) => key in runFlags || key === 'help')
  if (taken !== undefined)
    throw new UsageError(`${recipe.name}: its parameter ${taken} has the name of a flag of every run`)
  return {
    usage: `millrace run ${word} [flags]`,
    about: recipe.summary,
    flags: { [`Flags of ${recipe.name}`]: recipe.params, ...common },
  }
}

async function readSettings(recipe: AnyRecipe, { given }: Arguments) {
  const known = [...flagsOf(recipe.params), ...flagsOf(runFlags)].filter((flag) => flag !== 'config')
  const all = await withConfig(given, known)
  return { settings: readValues<Settings>(runFlags, all), params: readValues(recipe.params, all) }
}

async function execute(
  recipe: AnyRecipe,
  params: RecipeParams,
  settings: Settings,
  interrupts: Interrupts,
): Promise<number> {
  const progress = await startProgress(mannerOf(settings), settings.bwlimit)
  interrupts.working((name) => progress.note(`${name}: stopping; once more leaves at once`))
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
      workers: settings.workers ?? Math.min(availableParallelism(), 4),
      threads: { entry: workerEntry },
      tool: `millrace ${version()}`,
      observer: progress.observer,
    })
    const failure = failureOf(report)
    const exit = interrupts.code() ?? (failure === undefined ? 0 : exitCodes[failure])
    progress.close()
    sayReport(report, exit, settings, progress.toStdout())
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

async function mayAdopt(given: string | undefined): Promise<MayAdopt | undefined> {
  if (given === undefined) return undefined
  return given === 'all' ? () => true : readCheckpoint(given)
}

function mannerOf({ json, quiet }: Settings): Manner {
  if (json) return 'json'
  if (quiet) return 'quiet'
  const { TERM } = process.env
  return process.stderr.isTTY && TERM !== 'dumb' ? 'live' : 'lines'
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
    durability,
    mostRejects: rejects === undefined ? 0 : maxRejects,
    timeoutMs: timeout,
    lowLevelRetries,
    count: progress.count,
    warn: progress.warn,
    access: lendKeys(settings),
  })
}

function sayReport(report: Report, exit: number, { json, quiet }: Settings, toStdout: boolean): void {
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const stream = json && !toStdout ? process.stdout : process.stderr
  if (json) stream.write(jsonLine(reportFacts(report, peakBytes, exit)))
  else if (!quiet) stream.write(reportText(report, peakBytes))
}
