import type { AnyRecipe } from '../core/recipe.ts'
import { datasets } from '../datasets/all.ts'
import { restTables } from '../datasets/rest-tables.ts'

/** A recipe as the command line lists it; loading it loads its stages. */
export interface Entry {
  readonly name: string
  readonly aliases: readonly string[]
  readonly summary: string
  /** Those of the bucket make tables of its files, those of the API of what it answers, those of the lake of its tables. */
  readonly of: 'bucket' | 'api' | 'lake'
  load(): Promise<AnyRecipe>
  /** The recipe's own, without its stages. */
  params(): Promise<AnyRecipe['params']>
}

const flatFiles: readonly Entry[] = datasets.map((dataset) => ({
  name: dataset.name,
  aliases: dataset.aliases,
  summary: dataset.summary,
  of: 'bucket',
  async load() {
    const { flatFileRecipes } = await import('./flat-files.ts')
    return flatFileRecipes.find((recipe) => recipe.name === dataset.name) as AnyRecipe
  },
  async params() {
    const { flatParams } = await import('./flat-params.ts')
    return flatParams(dataset)
  },
}))

const tables: readonly Entry[] = restTables.map((table) => ({
  name: table.name,
  aliases: table.aliases,
  summary: table.summary,
  of: 'api',
  async load() {
    const { restRecipes } = await import('./rest-recipe.ts')
    return restRecipes.find((recipe) => recipe.name === table.name) as AnyRecipe
  },
  async params() {
    const { restParams } = await import('./rest-params.ts')
    return restParams(table)
  },
}))

const screener: Entry = {
  name: 'screener',
  aliases: ['fundamentals'],
  summary: 'Statements, dividends, splits, events and related tickers of all common stocks, and their ratios',
  of: 'api',
  load: async () => (await import('./screener.ts')).screener,
  params: async () => (await import('./screener.ts')).screenerParams,
}

const derived: readonly Entry[] = [
  {
    name: 'financial-ratios',
    aliases: ['financial_ratios'],
    summary: '246 ratios of each period of each company, made of the statements in a lake',
    of: 'lake',
    load: async () => (await import('./derived.ts')).financialRatios,
    params: async () => (await import('./derived-params.ts')).financialRatiosParams,
  },
  {
    name: 'ratio-definitions',
    aliases: [],
    summary: 'What each financial ratio means, as a table beside them',
    of: 'lake',
    load: async () => (await import('./derived.ts')).definitions,
    params: async () => (await import('./derived-params.ts')).derivedParams,
  },
  {
    name: 'symbols',
    aliases: [],
    summary: 'Whose a ticker was, and when: made of the tickers and their events in a lake',
    of: 'lake',
    load: async () => (await import('./derived.ts')).symbols,
    params: async () => (await import('./derived-params.ts')).derivedParams,
  },
]

/**
 * Every recipe that comes with millrace. Those of flat files are the table of the datasets, read as recipes; those of the
 * REST API that of its tables.
 */
export const registry: readonly Entry[] = [...flatFiles, ...tables, screener, ...derived]
