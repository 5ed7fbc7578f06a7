import { flagOf, toggle } from '../core/params.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import { findRecipe } from './find-recipe.ts'
import { readValues } from './flags.ts'
import { type Grammar, helpText, readArguments, refuseWords } from './read-arguments.ts'
import { jsonLine } from './say-error.ts'

const flags = { json: toggle('one JSON object instead of text') }

export const grammar: Grammar = {
  usage: 'millrace show RECIPE',
  about: 'Shows the stages of a recipe, and its flags.',
  flags: { Flags: flags },
}

/** Prints what a recipe does: its summary, its stages in order, its flags. */
export async function show(args: readonly string[]): Promise<number> {
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [word] = read.words
  const recipe = await findRecipe(word)
  refuseWords(read.words.slice(1))
  const { json } = readValues(flags, read.given)
  process.stdout.write(json ? jsonLine(factsOf(recipe)) : await textOf(recipe, word ?? recipe.name))
  return 0
}

/** Names of the stages for the recipe's sample, or nothing when they cannot be told without a real unit. */
function stagesOf(recipe: AnyRecipe): readonly string[] | undefined {
  if (!recipe.sample) return undefined
  const defaults = Object.entries(recipe.params).map(([key, param]) => [
    key,
    param.default === undefined ? undefined : param.parse(param.default),
  ])
  try {
    const alone = { first: true, last: true }
    return recipe.build(recipe.sample, Object.fromEntries(defaults), alone).stages.map(({ name }) => name)
  } catch {
    // It needs a parameter that has no default.
    return undefined
  }
}

const factsOf = (recipe: AnyRecipe): object => ({
  name: recipe.name,
  aliases: recipe.aliases ?? [],
  summary: recipe.summary,
  stages: stagesOf(recipe) ?? null,
  flags: Object.entries(recipe.params).map(([key, { parse: _parse, ...param }]) => ({
    flag: `--${flagOf(key)}`,
    ...param,
  })),
})

async function textOf(recipe: AnyRecipe, word: string): Promise<string> {
  const { name, aliases = [], summary, params } = recipe
  const stages = stagesOf(recipe)
  const parts = [
    `${name}: ${summary}${aliases.length > 0 ? `\nAlso known as ${aliases.join(', ')}` : ''}`,
    stages
      ? `Stages, with the defaults of its flags:\n${stages.map((stage) => `  ${stage}\n`).join('')}`.trimEnd()
      : 'Its stages depend on the unit and the flags.',
    Object.keys(params).length > 0
      ? (await helpText({ flags: { Flags: params } })).trim()
      : 'It has no flags of its own.',
    `millrace run ${word} --help shows the flags of every run as well.`,
  ]
  return `${parts.join('\n\n')}\n`
}
