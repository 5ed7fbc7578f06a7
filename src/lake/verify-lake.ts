import { UsageError } from '../core/errors.ts'
import { inOrder } from '../core/in-order.ts'
import { unfinished } from '../core/leavings.ts'
import { writerOf } from '../core/lock.ts'
import { type Manifest, type ManifestLine, readManifest, slotKey } from '../core/manifest.ts'
import { isDate } from '../core/params.ts'
import { createRun, type Run } from '../core/run.ts'
import { unlistedFiles } from '../core/unlisted-files.ts'
import { anomaliesOf } from '../datasets/anomalies.ts'
import { levelPath } from './layout.ts'
import { datasetOf } from './line-dataset.ts'
import type { IdentityCount } from './tally-identities.ts'
import { type FileVerdict, type Scrutiny, verifyFile } from './verify-file.ts'
import { type Tallies, verifyShared } from './verify-shared.ts'
import { timeFaults } from './verify-times.ts'
import { waitingFindings } from './verify-waiting.ts'

/** `wrong`: the lake is not what it says. `known`: the vendor's files are so. `note`: worth knowing, and not wrong. */
export type Verdict = 'wrong' | 'known' | 'note'

/** Something that a look at a lake has told. */
export interface Finding {
  readonly verdict: Verdict
  /** A file, or a folder, relative to the lake's root. */
  readonly path: string
  readonly what: string
  /** The line of the manifest it is about; absent of a file that no line names. */
  readonly line?: ManifestLine
}

/** What was looked at in one table. */
export interface TableVerdict {
  readonly table: string
  readonly units: number
  readonly files: number
  readonly rows: number
  readonly bytes: number
  readonly wrong: number
  /** Of statements, where all pages were read: how often the sums that they are to come to do not. */
  readonly identities?: readonly IdentityCount[]
}

export interface LakeVerdict {
  readonly tables: readonly TableVerdict[]
  readonly findings: readonly Finding[]
}

export interface VerifyOptions extends Scrutiny {
  /** Only these tables. */
  readonly tables?: readonly string[] | undefined
}

/** Units at a time, and files of each: a footer is a few reads, and a disk likes several of them. */
const [mostUnits, mostFiles] = [8, 4]

/**
 * Holds a lake against its manifest. It takes no lock and writes nothing: what a run changes meanwhile is looked at again.
 *
 * @throws {UsageError} for a table that the manifest does not know; what `readManifest` throws.
 */
export async function verifyLake(root: string, options: VerifyOptions): Promise<LakeVerdict> {
  const manifest = await readManifest(root)
  const lines = chosen(manifest, options.tables)
  const columns = new Map<string, string>()
  const tallies: Tallies = new Map()
  const run = createRun(options.signal && { signal: options.signal })
  const look = async (line: ManifestLine): Promise<Finding[]> =>
    verifyLine(root, line, { options, columns, tallies, run })
  const seen = await inOrder(lines, mostUnits, look)
  const unlisted: string[] = []
  if (!options.tables) for await (const { path } of unlistedFiles(root, manifest)) unlisted.push(path)
  const now = await readManifest(root)
  const again = async (line: ManifestLine, findings: Finding[]): Promise<Finding[]> => {
    const newer = now.get(slotKey(line))
    return newer && newer.at !== line.at ? look(newer) : findings
  }
  const findings: Finding[][] = []
  for (const [i, line] of lines.entries()) findings.push(await again(line, seen[i] as Finding[]))
  const books = options.tables
    ? []
    : [...(await verifyRest(root, unlisted, now)), ...(await waitingFindings(root))]
  return { tables: tablesOf(lines, findings, tallies), findings: [...findings.flat(), ...books] }
}

/** What lies in a lake beside what its manifest names. While a run is at work, it may be about to name it. */
async function verifyRest(root: string, unlisted: readonly string[], now: Manifest): Promise<Finding[]> {
  const named = new Set([...now.values()].flatMap(({ files }) => files.map(({ path }) => path)))
  const writer = await writerOf(root)
  const left = await unfinished(root, writer?.epoch)
  const tooMany = 'no line of the manifest names it, and readers take it for data or stop at it'
  return [
    ...unlisted
      .filter((path) => !named.has(path))
      .map((path): Finding => ({ verdict: writer ? 'note' : 'wrong', path, what: tooMany })),
    ...left.map(
      ({ path, bytes }): Finding => ({
        verdict: 'note',
        path,
        what: `a run that has ended left ${bytes} bytes there, which no reader looks at; millrace gc frees them`,
      }),
    ),
  ]
}

function chosen(manifest: Manifest, tables: readonly string[] | undefined): ManifestLine[] {
  const lines = [...manifest.values()].sort((a, b) => (slotKey(a) < slotKey(b) ? -1 : 1))
  if (!tables) return lines
  const known = new Set(lines.map(({ table }) => table))
  const unknown = tables.find((table) => !known.has(table))
  if (unknown !== undefined)
    throw new UsageError(`the lake has no table ${unknown}`, {
      hint: known.size === 0 ? 'nothing is done there yet' : `it has ${[...known].join(', ')}`,
    })
  return lines.filter(({ table }) => tables.includes(table))
}

function tablesOf(
  lines: readonly ManifestLine[],
  findings: readonly (readonly Finding[])[],
  tallies: Tallies,
): TableVerdict[] {
  const tables = new Map<string, TableVerdict>()
  for (const [i, { table, files }] of lines.entries()) {
    const before = tables.get(table) ?? { table, units: 0, files: 0, rows: 0, bytes: 0, wrong: 0 }
    tables.set(table, {
      table,
      units: before.units + 1,
      files: before.files + files.length,
      rows: files.reduce((sum, { rows = 0 }) => sum + rows, before.rows),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, before.bytes),
      wrong: before.wrong + (findings[i] ?? []).filter(({ verdict }) => verdict === 'wrong').length,
    })
  }
  return [...tables.values()].map((one) => {
    const identities = tallies.get(one.table)?.counts
    return { ...one, ...(identities && { identities }) }
  })
}

interface Look {
  readonly options: VerifyOptions
  /** Columns of each table, as its first file has them: readers want them all alike. */
  readonly columns: Map<string, string>
  readonly tallies: Tallies
  readonly run: Run
}

async function verifyLine(
  root: string,
  line: ManifestLine,
  { options, columns, tallies, run }: Look,
): Promise<Finding[]> {
  options.signal?.throwIfAborted()
  const dataset = datasetOf(line)
  const finding = (verdict: Verdict, path: string, what: string): Finding => ({ verdict, path, what, line })
  const verdicts = await inOrder(line.files, mostFiles, async (file) => {
    const verdict = await verifyFile(root, file, options, dataset)
    return line.shape['merge']
      ? verifyShared(verdict, { root, line, file }, { ...options, run, tallies })
      : verdict
  })
  const findings = line.files.flatMap(({ path }, i) => {
    const { wrong, notes, told } = verdicts[i] as FileVerdict
    const more = told ? [...columnFaults(line, told.columns, columns), ...levelFaults(line, path)] : []
    return [
      ...[...wrong, ...more].map((what) => finding('wrong', path, what)),
      ...notes.map((what) => finding('note', path, what)),
    ]
  })
  const [first] = line.files
  if (!dataset || !isDate(line.unit) || !first) return findings
  const known = anomaliesOf(dataset.name, line.unit)
  const where = line.files.length === 1 ? first.path : `${line.table}, ${line.unit}`
  const times = timeFaults(
    line,
    dataset,
    verdicts.flatMap(({ told }) => told ?? []),
  )
  const excused = known.some(({ excuses }) => excuses === 'times')
  return [
    ...findings,
    ...times.map((what) => finding(excused ? 'known' : 'wrong', where, what)),
    ...known.map(({ about, source }) => finding('known', where, `${about} (${source})`)),
  ]
}

/** What is wrong with the columns of a file: others than those of the table, or one that is a level of folders. */
function columnFaults(
  { table, shape }: ManifestLine,
  own: Readonly<Record<string, string>>,
  columns: Map<string, string>,
): string[] {
  const text = JSON.stringify(own)
  const first = columns.get(table) ?? text
  columns.set(table, first)
  const level = levelsOf(shape).find((name) => name in own)
  return [
    ...(text === first ? [] : [`its columns are ${text}, and those of other files of ${table} ${first}`]),
    ...(level === undefined ? [] : [`its folder tells ${level}, and so does a column of that name`]),
  ]
}

const levelsOf = (shape: ManifestLine['shape']): string[] => {
  const { partition } = shape
  return Array.isArray(partition) ? partition.filter((name) => typeof name === 'string') : []
}

/** What is wrong with the folders that a file lies in: they tell the levels of its table, and of a dataset the day. */
function levelFaults(line: ManifestLine, path: string): string[] {
  const { table, unit, shape } = line
  const levels = levelsOf(shape)
  if (levels.length === 0) return []
  const folders = path
    .slice(table.length + 1)
    .split('/')
    .slice(0, -1)
  const names = folders.map((folder) => folder.slice(0, folder.indexOf('=')))
  if (names.join() !== levels.join())
    return [
      `its folders tell ${names.join(', ') || 'nothing'}, where those of ${table} tell ${levels.join(', ')}`,
    ]
  // Units of other tables need not be named as their folders are.
  const isDay = datasetOf(line) !== undefined && isDate(unit)
  return isDay && folders[0] !== levelPath([[levels[0] as string, unit]])
    ? [`it is of ${unit}, and its folder is ${folders[0]}`]
    : []
}
