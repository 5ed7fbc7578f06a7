import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { UsageError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/nearest.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import type { Entry } from '../pipelines/registry.ts'

/** The folder of this package: what lies inside it may import it by its name. */
const home = resolve(fileURLToPath(new URL('../../../', import.meta.url)))

const recipeFile = /^(.+\.m?js)(?:#(.+))?$/

/**
 * A recipe by its name, its alias, or the file that exports it: `./file.js`, `./file.js#name`.
 *
 * @throws {UsageError} that says which there are.
 */
export async function findRecipe(word: string | undefined): Promise<AnyRecipe> {
  const [, path, name] = recipeFile.exec(word ?? '') ?? []
  if (path !== undefined) return fromFile(path, name)
  if (word === undefined)
    throw new UsageError('which recipe?', {
      hint: 'millrace recipes lists all, as stocks-trades; or name a file ./recipe.js',
    })
  const entry = await entryNamed(word)
  if (entry) return entry.load()
  const { registry } = await import('../pipelines/registry.ts')
  throw new UsageError(`unknown recipe ${word}`, {
    hint: suggestion(word, registry),
  })
}

/** A recipe that comes with millrace, by its name or an alias. */
export async function entryNamed(word: string | undefined): Promise<Entry | undefined> {
  if (word === undefined) return undefined
  const { registry } = await import('../pipelines/registry.ts')
  return registry.find(({ name, aliases }) => name === word || aliases.includes(word))
}

/** The nearest name; else those that share a word with what was given, for all of them would be too many. */
function suggestion(word: string, entries: readonly Entry[]): string {
  const names = entries.map(({ name }) => name)
  const near = nearest(word, [...names, ...entries.flatMap(({ aliases }) => aliases)])
  if (near !== undefined) return `did you mean ${near}?`
  if (/[./\\]/.test(word)) return 'a recipe of your own is a file whose name ends in .js or .mjs'
  const parts = word.toLowerCase().split(/[-_\s]+/)
  const sharedBy = (name: string): number => name.split('-').filter((one) => parts.includes(one)).length
  const most = Math.max(...names.map(sharedBy))
  const alike = names.filter((name) => sharedBy(name) === most)
  return most > 0 ? `perhaps ${alike.join(', ')}; millrace recipes lists all` : 'millrace recipes lists all'
}

/** The recipe among the arguments of a command: the first of them, or the first that names one. */
export async function recipeAmong(args: readonly string[]): Promise<string | undefined> {
  const [first] = args
  if (first === undefined || !first.startsWith('-')) return first
  const { registry } = await import('../pipelines/registry.ts')
  const names = new Set(registry.flatMap(({ name, aliases }) => [name, ...aliases]))
  return args.find((arg) => names.has(arg) || (!arg.startsWith('-') && recipeFile.test(arg)))
}

async function fromFile(path: string, name: string | undefined): Promise<AnyRecipe> {
  if (!existsSync(path))
    throw new UsageError(`${path}: no such file`, { hint: 'give the path from here, as ./recipe.js' })
  const url = pathToFileURL(resolve(path)).href
  const found = recipesIn(await load(path, url))
  const names = found.map((one) => one.name)
  const [only] = name === undefined ? found : found.filter((one) => one.name === name)
  if (only && (name !== undefined || found.length === 1)) return withModule(only, url)
  if (found.length === 0)
    throw new UsageError(`${path} exports no recipe`, {
      hint: 'a recipe has name, summary, params, units and build: export const mine = recipe({ ... })',
    })
  if (name === undefined)
    throw new UsageError(`${path} exports ${found.length} recipes`, {
      hint: `choose one: ${path}#${names[0]}`,
    })
  throw new UsageError(`${path} exports no recipe ${name}`, { hint: didYouMean(name, names) })
}

/** What tells a worker where the recipe is. */
const withModule = (found: AnyRecipe, module: string): AnyRecipe =>
  found.module === undefined ? Object.assign(Object.create(found) as AnyRecipe, { module }) : found

async function load(path: string, url: string): Promise<object> {
  try {
    return await import(url)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${path} cannot be loaded: ${message}`, {
      hint: /^Cannot find (package|module) 'millrace'/.test(message)
        ? `put it inside ${home}, or run npm install ${home} beside it`
        : `node ${path} shows where`,
      cause: error,
    })
  }
}

const recipesIn = (module: object): AnyRecipe[] => [...new Set(Object.values(module).flat().filter(isRecipe))]

function isRecipe(value: unknown): value is AnyRecipe {
  const { name, summary, params, units, build } = (value ?? {}) as Partial<AnyRecipe>
  return (
    typeof name === 'string' &&
    typeof summary === 'string' &&
    typeof params === 'object' &&
    typeof units === 'function' &&
    typeof build === 'function'
  )
}
