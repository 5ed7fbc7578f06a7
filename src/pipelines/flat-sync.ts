import { UsageError } from '../core/errors.ts'
import { readFailures } from '../core/failures.ts'
import { eachManifestLine } from '../core/manifest.ts'
import { type Day, day, isDate, optional } from '../core/params.ts'
import { type AnyRecipe, type Params, type Recipe, recipe } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import { datasets } from '../datasets/all.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dateOf, type Range } from './flat-dates.ts'
import { flatFileRecipe, flatFileRecipes } from './flat-files.ts'
import { laidOut } from './flat-layout.ts'
import { tableOf, targetOf } from './flat-output.ts'
import type { FlatParams } from './flat-params.ts'
import type { FlatUnit } from './flat-unit.ts'
import { flatUnits } from './flat-units.ts'

type SyncParams = Omit<FlatParams, 'start'> & { readonly start: Day | undefined }

const ownParams = {
  start: optional(
    day('first day of a table that is new; one that has days is kept up to date from its first one on'),
  ),
  end: optional(day('last day, included; by default today')),
}

/** A recipe of flat files as `sync` runs it; nothing for any other. */
export const flatSyncRecipe = (found: AnyRecipe): AnyRecipe | undefined =>
  flatSyncRecipes[flatFileRecipes.indexOf(found)]

/**
 * The same chains, for all days from the first one of the table until today. What is new, was re-published, failed or went
 * missing among them is not done, as the engine sees it, and all else is.
 */
function syncOf(dataset: Dataset): Recipe<SyncParams, FlatUnit> {
  const whole = flatFileRecipe(dataset)
  const params: Params<SyncParams> = { ...whole.params, ...ownParams }
  return recipe({
    ...whole,
    params,
    // A worker imports the very recipe that runs.
    module: import.meta.url,
    async *units(given, run) {
      const { held, start } = await daysToSync(dataset, given, run)
      const asked = { ...laidOut(dataset, { ...given, start }), end: given.end ?? { daysAgo: 0 } }
      yield* await flatUnits(dataset, asked, run, { toldUntil: held?.last })
    },
    build: (unit, given, place) => whole.build(unit, { ...given, start: { date: unit.date } }, place),
  })
}

interface ToSync {
  readonly start: Day
  /** What the table has. */
  readonly held: Range | undefined
}

async function daysToSync(dataset: Dataset, given: SyncParams, run: Run): Promise<ToSync> {
  const params = laidOut(dataset, { ...given, start: given.start ?? { daysAgo: 0 } })
  const { out } = params
  if (targetOf(params) !== 'folder')
    throw new UsageError(`--out ${out} is no lake that could be kept up to date`, {
      hint: 'name a folder, or use run',
    })
  const table = tableOf(dataset, params)
  const held = await daysOf(out, table)
  const first = [held?.first, given.start && dateOf(given.start, run)].filter((date) => date !== undefined)
  const [date] = first.sort()
  if (date === undefined)
    throw new UsageError(`${table} in ${out} is new: nothing tells where it is to begin`, {
      hint: 'give its first day, as --start 2024-03-01 or --start -5d',
    })
  return { start: { date }, held }
}

/** First and last day of which a lake knows that it was done, or failed. */
async function daysOf(root: string, table: string): Promise<Range | undefined> {
  const days = new Set<string>()
  const add = (one: { readonly table: string; readonly unit: string }): void => {
    if (one.table === table && isDate(one.unit)) days.add(one.unit)
  }
  for await (const line of eachManifestLine(root)) add(line)
  for (const failure of (await readFailures(root)).values()) add(failure)
  const [first, ...others] = [...days].sort()
  return first === undefined ? undefined : { first, last: others.at(-1) ?? first }
}

/** One recipe a dataset, in the order of `flatFileRecipes`. */
export const flatSyncRecipes: readonly AnyRecipe[] = datasets.map(syncOf)
