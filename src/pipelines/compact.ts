import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { type ManifestLine, same } from '../core/manifest.ts'
import { isDate, text } from '../core/params.ts'
import { from } from '../core/pipeline.ts'
import { type Identity, recipe, type Unit } from '../core/recipe.ts'
import type { Shape } from '../core/stage.ts'
import { linesOfLake } from '../lake/parquet-tables.ts'
import { parquetLake } from '../sinks/parquet-lake.ts'
import { type DayFile, sortedDays } from '../sources/sorted-days.ts'

/** What is compacted. */
export interface CompactParams {
  /** Folder of the lake. */
  readonly lake: string
  readonly table: string
}

/** One month of a table of days. */
export interface MonthUnit extends Unit {
  readonly files: readonly DayFile[]
  /** That of its days. */
  readonly shape: Shape
}

/** Name of the table that the months of a table of days make. */
export const monthTable = (table: string): string => `${table}_by_month`

const isBars = (name: unknown): boolean => typeof name === 'string' && /[-_](daily|minute)$/.test(name)

/** The days of a table, in order. @throws {UsageError} when it is none of bars that lie in one folder a day. */
async function daysOf({ lake, table }: CompactParams): Promise<readonly ManifestLine[]> {
  const lines = await linesOfLake(lake)
  const days = lines.filter((line) => line.table === table && isDate(line.unit) && line.files.length > 0)
  const [first] = days
  const others = [...new Set(lines.filter(isOfBars).map((line) => line.table))].sort()
  const hint = others.length === 0 ? 'this lake has none' : `this lake has ${others.join(', ')}`
  if (!first) throw new UsageError(`${lake} has no table ${table} of daily or minute bars`, { hint })
  if (!isOfBars(first)) throw new UsageError(`${table} holds no daily or minute bars by day`, { hint })
  const other = days.find(({ shape }) => !same(shape, first.shape))
  if (other)
    throw new UsageError(`the days ${first.unit} and ${other.unit} of ${table} have not the same shape`, {
      hint: 'a run with --replace was not finished: finish it first',
    })
  return days.toSorted((a, b) => (a.unit < b.unit ? -1 : 1))
}

const isOfBars = ({ table, shape }: ManifestLine): boolean =>
  shape['format'] === 'parquet' &&
  same(shape['partition'], ['date']) &&
  (isBars(table) || isBars(shape['dataset']))

function monthsOf(days: readonly ManifestLine[], lake: string): MonthUnit[] {
  const months = new Map<string, ManifestLine[]>()
  for (const day of days) {
    const month = day.unit.slice(0, 7)
    months.set(month, [...(months.get(month) ?? []), day])
  }
  return [...months].map(([id, lines]) => {
    const files = lines.flatMap(({ unit, files }) =>
      files.map((file) => ({ ...file, date: unit, path: join(lake, file.path) })),
    )
    const [{ shape }] = lines as [ManifestLine]
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return { id, bytes, identity: identityOf(lines), files, shape }
  })
}

/** All files of the days of a month, each with its length and hash. */
const identityOf = (lines: readonly ManifestLine[]): Identity =>
  Object.fromEntries(
    lines.flatMap(({ files }) => files.map(({ path, bytes, sha256 }) => [path, `${bytes} ${sha256 ?? ''}`])),
  )

/** Makes a table of months, each sorted by ticker, out of a table of days, which stays as it is. */
export const compactMonths = recipe<CompactParams, MonthUnit>({
  name: 'compact',
  summary: 'Day files of bars as months, sorted by ticker',
  params: {
    lake: text('folder of the lake', { required: true }),
    table: text('table of daily or minute bars', { required: true }),
  },
  module: import.meta.url,
  async *units(params) {
    yield* monthsOf(await daysOf(params), params.lake)
  },
  build({ id, files, shape }, { lake, table }) {
    const place = { root: lake, table: monthTable(table) }
    return from(sortedDays({ files, shape, slot: { ...place, unit: id } })).into(
      parquetLake({ ...place, partition: { month: id } }),
    )
  },
})
