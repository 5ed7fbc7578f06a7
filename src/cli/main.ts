import { exitCodes, reasonOf, UsageError, WriteError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { toggle } from '../core/params.ts'
import type { Entry } from '../pipelines/registry.ts'
import type { Program } from './candidates.ts'
import type { Grammar } from './read-arguments.ts'
import { sayError } from './say-error.ts'
import { version } from './version.ts'

export interface Command {
  /** Its name and what it takes; a RECIPE is completed. */
  readonly usage: string
  readonly about: string
  /** What its one word can be. */
  readonly words?: readonly string[]
  /** Its flags, for completions; with those of a recipe, where it takes them. */
  flags(recipe: Entry | undefined): Promise<Grammar['flags']>
  /** @returns the exit code. */
  run(args: readonly string[]): Promise<number>
}

const flags = {
  help: toggle('show this; after a command, what it takes'),
  version: toggle('show the version'),
}

const commands: Readonly<Record<string, Command>> = {
  doctor: {
    usage: 'doctor [RECIPE]',
    about: 'before the first run: clock, keys, server, what the plan opens, disk',
    flags: async () => (await import('./doctor.ts')).grammar.flags,
    run: async (args) => (await import('./doctor.ts')).doctor(args),
  },
  recipes: {
    usage: 'recipes',
    about: 'list the recipes',
    flags: async () => (await import('./recipes.ts')).grammar.flags,
    run: async (args) => (await import('./recipes.ts')).recipes(args),
  },
  show: {
    usage: 'show RECIPE',
    about: 'the stages of a recipe, and its flags',
    flags: async () => (await import('./show.ts')).grammar.flags,
    run: async (args) => (await import('./show.ts')).show(args),
  },
  ls: {
    usage: 'ls RECIPE|PREFIX',
    about: 'what the bucket has of a dataset, or below a prefix',
    flags: async () => (await import('./ls.ts')).grammar.flags,
    run: async (args) => (await import('./ls.ts')).ls(args),
  },
  plan: {
    usage: 'plan RECIPE',
    about: 'what a run would do: objects, bytes, hours, room on the disk',
    async flags(recipe) {
      const { planFlags } = await import('./plan.ts')
      return (await import('./recipe-arguments.ts')).tablesFor(recipe, planFlags)
    },
    run: async (args) => (await import('./plan.ts')).plan(args),
  },
  run: {
    usage: 'run RECIPE',
    about: 'run a recipe, by its name or from a file ./recipe.js',
    flags: async (recipe) => (await import('./recipe-arguments.ts')).tablesFor(recipe),
    run: async (args) => (await import('./run.ts')).run(args),
  },
  sync: {
    usage: 'sync RECIPE',
    about: 'run what is new or re-published since the last time, as from cron',
    flags: async (recipe) => (await import('./recipe-arguments.ts')).tablesFor(recipe),
    run: async (args) => (await import('./sync.ts')).sync(args),
  },
  get: {
    usage: 'get KEY...',
    about: 'fetch objects of the bucket, as they are or inflated',
    flags: async () => (await import('./get.ts')).grammar.flags,
    run: async (args) => (await import('./get.ts')).get(args),
  },
  status: {
    usage: 'status LAKE',
    about: 'what a lake has, which days are missing, and why',
    flags: async () => (await import('./status.ts')).grammar.flags,
    run: async (args) => (await import('./status.ts')).status(args),
  },
  verify: {
    usage: 'verify LAKE',
    about: 'hold each file of a lake against what the manifest says',
    flags: async () => (await import('./verify.ts')).grammar.flags,
    run: async (args) => (await import('./verify.ts')).verify(args),
  },
  views: {
    usage: 'views LAKE',
    about: 'write views.sql for DuckDB: views, New York time, conditions',
    flags: async () => (await import('./views.ts')).grammar.flags,
    run: async (args) => (await import('./views.ts')).views(args),
  },
  cat: {
    usage: 'cat LAKE TABLE',
    about: 'rows of a table on stdout: some tickers, days, columns',
    flags: async () => (await import('./cat.ts')).grammar.flags,
    run: async (args) => (await import('./cat.ts')).cat(args),
  },
  ratios: {
    usage: 'ratios list|explain NAME',
    about: 'the financial ratios: how each is calculated, and when it is null',
    words: ['list', 'explain'],
    flags: async () => (await import('./ratios.ts')).grammar.flags,
    run: async (args) => (await import('./ratios.ts')).ratios(args),
  },
  compact: {
    usage: 'compact LAKE TABLE',
    about: 'day files of bars as months, sorted by ticker',
    flags: async () => (await import('./compact.ts')).grammar.flags,
    run: async (args) => (await import('./compact.ts')).compact(args),
  },
  gc: {
    usage: 'gc LAKE',
    about: 'free what crashed runs left in a lake',
    flags: async () => (await import('./gc.ts')).grammar.flags,
    run: async (args) => (await import('./gc.ts')).gc(args),
  },
  completions: {
    usage: 'completions SHELL',
    about: 'a script by which bash, zsh or fish complete all of this by Tab',
    words: ['bash', 'zsh', 'fish'],
    flags: async () => (await import('./completions.ts')).grammar.flags,
    run: async (args) => (await import('./completions.ts')).completions(args, program),
  },
}

export const program: Program = { commands, flags }

/** The program: does what the arguments say, and sets the exit code when stdout may still have to drain. */
export async function main(args: readonly string[]): Promise<void> {
  watchStreams()
  process.once('uncaughtException', (error) => {
    sayError(error, 'text')
    process.exit(exitCodes.bug)
  })
  // Stands if the program stops in the middle, when nothing is left that could wake it.
  process.exitCode = exitCodes.bug
  const stuck = (): void =>
    sayError(new Error('the program waits for something that cannot come any more'), 'text')
  process.once('beforeExit', stuck)
  try {
    process.exitCode = await dispatch(args)
  } catch (error) {
    sayError(error, args.includes('--json') ? 'json' : 'text')
    process.exitCode = exitCodes[reasonOf(error)]
  }
  process.off('beforeExit', stuck)
  leaveOnceDrained()
}

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name ?? '') && commands[name ?? '']
  if (command) return command.run(args)
  if (name === '--version') process.stdout.write(`${version()}\n`)
  else if (name === '--help')
    process.stdout.write(await (await import('./read-arguments.ts')).helpText(grammar))
  else throw unknownCommand(name)
  return 0
}

const grammar: Grammar = {
  usage: 'millrace COMMAND',
  about: 'Streams gzipped CSV market data from S3 into a Parquet lake.',
  commands: Object.values(commands).map(({ usage, about }) => [usage, about]),
  flags: { Flags: flags },
  closing: 'First steps: millrace recipes',
}

function unknownCommand(name: string | undefined): UsageError {
  if (name === undefined)
    return new UsageError('which command?', { hint: `${Object.keys(commands).join(', ')}, or --help` })
  if (name.startsWith('-'))
    return new UsageError(`unknown flag ${name.replace(/=.*$/s, '')}`, {
      hint: 'the command comes first: millrace run RECIPE --flag',
    })
  return new UsageError(`unknown command ${name}`, { hint: didYouMean(name, Object.keys(commands)) })
}

/** A reader who leaves is no failure, and stages notice by themselves when stdout fails: here nothing may crash. */
function watchStreams(): void {
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}

/**
 * The loop ends by itself when nothing is open; what was left open gets a second after the last byte is out. Either way
 * we leave ourselves: Node, while it takes itself apart, gives signals their default action back.
 */
function leaveOnceDrained(): void {
  process.once('beforeExit', () => process.exit())
  const leave = (): void => void setTimeout(() => process.exit(), 1000).unref()
  process.stdout.write('', () => {
    const { errored } = process.stdout
    if (errored && !('code' in errored && errored.code === 'EPIPE') && process.exitCode === 0) {
      sayError(new WriteError(`stdout: cannot be written (${errored.message})`), 'text')
      process.exitCode = exitCodes.write
    }
    process.stderr.write('', leave)
  })
}
