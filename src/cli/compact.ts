import { UsageError } from '../core/errors.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import type { Settings } from './execute.ts'
import { readValues } from './flags.ts'
import { mannerOf } from './manner.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { runFlags } from './run-flags.ts'
import { listenForSignals } from './signals.ts'

const { workers, limit, force, failFast, durability, quiet, json } = runFlags

/** Those flags of every run that mean something here. */
const shared = { workers, limit, force, failFast, durability, quiet, json }

export const grammar: Grammar = {
  usage: 'millrace compact LAKE TABLE [flags]',
  about:
    'Makes TABLE_by_month of a table of daily or minute bars: a folder a month, sorted by ticker and then time, with the day as a column date. The days stay. Months that are done and whose days have not changed are passed over. Of a table of the REST API that was made with --layout ticker it makes a file a month, in its place.',
  flags: { 'Flags it shares with run': shared },
  closing: 'millrace compact lake stocks_minute',
}

/** Makes months out of days. */
export async function compact(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [lake, table, ...more] = read.words
  if (lake === undefined || table === undefined)
    throw new UsageError(lake === undefined ? 'which lake?' : 'which table?', {
      hint: 'millrace compact lake stocks_minute',
    })
  refuseWords(more)
  // Loads Arrow, which --help has no need of.
  const { sharedShape } = await import('../lake/compact-tickers.ts')
  const { compactShared } = await import('./compact-shared.ts')
  const given = readValues<Settings>(runFlags, read.given)
  if (await sharedShape(lake, table)) return compactShared({ lake, table }, given, interrupts)
  // All months of the table are asked for, so that those of another shape are made anew.
  const settings: Settings = { ...given, replace: true }
  // The engine does not know which recipe it runs; the params are those of this one.
  const { execute } = await import('./execute.ts')
  const { compactMonths } = await import('../pipelines/compact.ts')
  const recipe = compactMonths as unknown as AnyRecipe
  return execute(
    { recipe, params: { lake, table }, settings, manner: mannerOf(settings), observer: {} },
    interrupts,
  )
}
