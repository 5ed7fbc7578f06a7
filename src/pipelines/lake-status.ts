import type { Failure } from '../core/failures.ts'
import { lostUnits, readTables, sumKnown, type TableFacts, type UnitFacts } from '../core/lake-tables.ts'
import { isDate } from '../core/params.ts'
import type { Run } from '../core/run.ts'
import { datasets } from '../datasets/all.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { type DayInState, dayStates, type Gap, gapsOf, isLacking } from '../datasets/day-states.ts'
import { addDays } from '../datasets/days.ts'
import { dayOfKey, parseKey } from '../datasets/keys.ts'
import type { BucketPlace, RemoteFile } from '../remote/bucket.ts'
import { type Range, todayOf } from './flat-dates.ts'
import { listRange } from './flat-listing.ts'
import { openRestStatuses, type RestStatus } from './rest-status.ts'

/** A table of a lake, and what of it is done. */
export interface TableStatus {
  readonly table: string
  readonly units: number
  /** Absent where rows mean nothing, as for raw files. */
  readonly rows: number | undefined
  readonly bytes: number
  readonly failures: readonly Pick<Failure, 'unit' | 'reason' | 'error' | 'at'>[]
  /** Of a table of flat files. */
  readonly flat?: FlatStatus
  /** Of a table whose units share files. */
  readonly rest?: RestStatus
}

/** How the days of a dataset stand in a table. */
export interface FlatStatus {
  readonly dataset: string
  /** First and last day that is done; nothing, when none is. */
  readonly held: Range | undefined
  /** Every day of the range that was looked at. */
  readonly days: readonly DayInState[]
  readonly gaps: readonly Gap[]
  readonly changed: readonly Changed[]
  /** How many days somebody should look after. */
  readonly lacking: number
}

/** A day whose object is another one than when it was fetched; the bytes are those of the objects. */
export interface Changed {
  readonly date: string
  readonly bytesThen: number
  readonly bytesNow: number
}

export interface StatusOptions {
  /** Which bucket is asked; none, where only the calendar is to tell. */
  readonly place: BucketPlace | undefined
  /** Where to look, instead of from the table's first day to the last one that is published, or should be. */
  readonly first: string | undefined
  readonly last: string | undefined
  /** Late days count as lacking. */
  readonly strict: boolean
}

type Listing = ReadonlyMap<string, Pick<RemoteFile, 'etag' | 'size'>>

/**
 * How each table of a lake stands, by what the bucket has. Nothing is written, no lock is taken.
 *
 * @throws what `readTables` and listing a bucket throw.
 */
export async function lakeStatus(root: string, options: StatusOptions, run: Run): Promise<TableStatus[]> {
  const known = await readTables(root)
  const statuses = await openRestStatuses(root)
  const tables = withWaiting(known, statuses.tables).map((facts) => ({ facts, dataset: datasetOf(facts) }))
  const all: TableStatus[] = []
  for (const { facts, dataset } of tables) {
    const { table, units, failures } = facts
    const common = {
      table,
      units: units.size,
      rows: sumKnown([...units.values()].map(({ rows }) => rows)),
      bytes: [...units.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      failures: [...failures.values()]
        .filter(({ unit, at }) => at >= (statuses.doneAt(table, unit) ?? ''))
        .map(({ unit, reason, error, at }) => ({ unit, reason, error, at })),
    }
    const rest = await statuses.statusOf(table)
    const flat = dataset && !rest && (await flatStatus(root, { facts, dataset }, options, run))
    all.push({ ...common, ...(flat && { flat }), ...(rest && { rest }) })
  }
  return all
}

/** Tables, and those of which nothing is in a file yet. */
function withWaiting(tables: readonly TableFacts[], names: readonly string[]): TableFacts[] {
  const known = new Set(tables.map(({ table }) => table))
  const others = names.filter((table) => !known.has(table))
  return [...tables, ...others.map((table) => ({ table, units: new Map(), failures: new Map() }))].sort(
    (a, b) => (a.table < b.table ? -1 : 1),
  )
}

/** The dataset whose days a table holds: all its units are days, and their sources, or its name, are of one dataset. */
function datasetOf({ table, units, failures }: TableFacts): Dataset | undefined {
  const named = datasets.find((one) => [one.table, one.prefix, `${one.prefix} (flat)`].includes(table))
  const found = new Set<Dataset | undefined>()
  for (const unit of [...units.keys(), ...failures.keys()]) if (!isDate(unit)) return undefined
  for (const { identity } of units.values()) found.add(sourceOf(identity) ?? named)
  const [only = named] = found
  return found.size > 1 ? undefined : only
}

/** By its key, or by the path of a file that lies as the bucket has it, or flat. */
function sourceOf(identity: UnitFacts['identity']): Dataset | undefined {
  const { key = '', path = '' } = identity ?? {}
  const tail = /[^/\\]+(?:[/\\][^/\\]+){4}$/.exec(String(path))?.[0].replaceAll('\\', '/')
  const flat = /[^/\\]+$/.exec(String(path))?.[0].replaceAll('__', '/')
  for (const word of [String(key), tail, flat]) {
    const parsed = parseKey(word ?? '')
    if (!('why' in parsed)) return parsed.dataset
  }
  return undefined
}

async function flatStatus(
  root: string,
  { facts, dataset }: { readonly facts: TableFacts; readonly dataset: Dataset },
  { place, strict, ...asked }: StatusOptions,
  run: Run,
): Promise<FlatStatus> {
  const { units, failures } = facts
  const there = new Set(units.keys())
  const days = [...there].sort()
  const [from = ''] = [...days, ...failures.keys()].sort()
  const { first = from } = asked
  const today = todayOf(run)
  const listing = place && (await listDays(dataset, { first, last: today }, place, run))
  const lastDay = days.at(-1) ?? ''
  const published = latest([lastDay, ...(listing?.keys() ?? [])])
  const { last = latest([published, addDays(today, -1)]) } = asked
  const changed = listing ? changedDays(units, listing) : []
  const lost = await lostUnits(root, facts)
  const states = dayStates(
    dataset,
    { first, last },
    {
      there,
      changed: new Set(changed.map(({ date }) => date)),
      failed: new Set(failures.keys()),
      lost,
      listed: listing && new Set(listing.keys()),
      published,
      wallMs: run.clock.wallMs(),
    },
  )
  return {
    dataset: dataset.name,
    held: days[0] === undefined ? undefined : { first: days[0], last: lastDay },
    days: states,
    gaps: gapsOf(states),
    changed: changed.filter(({ date }) => date >= first && date <= last && !lost.has(date)),
    lacking: states.filter((day) => isLacking(day, { published, strict })).length,
  }
}

const latest = (dates: readonly string[]): string => [...dates].sort().at(-1) ?? ''

async function listDays(dataset: Dataset, range: Range, place: BucketPlace, run: Run): Promise<Listing> {
  const listing = new Map<string, Pick<RemoteFile, 'etag' | 'size'>>()
  if (range.first > range.last) return listing
  for await (const { key, etag, size } of listRange({ dataset, prefix: dataset.prefix, range }, place, run)) {
    const date = dayOfKey(key)
    if (date !== undefined) listing.set(date, { etag, size })
  }
  return listing
}

/** Of a file fetched otherwise only its size tells that it is another one, and of stdin nothing does. */
function changedDays(units: TableFacts['units'], listing: Listing): Changed[] {
  const changed: Changed[] = []
  for (const [date, { identity }] of units) {
    const now = listing.get(date)
    if (!now || identity?.['size'] === undefined) continue
    const { etag = now.etag, size } = identity
    if (etag !== now.etag || size !== now.size)
      changed.push({ date, bytesThen: Number(size), bytesNow: now.size })
  }
  return changed.sort((a, b) => (a.date < b.date ? -1 : 1))
}
