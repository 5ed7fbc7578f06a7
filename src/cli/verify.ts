import { exitCodes, UsageError } from '../core/errors.ts'
import { checkLake } from '../core/find-lake.ts'
import { list, optional, toggle } from '../core/params.ts'
import { isTempName } from '../core/unlisted-files.ts'
import { written } from '../core/written.ts'
import { identityTolerance } from '../datasets/identities.ts'
import type { Finding, LakeVerdict, TableVerdict } from '../lake/verify-lake.ts'
import { readValues, type ValuesOf } from './flags.ts'
import { quoted } from './plan-commands.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { remakeCommand } from './remake-command.ts'
import { jsonLine } from './say-error.ts'
import { listenForSignals } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { bytesText, durationText, plural, rowsText } from './words.ts'

const flags = {
  table: optional(list('only these tables: --table stocks_trades stocks_daily', { value: 'NAME...' })),
  hash: toggle(
    'read all bytes as well, for the SHA-256 of each file, or the MD5 of a raw one: only that finds any byte that has changed',
  ),
  deep: toggle(
    'read all pages as well, for the number and the order of their rows, and count where statements do not add up',
  ),
  json: toggle('one JSON object on stdout, and errors as JSON'),
}
type Settings = ValuesOf<typeof flags>

export const grammar: Grammar = {
  usage: 'millrace verify LAKE [flags]',
  about:
    'Holds each file of a lake against the manifest: its size, its footer, its rows, its columns, its folder, and the times of its rows against its day. Exit 6 when something is wrong.',
  flags: { Flags: flags },
  closing: 'millrace verify lake --table stocks_trades --hash',
}

/** Holds a lake against its manifest, and tells each disagreement. It writes nothing. */
export async function verify(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const settings: Settings = readValues(flags, read.given)
  const [root, ...others] = read.words
  if (root === undefined)
    throw new UsageError('which lake?', { hint: 'name its folder: millrace verify ./lake' })
  if (!settings.table) refuseWords(others)
  const table = settings.table && [...settings.table, ...others]
  return untilInterrupted(interrupts, settings.json ? 'json' : 'text', async () => {
    const wrong = await tell(root, { ...settings, table }, interrupts.signal)
    return wrong === 0 ? 0 : exitCodes.data
  })
}

/** @returns how much is wrong. */
async function tell(
  root: string,
  { table, hash, deep, json }: Settings,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now()
  await checkLake(root)
  // Loads Arrow, which --help has no need of.
  const { verifyLake } = await import('../lake/verify-lake.ts')
  const verdict = await verifyLake(root, { tables: table, hash, deep, signal })
  const seconds = (performance.now() - start) / 1000
  const wrong = verdict.findings.filter((finding) => finding.verdict === 'wrong').length
  const text = json
    ? jsonLine({ lake: root, ...factsOf(verdict, root), wrong, seconds })
    : textOf(verdict, root, { wrong, seconds, looked: lookedAt({ hash, deep }) })
  await written(process.stdout, text)
  return wrong
}

/** What to do about it. */
function nextOf({ verdict, line, path }: Finding, root: string): string | undefined {
  if (verdict !== 'wrong') return undefined
  if (line) return remakeCommand(line, root)
  if (isTempName(path))
    return `millrace gc ${quoted(root)} --older-than 0h removes it, once no run writes there`
  return `move it away if it is yours; millrace gc ${quoted(root)} --unlisted removes it`
}

const factsOf = ({ tables, findings }: LakeVerdict, root: string): object => ({
  tables,
  findings: findings.map((finding) => {
    const { verdict, path, what, line } = finding
    const next = nextOf(finding, root)
    return { verdict, path, what, ...(line && { table: line.table, unit: line.unit }), ...(next && { next }) }
  }),
})

const lookedAt = ({ hash, deep }: Pick<Settings, 'hash' | 'deep'>): string =>
  ['sizes, footers and times', ...(hash ? ['hashes of all bytes'] : []), ...(deep ? ['all pages'] : [])].join(
    ', ',
  )

interface Summary {
  readonly wrong: number
  readonly seconds: number
  readonly looked: string
}

function textOf(
  { tables, findings }: LakeVerdict,
  root: string,
  { wrong, seconds, looked }: Summary,
): string {
  const width = Math.max(0, ...tables.map(({ table }) => table.length))
  const files = tables.reduce((sum, one) => sum + one.files, 0)
  const bytes = tables.reduce((sum, one) => sum + one.bytes, 0)
  return [
    ...tables.flatMap((table) => [tableText(table, width), ...identityLines(table)]),
    ...findings.flatMap((finding) => findingLines(finding, root)),
    `${plural(files, 'file')}, ${bytesText(bytes)} verified in ${durationText(seconds)}, by ${looked}: ${wrong === 0 ? 'all as the manifest says' : `${wrong} wrong`}`,
  ]
    .map((line) => `${line}\n`)
    .join('')
}

const tableText = ({ table, units, files, rows, bytes, wrong }: TableVerdict, width: number): string =>
  `${table.padEnd(width)}  ${plural(units, 'unit')}, ${plural(files, 'file')}, ${rowsText(rows)}, ${bytesText(bytes)}: ${wrong === 0 ? 'ok' : `${wrong} wrong`}`

/** What companies say of themselves is told, and nothing is wrong with the lake for it. */
function identityLines({ identities }: TableVerdict): string[] {
  if (!identities) return []
  const holding = identities.filter(({ breaks }) => breaks === 0).length
  return [
    `  ${holding} of ${identities.length} accounting identities hold in every row, within ${identityTolerance * 100} %`,
    ...identities
      .filter(({ breaks }) => breaks > 0)
      .map(
        ({ identity, rows, breaks, first }) =>
          `  ${identity}: ${breaks} of ${rowsText(rows)} break it, first ${first}`,
      ),
  ]
}

function findingLines(finding: Finding, root: string): string[] {
  const next = nextOf(finding, root)
  return [
    `${finding.verdict}: ${finding.path}: ${finding.what}`,
    ...(next === undefined ? [] : [`  next: ${next}`]),
  ]
}
