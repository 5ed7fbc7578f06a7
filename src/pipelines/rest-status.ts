import { join } from 'node:path'
import { type GatheredUnit, gatheredUnits } from '../core/gathered.ts'
import { inOrder } from '../core/in-order.ts'
import { eachManifestLine } from '../core/manifest.ts'
import type { OutputFile } from '../core/output.ts'
import type { PendingHead } from '../core/pending.ts'
import type { Shape } from '../core/stage.ts'
import { restTables } from '../datasets/rest-tables.ts'
import { filledShare } from '../lake/filled-share.ts'
import type { Layout, MergeRule } from '../lake/merge-rule.ts'
import { readFooter } from '../lake/parquet-footer.ts'
import { syncedOf } from './rest-units.ts'
import { isWindow } from './rest-windows.ts'

/** How a table stands whose units share files. */
export interface RestStatus {
  /** The recipe that it comes from. */
  readonly source: string
  readonly layout: Layout
  readonly files: number
  /** First and last day of its rows; absent of a table without dates. */
  readonly held?: { readonly first: string; readonly last: string }
  /** Asked for one by one: those that have rows, and those of which there is nothing. */
  readonly companies?: { readonly withRows: number; readonly without: number }
  /** Parts of the time that were asked for, all companies at once. */
  readonly windows?: number
  /** Made of other tables of the lake, as the ratios are. */
  readonly isMade?: true
  /** When the unit was asked for that was not asked for the longest, as ISO 8601 in UTC. */
  readonly oldestAt?: string
  /** Of ratios: in which part of the rows each has a value, from 0 to 1. */
  readonly filled?: Readonly<Record<string, number>>
  /** What is done and not in the files yet. */
  readonly waiting: { readonly units: number; readonly rows: number }
}

/** Looks at the tables of a lake whose units share files. */
export interface RestStatuses {
  readonly tables: readonly string[]
  /** Nothing for a table of another kind. */
  statusOf(table: string): Promise<RestStatus | undefined>
  doneAt(table: string, unit: string): string | undefined
}

/** @throws what `readManifest` and `readGathered` throw. */
export async function openRestStatuses(root: string): Promise<RestStatuses> {
  const { waiting, unitsOf, doneAt } = await gatheredUnits(root)
  const tables = new Map<string, Table>()
  const tableOf = (table: string, shape: Shape): Table => {
    const known = tables.get(table) ?? { root, table, shape, slots: new Map() }
    tables.set(table, known)
    return known
  }
  // Of lines of other tables nothing is kept.
  for await (const { table, unit, shape, files } of eachManifestLine(root))
    if (shape['merge']) tableOf(table, shape).slots.set(unit, files)
  for (const { table, shape } of waiting) tableOf(table, shape)
  return {
    tables: [...tables.keys()],
    doneAt: (table, unit) => doneAt({ table, unit }),
    async statusOf(name) {
      const table = tables.get(name)
      const heads = waiting.filter((head) => head.table === name)
      return table && { ...(await filesStatus(table)), ...unitsStatus(unitsOf(name)), waiting: sumOf(heads) }
    },
  }
}

interface Table {
  readonly root: string
  readonly table: string
  readonly shape: Shape
  readonly slots: Map<string, readonly OutputFile[]>
}

const sumOf = (heads: readonly PendingHead[]): RestStatus['waiting'] => ({
  units: heads.length,
  rows: heads.reduce((sum, { counts }) => sum + counts.rowsOut, 0),
})

async function filesStatus({ root, table, shape, slots }: Table) {
  const { time, layout } = shape['merge'] as MergeRule
  const files = [...slots.values()].flat()
  const held = time === undefined ? undefined : await daysOf(root, files, time)
  const source = String(shape['source'] ?? restTables.find((one) => one.table === table)?.name ?? table)
  const filled =
    source === 'financial-ratios' && files.length <= mostFilesLooked && (await filledIn(root, files))
  const isMade = !restTables.some(({ name }) => name === source)
  return {
    source,
    layout,
    files: files.length,
    ...(isMade && { isMade }),
    ...(held && { held }),
    ...(filled && { filled }),
  }
}

/** A footer of all ratios takes some milliseconds to read. */
const mostFilesLooked = 500

/** Nothing where a file is gone, or is none: that is for `verify` to tell. */
async function filledIn(root: string, files: readonly OutputFile[]): Promise<RestStatus['filled']> {
  const share = await filledShare(files.map(({ path }) => join(root, path))).catch(() => undefined)
  return share && Object.fromEntries(share)
}

function unitsStatus(units: readonly GatheredUnit[]): Pick<RestStatus, 'companies' | 'windows' | 'oldestAt'> {
  const rows = new Map<string, number>()
  const askedAt = new Map<string, string>()
  for (const { unit, rows: more, at } of units) {
    const whose = syncedOf(unit) ?? unit
    rows.set(whose, (rows.get(whose) ?? 0) + more)
    askedAt.set(whose, [askedAt.get(whose) ?? '', at].sort().at(-1) ?? at)
  }
  const companies = [...rows].filter(([name]) => !isWindow(name))
  const windows = units.filter(({ unit }) => isWindow(unit)).length
  const withRows = companies.filter(([, n]) => n > 0).length
  // What was asked of all of them holds for each window.
  const whole = askedAt.get('all') ?? ''
  const times = [...askedAt].map(([name, at]) => (isWindow(name) && whole > at ? whole : at)).sort()
  return {
    ...(companies.length > 0 && { companies: { withRows, without: companies.length - withRows } }),
    ...(windows > 0 && { windows }),
    ...(times[0] !== undefined && { oldestAt: times[0] }),
  }
}

/** Footers that are read at most of each end: of a file a company and month there may be thousands. */
const mostFooters = 64
const together = 8

async function daysOf(root: string, files: readonly OutputFile[], time: string): Promise<RestStatus['held']> {
  const months = new Map<string, string[]>()
  for (const { path } of files) {
    const [, year, month] = /\/year=(\d{4})\/month=(\d\d)\//.exec(path) ?? []
    if (month !== undefined) months.set(`${year}-${month}`, [...(months.get(`${year}-${month}`) ?? []), path])
  }
  const sorted = [...months.keys()].sort()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const days = async (month: string): Promise<string[]> => {
    const paths = months.get(month) ?? []
    if (paths.length > mostFooters) return [month]
    const found = await inOrder(paths, together, async (path) => {
      const range = await readFooter(join(root, path)).then(
        (footer) => footer.days(time),
        () => undefined,
      )
      return range ? [range.first, range.last] : [month]
    })
    return found.flat().sort()
  }
  return { first: (await days(first))[0] ?? first, last: (await days(last)).at(-1) ?? last }
}
