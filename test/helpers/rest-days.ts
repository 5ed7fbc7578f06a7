import type { TestContext } from 'node:test'
import type { AnyRecipe } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import { restRecipes } from '../../src/pipelines/rest-recipe.ts'
import { restSyncRecipe } from '../../src/pipelines/rest-sync.ts'
import { screener } from '../../src/pipelines/screener.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import type { Company } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'

interface Asked {
  readonly companies: readonly Company[]
  /** `screener`, or the name of a table's recipe. */
  readonly recipe: string
  readonly flags: Readonly<Record<string, string>>
  readonly options?: Partial<RecipeOptions>
  readonly looksOnly?: boolean
  readonly signal?: AbortSignal
}

function namedRecipe(name: string, command: 'run' | 'sync'): AnyRecipe {
  const found = [...restRecipes, screener as unknown as AnyRecipe].find((one) => one.name === name)
  const made = found && (command === 'sync' ? restSyncRecipe(found) : found)
  if (!made) throw new Error(`there is no recipe ${name}`)
  return made
}

/** A run or a sync at noon of a day, when the API knows these companies; its report, and the requests that it sent. */
export async function onDay(
  t: TestContext,
  date: string,
  command: 'run' | 'sync',
  { companies, recipe: name, flags, options = {}, ...lent }: Asked,
) {
  const server = await startRestServer({ routes: companyRoutes(companies) })
  t.after(() => server.close())
  const recipe = namedRecipe(name, command)
  const given: Readonly<Record<string, string>> = { ...flags, api: server.baseUrl }
  const params = Object.fromEntries(
    Object.entries(recipe.params).map(([key, { parse, default: text, value }]) => {
      const word = given[key] ?? text ?? (value === undefined ? 'false' : undefined)
      return [key, word === undefined ? undefined : parse(word)]
    }),
  )
  const run = createRun({
    durability: 'none',
    clock: createFakeClock(0, Date.parse(`${date}T17:00:00Z`)),
    apiKey: async () => ({ apiKey: 'made-up' }),
    ...lent,
  })
  const report = await runRecipe(recipe, params, run, { tool: 'test', workers: 4, ...options })
  const [failed] = report.failed
  if (failed && !options.retries) throw failed.error
  return { report, requests: server.requests.map(({ url }) => url) }
}
