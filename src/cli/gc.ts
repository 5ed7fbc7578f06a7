import { UsageError } from '../core/errors.ts'
import { checkLake } from '../core/find-lake.ts'
import type { Leaving, LeavingKind } from '../core/leavings.ts'
import { age, optional, text, toggle } from '../core/params.ts'
import { createRun } from '../core/run.ts'
import { type Sweep, sweepLake } from '../core/sweep-lake.ts'
import { written } from '../core/written.ts'
import { readValues, type ValuesOf } from './flags.ts'
import { processes } from './processes.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { jsonLine } from './say-error.ts'
import { listenForSignals } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { version } from './version.ts'
import { bytesText, plural } from './words.ts'

const flags = {
  dryRun: toggle('only tell what would go'),
  olderThan: age('leave parts of downloads and temporary files that were touched since', { default: '7d' }),
  unlisted: toggle('remove files in the folders of tables, too, that no line of the manifest names'),
  keepRaw: optional(
    text('folder that --keep-raw of a run named, for the temporary files there', { value: 'DIR' }),
  ),
  json: toggle('one JSON object on stdout, and errors as JSON'),
}
type Settings = ValuesOf<typeof flags>

export const grammar: Grammar = {
  usage: 'millrace gc LAKE [flags]',
  about:
    'Frees what runs that ended before their time have left in a lake: unfinished output, old parts of downloads. Finished files are never touched, and files that no run wrote are only listed. It waits for no run: while one is at work it is exit 7.',
  flags: { Flags: flags },
  closing: 'millrace gc lake --dry-run',
}

/** Frees what runs have left in a lake. */
export async function gc(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const settings: Settings = readValues(flags, read.given)
  const [root, ...others] = read.words
  if (root === undefined) throw new UsageError('which lake?', { hint: 'name its folder: millrace gc ./lake' })
  refuseWords(others)
  return untilInterrupted(interrupts, settings.json ? 'json' : 'text', async () => {
    await checkLake(root)
    const { dryRun, olderThan: olderThanMs, unlisted, keepRaw } = settings
    const run = createRun({ signal: interrupts.signal })
    const tool = `millrace ${version()}`
    const sweep = await sweepLake(root, run, { dryRun, olderThanMs, unlisted, keepRaw, tool, processes })
    await written(
      process.stdout,
      settings.json ? jsonLine(factsOf(root, sweep, settings)) : textOf(sweep, settings),
    )
    return 0
  })
}

const sumOf = (all: readonly Leaving[], what: 'files' | 'bytes'): number =>
  all.reduce((sum, one) => sum + one[what], 0)

const factsOf = (lake: string, { freed, unlisted }: Sweep, { dryRun }: Settings): object => ({
  lake,
  dryRun,
  freed: freed.map(plain),
  unlisted: unlisted.map(plain),
  files: sumOf(freed, 'files'),
  bytes: sumOf(freed, 'bytes'),
})

const plain = ({ atMs, ...one }: Leaving): object => ({ ...one, at: new Date(atMs).toISOString() })

const meanings: Readonly<Record<LeavingKind, string>> = {
  unfinished: 'unfinished output of a run that has ended',
  part: 'the beginning of a download, for a run to go on from',
  temp: 'a raw file that was never finished',
  unlisted: 'no line of the manifest names it',
}

function textOf({ freed, unlisted }: Sweep, { dryRun }: Settings): string {
  const verb = dryRun ? 'would free' : 'freed'
  const line = (start: string, { kind, path, files, bytes }: Leaving): string =>
    `${start}: ${path}, ${files === 1 ? '' : `${plural(files, 'file')}, `}${bytesText(bytes)}: ${meanings[kind]}`
  return [
    ...freed.map((one) => line(verb, one)),
    ...unlisted.map((one) => line('left', one)),
    ...(unlisted.length > 0
      ? [
          `  next: look at ${unlisted.length === 1 ? 'it' : 'them'}; --unlisted removes ${unlisted.length === 1 ? 'it' : 'them'}`,
        ]
      : []),
    `${verb} ${bytesText(sumOf(freed, 'bytes'))} in ${plural(sumOf(freed, 'files'), 'file')}`,
  ]
    .map((text) => `${text}\n`)
    .join('')
}
