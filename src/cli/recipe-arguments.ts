import { UsageError } from '../core/errors.ts'
import type { AnyRecipe, Params } from '../core/recipe.ts'
import type { Entry } from '../pipelines/registry.ts'
import { withConfig } from './config-file.ts'
import { entryNamed, findRecipe, recipeAmong } from './find-recipe.ts'
import { flagsOf, readValues, type Table, type ValuesOf } from './flags.ts'
import { type Arguments, type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { runFlags } from './run-flags.ts'

/** A recipe, and what its flags, those of every run and those of the command say. */
export interface RecipeArguments<M> {
  readonly recipe: AnyRecipe
  readonly params: Readonly<Record<string, unknown>>
  readonly settings: ValuesOf<typeof runFlags>
  readonly more: M
}

/** What the commands that take a recipe and its flags say of themselves. */
const abouts = {
  run: 'Runs a recipe, by its name or from a file: ./recipe.js, ./recipe.js#name.',
  plan: 'Tells what a run with the same flags would do, and does nothing.',
  sync: 'Brings a table up to date, once a day from cron: runs what is new, was re-published, failed or is missing from its first day until today.',
} as const
type Name = keyof typeof abouts

/**
 * Reads the arguments of a command that takes a recipe with its flags.
 *
 * @param more flags of the command itself.
 * @param turn what the command makes of the recipe.
 * @returns nothing when it asked for help, which then has been printed.
 */
export async function readRecipeArguments<M>(
  name: Name,
  args: readonly string[],
  more: Params<M>,
  turn?: (found: AnyRecipe) => Promise<AnyRecipe>,
): Promise<RecipeArguments<M> | undefined> {
  const word = await recipeAmong(args)
  const asksHelp = args.includes('--help')
  const told = asksHelp && !turn ? await withoutStages(word) : undefined
  if (told && !(await readArguments(args, grammarOf({ name, more }, told, word)))) return undefined
  const recipe = word === undefined && asksHelp ? undefined : await turned(await findRecipe(word), turn)
  const read = await readArguments(args, grammarOf({ name, more }, recipe, word))
  if (!read || !recipe) return undefined
  const at = read.words.indexOf(word ?? '')
  const others = read.words.filter((_, i) => i !== at)
  // `--refill AAPL MSFT`: for all others a flag has one value, and what follows it is a word.
  if (!read.given.has('refill')) refuseWords(others)
  const { settings, ...rest } = await readAll(recipe, more, read)
  return {
    recipe,
    ...rest,
    settings: { ...settings, refill: settings.refill && [...settings.refill, ...others] },
  }
}

const turned = async (
  found: AnyRecipe,
  turn?: (found: AnyRecipe) => Promise<AnyRecipe>,
): Promise<AnyRecipe> => (turn ? turn(found) : found)

/** What the help says of a recipe. */
type Told = Pick<AnyRecipe, 'name' | 'summary' | 'params'>

/** The same of one that comes with millrace. */
async function withoutStages(word: string | undefined): Promise<Told | undefined> {
  const entry = await entryNamed(word)
  return entry && { name: entry.name, summary: entry.summary, params: await entry.params() }
}

/** The tables that `grammarOf` has for a recipe that comes with millrace, found without loading its stages. */
export const tablesFor = async (
  entry: Entry | undefined,
  more: Table = {},
): Promise<Readonly<Record<string, Table>>> => ({ recipe: (await entry?.params()) ?? {}, more, runFlags })

function grammarOf(
  { name, more }: { readonly name: Name; readonly more: Table },
  recipe: Told | undefined,
  word = 'RECIPE',
): Grammar {
  const own: Readonly<Record<string, Table>> =
    Object.keys(more).length > 0 ? { [`Flags of ${name}`]: more } : {}
  const common = { ...own, 'Flags of every run': runFlags }
  const usage = `millrace ${name} ${word} [flags]`
  if (!recipe)
    return {
      usage,
      about: abouts[name],
      flags: common,
      closing: `millrace ${name} RECIPE --help shows the flags of that recipe as well.`,
    }
  const taken = Object.keys(recipe.params).find((key) => key in runFlags || key in more || key === 'help')
  if (taken !== undefined)
    throw new UsageError(`${recipe.name}: its parameter ${taken} has the name of a flag of every run`)
  const about = name === 'run' ? recipe.summary : `${abouts[name]} ${recipe.summary}.`
  return { usage, about, flags: { [`Flags of ${recipe.name}`]: recipe.params, ...common } }
}

async function readAll<M>(recipe: AnyRecipe, more: Params<M>, { given }: Arguments) {
  const tables = [recipe.params, runFlags]
  const known = [...tables.flatMap(flagsOf), ...flagsOf(more)].filter((flag) => flag !== 'config')
  const all = await withConfig(given, known)
  return {
    settings: readValues<ValuesOf<typeof runFlags>>(runFlags, all),
    params: readValues(recipe.params, all),
    more: readValues(more, all),
  }
}
