import type { Observer } from '../core/ledger.ts'
import type { Planned } from '../core/plan.ts'
import { execute, mannerOf } from './execute.ts'
import { readRecipeArguments } from './recipe-arguments.ts'
import { reportText } from './report.ts'
import { listenForSignals } from './signals.ts'
import { plural } from './words.ts'

/** Brings the table of a recipe up to date: a run that finds out by itself which days there are to do. */
export async function sync(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readRecipeArguments('sync', args, {}, async (found) => {
    const { restSyncRecipe } = await import('../pipelines/rest-sync.ts')
    const { syncRecipe } = await import('../pipelines/flat-sync.ts')
    return restSyncRecipe(found) ?? syncRecipe(found)
  })
  if (!read) return 0
  const planned: Planned[] = []
  const observer: Observer = { planned: (units) => void planned.push(...units) }
  const text: typeof reportText = (report, about) =>
    report.done + report.notStarted + report.failed.length > 0
      ? reportText(report, about)
      : `${report.recipe}: nothing to do, ${allOf(planned)}
`
  return execute({ ...read, manner: mannerOf(read.settings), observer, text }, interrupts)
}

/** What is up to date, with all that is made of it. */
function allOf(planned: readonly Planned[]): string {
  const [first, last] = [planned[0]?.unit.id, planned.at(-1)?.unit.id]
  const span = first === undefined ? '' : `, ${first === last ? first : `${first} to ${last}`}`
  const one = planned.some(({ gathers }) => gathers) ? 'unit' : 'file'
  return `${plural(planned.length, one)} up to date${span}`
}
