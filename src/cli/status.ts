import { exitCodes, reasonOf, UsageError } from '../core/errors.ts'
import { day, optional, toggle } from '../core/params.ts'
import { createRun } from '../core/run.ts'
import { written } from '../core/written.ts'
import { bucketParams } from '../pipelines/bucket-params.ts'
import { dateOf } from '../pipelines/flat-dates.ts'
import { lakeStatus, type TableStatus } from '../pipelines/lake-status.ts'
import { readValues, type ValuesOf } from './flags.ts'
import { paintFor } from './heat-lines.ts'
import { lendKeys } from './lend-keys.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { keyFlags, patienceFlags } from './run-flags.ts'
import { jsonLine } from './say-error.ts'
import { listenForSignals } from './signals.ts'
import { statusLines } from './status-text.ts'
import { untilInterrupted } from './until-interrupted.ts'

const statusFlags = {
  start: optional(day('first day to look at, or -5d for five days ago; by default the first in the table')),
  end: optional(day('last day to look at; by default the last one that is published, or should be')),
  strict: toggle('exit with 4 also for days that are late, or not yet due'),
  offline: toggle('do not ask the bucket: the calendar alone explains what is missing'),
  json: toggle('one JSON object'),
}
const bucketFlags = { ...bucketParams, ...patienceFlags, ...keyFlags }
type Settings = ValuesOf<typeof statusFlags> & ValuesOf<typeof bucketFlags>

export const grammar: Grammar = {
  usage: 'millrace status LAKE [flags]',
  about:
    'Tells what each table of a lake has, and why a day of flat files is missing: a holiday, not yet published, a hole, or not fetched; of tables of the REST API which companies are done, and how old that is. Exits with 4 when days are missing that were published, or that the bucket skipped; with 3 or 5 when it could not be asked, and all else is told.',
  flags: { Flags: statusFlags, 'The bucket': bucketFlags },
  closing: 'millrace status ./lake; millrace status ./lake --start -30d --strict',
}

/** Tells what a lake has, and what it lacks and why; exit 4 when somebody should look after it. */
export async function status(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [root] = read.words
  refuseWords(read.words.slice(1))
  const settings: Settings = {
    ...readValues(statusFlags, read.given),
    ...readValues(bucketFlags, read.given),
  }
  return untilInterrupted(interrupts, settings.json ? 'json' : 'text', async () =>
    (await tell(root, settings, interrupts.signal)) ? exitCodes.missing : 0,
  )
}

/**
 * Answers whether days are missing.
 *
 * @throws what kept the bucket from being asked, when all is told that is known without it: whether days are missing is not.
 */
async function tell(root: string | undefined, settings: Settings, signal: AbortSignal): Promise<boolean> {
  if (root === undefined)
    throw new UsageError('which lake?', { hint: 'name its folder: millrace status ./lake' })
  const { start, end, strict, offline, json, timeout, lowLevelRetries } = settings
  const run = createRun({ signal, timeoutMs: timeout, lowLevelRetries, access: lendKeys(settings) })
  const [first, last] = [start, end].map((given) => given && dateOf(given, run))
  if (first !== undefined && last !== undefined && last < first)
    throw new UsageError(`--end ${last} is before --start ${first}`)
  const place = offline ? undefined : settings
  let unasked: unknown
  const tables = await lakeStatus(root, { place, first, last, strict }, run).catch((error: unknown) => {
    if (!place || !['access', 'network'].includes(reasonOf(error))) throw error
    unasked = error
    return lakeStatus(root, { place: undefined, first, last, strict }, run)
  })
  const lacking = tables.some(({ flat }) => flat && flat.lacking > 0)
  const exit = exitCodes[unasked ? reasonOf(unasked) : 'missing']
  const text = json
    ? jsonLine({ lake: root, tables: tables.map(factsOf), exit: lacking || unasked ? exit : 0 })
    : [...statusLines(tables, paintFor(process.stdout, process.env)), ...(unasked ? ['', byCalendar] : [])]
        .map((line) => `${line}\n`)
        .join('')
  await written(process.stdout, text)
  if (unasked) throw unasked
  return lacking
}

const byCalendar =
  'the bucket could not be asked: what is missing is told by the calendar alone, as with --offline'

/** Without the single days, which the gaps tell. */
function factsOf({ flat, rest, ...common }: TableStatus): object {
  if (!flat) return { ...common, ...rest }
  const { days: _, held, ...facts } = flat
  return { ...common, ...held, ...facts }
}
