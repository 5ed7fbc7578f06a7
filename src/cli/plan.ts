import { followingOf } from '../core/following.ts'
import { type Amount, type Disk, type Forecast, forecast } from '../core/forecast.ts'
import { choice, optional } from '../core/params.ts'
import { listUnits, type Planned, planUnits } from '../core/plan.ts'
import type { RequestRate } from '../core/requests-per.ts'
import { createRun } from '../core/run.ts'
import { written } from '../core/written.ts'
import { layoutWarnings } from '../pipelines/layout-warnings.ts'
import { lendApiKey, lendKeys } from './lend-keys.ts'
import { commandsAs, otherTools, remark } from './plan-commands.ts'
import { type RecipeArguments, readRecipeArguments } from './recipe-arguments.ts'
import { jsonLine } from './say-error.ts'
import { type Interrupts, listenForSignals } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { bytesText, durationText, plural, rateText, requestRateText } from './words.ts'

export const planFlags = {
  as: optional(choice('print commands of another program that fetch the same, under the cap', otherTools)),
}
type Planning = RecipeArguments<{ readonly as: (typeof otherTools)[number] | undefined }>

/** Tells what a run would do. It asks the bucket and reads the lake, and writes to neither. */
export async function plan(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readRecipeArguments('plan', args, planFlags)
  if (!read) return 0
  return untilInterrupted(interrupts, read.settings.json ? 'json' : 'text', async () => {
    await tell(read, interrupts)
    return 0
  })
}

async function tell(read: Planning, { signal }: Interrupts): Promise<void> {
  const { recipe, params, settings, more } = read
  const { bwlimit, rate, timeout, lowLevelRetries, json, profile } = settings
  const warnings: string[] = []
  let bytesAsked = 0
  const run = createRun({
    signal,
    timeoutMs: timeout,
    lowLevelRetries,
    requestsPer: settings.rate,
    access: lendKeys(settings),
    apiKey: lendApiKey(settings),
    looksOnly: true,
    count(what, n) {
      if (what === 'bytesIn') bytesAsked += n
    },
    warn(text) {
      warnings.push(text)
      if (!json) process.stderr.write(`warning: ${text}\n`)
    },
  })
  const following = (await followingOf(recipe, params, settings)).map((next) => next.recipe.name)
  const units = await listUnits(recipe, params, run)
  const planned = await planUnits(recipe, params, units, settings)
  const ahead = await forecast(planned, bwlimit, rate)
  for (const text of layoutWarnings(planned, run)) run.warn(text)
  const fetching = { recipe: recipe.name, params, bytesPerSecond: bwlimit, profile }
  const commands = more.as && commandsAs(more.as, planned, fetching)
  if (json)
    return written(
      process.stdout,
      jsonLine({
        recipe: recipe.name,
        ...ahead,
        bytesPerSecond: bwlimit,
        ...(following.length > 0 && { following }),
        ...(commands && { commands }),
        warnings,
      }),
    )
  const lines = linesOf(recipe.name, ahead, { planned, cap: bwlimit, rate, bytesAsked, following })
  const text = commands ? [...lines.map(remark), ...commands] : lines
  return written(process.stdout, text.map((line) => `${line}\n`).join(''))
}

interface Limits {
  readonly planned: readonly Planned[]
  readonly cap: number
  readonly rate: RequestRate
  /** What came in answer to the plan itself. */
  readonly bytesAsked: number
  /** Names of the recipes that the run ends with. */
  readonly following: readonly string[]
}

function linesOf(
  name: string,
  { all, done, todo, seconds, disks, goesOn, gathers }: Forecast,
  { planned, cap, rate, bytesAsked, following }: Limits,
): string[] {
  const ids = planned.map(({ unit }) => unit.id)
  const span = ids.length > 1 ? `${ids[0]} to ${ids.at(-1)}` : (ids[0] ?? 'nothing')
  return [
    `${name}: ${span}, ${amountText(all)}`,
    ...(done.objects > 0 ? [`done already: ${amountText(done)}`] : []),
    `to do: ${amountText(todo)}${seconds === undefined ? '' : `, at least ${durationText(seconds)} at ${todo.requests === undefined ? rateText(cap) : requestRateText(rate)}`}`,
    ...(following.length > 0 ? [`then, without requests: ${following.join(', ')}`] : []),
    ...disks.map(diskText),
    ...(todo.objects === 0 ? [] : [`after a kill: ${gathers ? mergedText : restartText(goesOn)}`]),
    ...(gathers && bytesAsked > 0
      ? [`asked for this plan: which companies there are, ${bytesText(bytesAsked)}, of which nothing is kept`]
      : []),
  ]
}

/** What one request of the API is about, and which bytes nobody knows before. */
const askedText = (objects: number, requests: number): string =>
  `${plural(objects, 'unit')}, at least ${plural(requests, 'request')}`

const amountText = ({ objects, bytes, requests }: Amount): string =>
  requests !== undefined
    ? askedText(objects, requests)
    : `${plural(objects, 'object')}, ${bytes === undefined ? 'of unknown size' : bytesText(bytes)}`

function diskText({ folder, needed, free, fits }: Disk): string {
  const inodes = free.inodes === undefined ? '' : ` and ${free.inodes} inodes`
  const verdict = fits ? '' : ': that is not enough'
  return `disk of ${folder}: some ${bytesText(needed.bytes)} and ${needed.inodes} inodes are needed, ${bytesText(free.bytes)}${inodes} free${verdict}`
}

const mergedText =
  'units that are done wait in _millrace/pending for the next run, and those in hand are asked for again'

const restartText = (goesOn: boolean): string =>
  goesOn
    ? 'files that are done stay done, and a file in hand goes on where it stopped'
    : 'files that are done stay done, and a file in hand starts over'
