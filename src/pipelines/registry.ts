import type { AnyRecipe } from '../core/recipe.ts'
import { datasets } from '../datasets/all.ts'

/** A recipe as the command line lists it; loading it loads its stages. */
export interface Entry {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  load(): Promise<AnyRecipe>
}

/** Every recipe that comes with millrace. The flat-file recipes are the dataset table, read as recipes. */
export const registry: readonly Entry[] = datasets.map(({ name, aliases, summary }) => ({
  name,
  aliases,
  summary,
  async load() {
    const { flatFileRecipes } = await import('./flat-files.ts')
    return flatFileRecipes.find((recipe) => recipe.name === name) as AnyRecipe
  },
}))
