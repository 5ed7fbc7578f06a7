import { UsageError } from '../core/errors.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import { withConfig } from './config-file.ts'
import { execute, mannerOf, type Settings } from './execute.ts'
import { findRecipe, recipeAmong } from './find-recipe.ts'
import { flagsOf, readValues } from './flags.ts'
import { type Arguments, type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { runFlags } from './run-flags.ts'
import { listenForSignals } from './signals.ts'

/** Runs a recipe; its flags and those of every run become values here, and nowhere else. */
export async function run(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const word = await recipeAmong(args)
  const recipe = word === undefined && args.includes('--help') ? undefined : await findRecipe(word)
  const read = await readArguments(args, grammarOf(recipe, word))
  if (!read || !recipe) return 0
  const at = read.words.indexOf(word ?? '')
  const others = read.words.filter((_, i) => i !== at)
  // `--refill AAPL MSFT`: for all others a flag has one value, and what follows it is a word.
  if (!read.given.has('refill')) refuseWords(others)
  const { settings, params } = await readSettings(recipe, read)
  const refill = settings.refill && [...settings.refill, ...others]
  const manner = mannerOf(settings)
  return execute({ recipe, params, settings: { ...settings, refill }, manner, observer: {} }, interrupts)
}

function grammarOf(recipe: AnyRecipe | undefined, word = 'RECIPE'): Grammar {
  const common = { 'Flags of every run': runFlags }
  if (!recipe)
    return {
      usage: `millrace run ${word} [flags]`,
      about: 'Runs a recipe, by its name or from a file: ./recipe.js, ./recipe.js#name.',
      flags: common,
      closing: 'millrace run RECIPE --help shows the flags of that recipe as well.',
    }
  const taken = Object.keys(recipe.params).find((key) => key in runFlags || key === 'help')
  if (taken !== undefined)
    throw new UsageError(`${recipe.name}: its parameter ${taken} has the name of a flag of every run`)
  return {
    usage: `millrace run ${word} [flags]`,
    about: recipe.summary,
    flags: { [`Flags of ${recipe.name}`]: recipe.params, ...common },
  }
}

async function readSettings(recipe: AnyRecipe, { given }: Arguments) {
  const known = [...flagsOf(recipe.params), ...flagsOf(runFlags)].filter((flag) => flag !== 'config')
  const all = await withConfig(given, known)
  return { settings: readValues<Settings>(runFlags, all), params: readValues(recipe.params, all) }
}
