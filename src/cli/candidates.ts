import { entryNamed, recipeAmong } from './find-recipe.ts'
import { flagsOf, switchesOf, type Table } from './flags.ts'
import type { Command } from './main.ts'
import { helpFlags } from './read-arguments.ts'

/** All that can be typed, as the tables of the program have it. */
export interface Program {
  readonly commands: Readonly<Record<string, Command>>
  /** Flags that stand without a command. */
  readonly flags: Table
}

/**
 * What the last of the typed words can become. Nothing where only the shell knows, as of files, and for what means nothing.
 *
 * @param typed words after `millrace`, up to the cursor; bash has made three words of `--format=raw`.
 */
export async function candidates(typed: readonly string[], program: Program): Promise<string[]> {
  const [name, ...words] = typed.slice(0, -1).filter((word) => word !== '=')
  const last = typed.at(-1) ?? ''
  const begun = last === '=' ? '' : last
  if (name === undefined)
    return starting(begun, begun.startsWith('-') ? dashed(program.flags) : Object.keys(program.commands))
  const command = Object.hasOwn(program.commands, name) ? program.commands[name] : undefined
  return command && !words.includes('--') ? afterCommand(command, words, begun) : []
}

async function afterCommand(command: Command, words: readonly string[], begun: string): Promise<string[]> {
  const takesRecipe = /\bRECIPE\b/.test(command.usage)
  const recipe = takesRecipe ? await recipeAmong(words) : undefined
  const tables = Object.values(await command.flags(await entryNamed(recipe)))
  const table: Table = Object.assign({}, ...tables, helpFlags)
  const values = valuesOf(table, words.at(-1) ?? '', begun)
  if (values) return values
  if (begun.startsWith('-')) {
    const given = words.map((word) => word.replace(/=.*$/s, ''))
    return starting(begun, dashed(table)).filter((flag) => !given.includes(flag))
  }
  if (takesRecipe) return recipe === undefined ? recipesStarting(begun) : []
  return words.length === 0 ? starting(begun, command.words ?? []) : []
}

/** What a flag can be given, when it is a flag's value that is begun. */
function valuesOf(table: Table, previous: string, begun: string): string[] | undefined {
  const [, joined, value = ''] = /^(--[^=]+)=(.*)$/s.exec(begun) ?? []
  if (joined !== undefined)
    return starting(value, choicesOf(table, joined)).map((choice) => `${joined}=${choice}`)
  if (!/^--[^=]+$/.test(previous) || switchesOf(table).includes(previous.slice(2))) return undefined
  return starting(begun, choicesOf(table, previous))
}

/** Aliases mean the same: beside the names they would only be more to read. */
async function recipesStarting(begun: string): Promise<string[]> {
  const { registry } = await import('../pipelines/registry.ts')
  const names = starting(
    begun,
    registry.map(({ name }) => name),
  )
  return names.length > 0
    ? names
    : starting(
        begun,
        registry.flatMap(({ aliases }) => aliases),
      )
}

const starting = (begun: string, all: readonly string[]): string[] =>
  all.filter((word) => word.startsWith(begun))

const dashed = (table: Table): string[] => flagsOf(table).map((flag) => `--${flag}`)

const choicesOf = (table: Table, flag: string): readonly string[] =>
  Object.values(table)[dashed(table).indexOf(flag)]?.choices ?? []
