import type { AnyRecipe } from './recipe.ts'

/**
 * The recipe that a module exports, alone or in a list, under the name that it gives itself.
 *
 * @returns nothing when there is none of that name.
 * @throws what the module throws when it is loaded.
 */
export async function exportedRecipe(module: string, name: string): Promise<AnyRecipe | undefined> {
  const exports: Readonly<Record<string, unknown>> = await import(module)
  return Object.values(exports)
    .flat()
    .find(
      (one): one is AnyRecipe =>
        (one as Partial<AnyRecipe> | null | undefined)?.name === name && isRecipe(one),
    )
}

/** A name alone is no recipe: functions and classes have one, too. */
const isRecipe = (one: unknown): boolean => typeof (one as Partial<AnyRecipe>).build === 'function'
