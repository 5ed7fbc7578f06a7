import yargs, { type Argv } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { toggle } from '../core/params.ts'
import { describe, flagsOf, type Given, switchesOf, type Table } from './flags.ts'
import { joinValues } from './join-values.ts'

/** What a command line may say. */
export interface Grammar {
  /** How it is written, as `millrace show RECIPE`, and what it does. */
  readonly usage?: string
  readonly about?: string
  readonly commands?: readonly (readonly [words: string, does: string])[]
  /** Flags by the title that the help gives them. */
  readonly flags: Readonly<Record<string, Table>>
  readonly closing?: string
}

export interface Arguments {
  /** What is no flag, in order. */
  readonly words: readonly string[]
  readonly given: Given
}

/** The flag that each command has. */
export const helpFlags = { help: toggle('show this') }

const parsing = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'populate--': false,
}

/** A yargs of our manners: English, no exits, no guesses at types. */
function newParser(
  args: readonly string[],
  { usage = '', about = '', commands = [], flags, closing }: Grammar,
): Argv {
  const argv = yargs([...args])
    .scriptName('millrace')
    .locale('en')
    .usage(`${usage}\n\n${about}`)
    .parserConfiguration(parsing)
    .version(false)
    .help(false)
    .wrap(Math.min(process.stdout.columns || 100, 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
  for (const [words, does] of commands) argv.command(words, does)
  for (const [title, table] of Object.entries(flags)) describe(argv, title, table)
  return closing === undefined ? argv : argv.epilogue(closing)
}

/** What `--help` prints. */
export async function helpText(grammar: Grammar): Promise<string> {
  return `${(await newParser([], grammar).getHelp()).trim()}\n`
}

/**
 * Splits a command line into words and flags.
 *
 * @returns nothing when it asked for help, which then has been printed.
 * @throws {UsageError} for an unknown flag, one given twice, one without its value.
 */
export async function readArguments(
  args: readonly string[],
  grammar: Grammar,
): Promise<Arguments | undefined> {
  const withHelp = { ...grammar, flags: { ...grammar.flags, Help: helpFlags } }
  const tables: Table[] = Object.values(withHelp.flags)
  const known = tables.flatMap(flagsOf)
  const joined = joinValues(args, new Set(tables.flatMap(switchesOf)))
  checkDashes(joined, known)
  const parser = newParser(joined, withHelp)
  const { _: words = [], $0: _script, help, ...flags }: Record<string, unknown> = await parser.parseAsync()
  if ([help].flat().includes('true')) {
    process.stdout.write(await helpText(withHelp))
    return undefined
  }
  const given = Object.entries(flags).map(([flag, value]) => [flag, textOf(flag, value, known)] as const)
  return { words: (words as unknown[]).map(String), given: new Map(given) }
}

/** @throws {UsageError} when words are left that no command takes. */
export function refuseWords([word]: readonly string[]): void {
  if (word === undefined) return
  throw new UsageError(`${word} is one word too many`, {
    hint: 'a value follows its flag; the recipe comes first: millrace run RECIPE --flag VALUE',
  })
}

/** Every flag has two dashes. */
function checkDashes(args: readonly string[], known: readonly string[]): void {
  const flags = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const wrong = flags.find((arg) => /^-[^-]/.test(arg))
  if (wrong !== undefined) throw unknownFlag(wrong.replace(/=.*$/s, ''), known)
}

function textOf(flag: string, value: unknown, known: readonly string[]): string {
  if (!known.includes(flag)) throw unknownFlag(`--${flag}`, known)
  if (Array.isArray(value))
    throw new UsageError(`--${flag} is given ${value.length} times`, { hint: 'give it once' })
  if (typeof value === 'string') return value
  throw new UsageError(`--${flag} lacks its value`, { hint: 'millrace ... --help shows what it takes' })
}

const unknownFlag = (flag: string, known: readonly string[]): UsageError =>
  new UsageError(`unknown flag ${flag}`, {
    hint: didYouMean(
      flag.replace(/^-(?=[^-])/, '--'),
      known.map((name) => `--${name}`),
    ),
  })
