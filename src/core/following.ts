import { UsageError } from './errors.ts'
import { rememberLakes } from './known-lakes.ts'
import { planOne } from './plan.ts'
import type { AnyRecipe, Following, Recipe, Unit } from './recipe.ts'
import { checkShapes } from './shapes.ts'

/**
 * What follows a recipe with these params, in its order: told before anything is done, since what would be refused in the end
 * need not be begun. Of a recipe without a sample nothing is known before its turn.
 *
 * @throws {UsageError} when the table of one holds another shape than it would write.
 */
export async function followingOf<P, U extends Unit>(
  recipe: Recipe<P, U>,
  params: P,
  { replace = false }: { readonly replace?: boolean | undefined } = {},
): Promise<readonly Following[]> {
  const following = (await recipe.following?.(params)) ?? []
  const lakes = rememberLakes()
  for (const next of following) {
    const { sample } = next.recipe
    const one = sample && planOne(next.recipe, sample, next.params)
    if (!one?.slot || (replace && !one.gathers)) continue
    const { root } = one.slot
    const waiting = one.gathers ? await lakes.waitingIn(root) : []
    const manifest = await lakes.manifestOf(root)
    await checkShapes([one], { root, manifest, waiting, replace }).catch((error: Error) => {
      throw refused(recipe.name, next.recipe, error)
    })
  }
  return following
}

const refused = (name: string, next: AnyRecipe, error: Error): Error =>
  error instanceof UsageError
    ? new UsageError(`${name} ends with ${next.name}: ${error.message}`, {
        hint: 'add --replace: all of it is made anew of other tables',
        cause: error,
      })
    : error
