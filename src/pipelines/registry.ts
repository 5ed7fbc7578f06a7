import type { AnyRecipe } from '../core/recipe.ts'
import { datasets } from '../datasets/all.ts'

/** A recipe as the command line lists it; loading it loads its stages. */
export interface Entry {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  load(): Promise<AnyRecipe>
  /** The recipe's own, without its stages. */
  params(): Promise<AnyRecipe['params']>
}

/** Every recipe that comes with millrace. The flat-file recipes are the dataset table, read as recipes. */
export const registry: readonly Entry[] = datasets.map((dataset) => ({
  name: dataset.name,
  aliases: dataset.aliases,
  summary: dataset.summary,
  async load() {
    const { flatFileRecipes } = await import('./flat-files.ts')
    return flatFileRecipes.find((recipe) => recipe.name === dataset.name) as AnyRecipe
  },
  async params() {
    const { flatParams } = await import('./flat-params.ts')
    return flatParams(dataset)
  },
}))
