import type { Argv } from 'yargs'
import { isMillraceError, UsageError } from '../core/errors.ts'
import { flagOf } from '../core/params.ts'
import type { Param, Params } from '../core/recipe.ts'

/** Any table of parameters, its value types not known. */
export type Table = Readonly<Record<string, Param<unknown>>>

/** What a table of parameters yields. */
export type ValuesOf<T> = { readonly [K in keyof T]: T[K] extends Param<infer V> ? V : never }

/** What was given, by flag name: the text as it was written. */
export type Given = ReadonlyMap<string, string>

/** Names of a table's flags, without their dashes. */
export const flagsOf = (table: Table): string[] => Object.keys(table).map(flagOf)

/** Names of the flags that take no value. */
export const switchesOf = (table: Table): string[] =>
  Object.keys(table)
    .filter((key) => table[key]?.value === undefined)
    .map(flagOf)

/** Puts a table's flags into the help of yargs. Their texts are read by `readValues`. */
export function describe(argv: Argv, title: string, table: Table): void {
  for (const [key, param] of Object.entries(table)) {
    // For yargs the name of the value is a part of the flag's name: nothing else prints it beside it.
    argv.option(param.value === undefined ? flagOf(key) : `${flagOf(key)} ${param.value}`, {
      describe: param.required ? `${param.help} (required)` : param.help,
      group: `${title}:`,
      ...(param.choices && { choices: param.choices }),
      ...(param.value !== undefined && param.default !== undefined && { defaultDescription: param.default }),
    })
  }
}

/**
 * Reads texts as what the parameters say.
 *
 * @throws {UsageError} that names the flag, when a text means nothing or a required one is missing.
 */
export function readValues<P>(params: Params<P>, given: Given): P {
  const keys = Object.keys(params) as (keyof P & string)[]
  const missing = keys.filter(
    (key) => params[key].required && params[key].default === undefined && !given.has(flagOf(key)),
  )
  if (missing.length > 0)
    throw new UsageError(`${missing.map((key) => `--${flagOf(key)}`).join(' and ')} must be given`, {
      hint: missing
        .map((key) => `--${flagOf(key)} ${params[key].value ?? ''}: ${params[key].help}`)
        .join('; '),
    })
  return Object.fromEntries(keys.map((key) => [key, readValue(flagOf(key), params[key], given)])) as P
}

function readValue<T>(flag: string, param: Param<T>, given: Given): T | undefined {
  const text = given.get(flag) ?? param.default
  if (text === undefined) return undefined
  try {
    return param.parse(text)
  } catch (error) {
    if (!isMillraceError(error)) throw error
    throw new UsageError(`--${flag}: ${error.message}`, { hint: error.hint, cause: error })
  }
}
