import { UsageError } from '../core/errors.ts'
import type { Observer } from '../core/ledger.ts'
import type { Planned } from '../core/plan.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import { mannerOf } from './manner.ts'
import { readRecipeArguments } from './recipe-arguments.ts'
import { reportText } from './report.ts'
import { listenForSignals } from './signals.ts'
import { plural } from './words.ts'

/** Brings the table of a recipe up to date: a run that finds out by itself which days there are to do. */
export async function sync(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readRecipeArguments('sync', args, {}, syncRecipe)
  if (!read) return 0
  // Loads the engine, which --help has no need of.
  const { execute } = await import('./execute.ts')
  const planned: Planned[] = []
  const observer: Observer = { planned: (units) => void planned.push(...units) }
  const text: typeof reportText = (report, about) =>
    report.done + report.notStarted + report.failed.length > 0
      ? reportText(report, about)
      : `${report.recipe}: nothing to do, ${allOf(planned)}
`
  return execute({ ...read, manner: mannerOf(read.settings), observer, text }, interrupts)
}

/** A recipe that comes with millrace as `sync` runs it. Those of flat files need nothing of the others. */
async function syncRecipe(found: AnyRecipe): Promise<AnyRecipe> {
  const { flatSyncRecipe } = await import('../pipelines/flat-sync.ts')
  const flat = flatSyncRecipe(found)
  if (flat) return flat
  const { restSyncRecipe } = await import('../pipelines/rest-sync.ts')
  const rest = restSyncRecipe(found)
  if (rest) return rest
  throw new UsageError(`sync knows nothing of the days of ${found.name}`, {
    hint: 'run does what is new: what is done is skipped',
  })
}

/** What is up to date, with all that is made of it. */
function allOf(planned: readonly Planned[]): string {
  const [first, last] = [planned[0]?.unit.id, planned.at(-1)?.unit.id]
  const span = first === undefined ? '' : `, ${first === last ? first : `${first} to ${last}`}`
  const one = planned.some(({ gathers }) => gathers) ? 'unit' : 'file'
  return `${plural(planned.length, one)} up to date${span}`
}
