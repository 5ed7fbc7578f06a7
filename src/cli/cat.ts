import { UsageError } from '../core/errors.ts'
import { choice, day, list, optional, text } from '../core/params.ts'
import { runPipeline } from '../core/pipeline.ts'
import { createRun } from '../core/run.ts'
import { dateOf } from '../pipelines/flat-dates.ts'
import { symbolList } from '../pipelines/flat-params.ts'
import { printFormats } from '../pipelines/print-formats.ts'
import { readValues, type ValuesOf } from './flags.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { listenForSignals } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'

const flags = {
  tickers: optional(symbolList('only these: AAPL,BRK*, or @FILE with one a line')),
  from: optional(day('first day, or -5d for five days ago in New York')),
  to: optional(day('last day, included')),
  time: optional(
    text('the column that the days are of; by default that of the folders, as date or period_end', {
      value: 'NAME',
    }),
  ),
  columns: optional(list('only these columns, in this order')),
  format: choice(
    'how rows are printed; timestamps of csv and ndjson as digits, as they are stored',
    printFormats,
    {
      default: 'csv',
    },
  ),
}
type Settings = ValuesOf<typeof flags>

export const grammar: Grammar = {
  usage: 'millrace cat LAKE TABLE [flags]',
  about:
    'Prints rows of a table of a lake on stdout, and reads no more of its files than it must. The columns that folders tell, as date, come last.',
  flags: { Flags: flags },
  closing: 'millrace cat lake stocks_daily --tickers AAPL --from 2024-03-01 --columns date,close',
}

/** Prints rows of a table. A reader who leaves, as `head` does, ends it with 0. */
export async function cat(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [root, table, ...more] = read.words
  if (root === undefined || table === undefined)
    throw new UsageError(root === undefined ? 'which lake?' : 'which table?', {
      hint: 'millrace cat lake stocks_daily',
    })
  refuseWords(more)
  const { format, from, to, ...question }: Settings = readValues(flags, read.given)
  return untilInterrupted(interrupts, 'text', async () => {
    const warn = (told: string): void => void process.stderr.write(`warning: ${told}\n`)
    const run = createRun({ signal: interrupts.signal, stdout: process.stdout, warn })
    // Loads Arrow, which --help has no need of.
    const { printTable } = await import('../pipelines/print-table.ts')
    const days = { from: from && dateOf(from, run), to: to && dateOf(to, run) }
    await runPipeline(printTable(format, { root, table, ...question, ...days }), run)
    return 0
  })
}
