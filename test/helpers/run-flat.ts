import type { Report } from '../../src/core/ledger.ts'
import type { Params } from '../../src/core/recipe.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import { registry } from '../../src/pipelines/registry.ts'

/** Flags as texts, by the name of their parameter. */
export type Texts = Readonly<Record<string, string>>

/** What the texts of some flags say, defaults included. */
export const parsed = <P>(params: Params<P>, texts: Texts): P =>
  Object.fromEntries(
    (Object.keys(params) as (keyof P & string)[]).map((key) => {
      const text = texts[key] ?? params[key].default
      return [key, text === undefined ? undefined : params[key].parse(text)]
    }),
  ) as P

/** Runs a flat-file recipe as the command line would, and answers its report. */
export async function runFlat(
  name: string,
  texts: Texts,
  lent: RunOptions = {},
  options: Partial<RecipeOptions> = {},
): Promise<Report> {
  const entry = registry.find((one) => one.name === name)
  if (!entry) throw new Error(`no recipe ${name}`)
  const recipe = await entry.load()
  const run = createRun({ access: async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' }), ...lent })
  return runRecipe(recipe, parsed(recipe.params, texts), run, { tool: 'test', workers: 2, ...options })
}
