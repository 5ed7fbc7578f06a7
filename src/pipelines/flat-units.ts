import { stat } from 'node:fs/promises'
import { MissingError, UsageError } from '../core/errors.ts'
import type { Day } from '../core/params.ts'
import type { Unit } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import { type Dataset, keyOf, monthPrefixOf } from '../datasets/dataset.ts'
import { addDays, dateIn, datesBetween, isWeekend } from '../datasets/days.ts'
import { listObjects } from '../remote/bucket.ts'
import { checkOutput, checkUnits, rawPath } from './flat-output.ts'
import type { FlatParams } from './flat-params.ts'

/** Where a day's file is. */
export type Origin =
  | { readonly kind: 'object'; readonly key: string; readonly etag?: string; readonly size?: number }
  | { readonly kind: 'file'; readonly path: string; readonly size: number }
  | { readonly kind: 'stdin' }

/** One day of a dataset. */
export interface FlatUnit extends Unit {
  readonly date: string
  readonly origin: Origin
  /** First and last of the run: what they write to one stdout is one text, or one Arrow stream. */
  readonly first: boolean
  readonly last: boolean
}

type Found = Omit<FlatUnit, 'first' | 'last' | 'id'>

/**
 * The days that were asked for and are there, in order. Weekdays that are not are warned of: a holiday, not yet
 * published, or a hole.
 *
 * @throws {MissingError} when none is there.
 */
export async function flatUnits(dataset: Dataset, params: FlatParams, run: Run): Promise<FlatUnit[]> {
  checkOutput(params)
  const dates = datesOf(params, run)
  const found = await findFiles(dataset, dates, params, run)
  const where = params.from ?? `${params.endpoint}/${params.bucket}`
  if (found.length === 0)
    throw new MissingError(`no ${dataset.name} file for ${dates[0]} to ${dates.at(-1)} in ${where}`, {
      hint: `looked for ${keyOf(dataset, dates[0] as string)}; weekends and holidays have none, and a day is published by about 11:00 New York time of the next`,
    })
  const present = new Set(found.map(({ date }) => date))
  for (const date of dates)
    if (!present.has(date) && !isWeekend(date)) run.warn(`${date}: no ${dataset.name} file there`)
  checkUnits(params, found.length)
  return found.map((unit, i) => ({ ...unit, id: unit.date, first: i === 0, last: i === found.length - 1 }))
}

function datesOf({ start, end }: FlatParams, run: Run): string[] {
  const today = dateIn('America/New_York', run.clock.wallMs())
  const dateOf = (given: Day): string => ('date' in given ? given.date : addDays(today, -given.daysAgo))
  const first = dateOf(start)
  const last = end ? dateOf(end) : 'daysAgo' in start ? today : first
  if (last < first) throw new UsageError(`--end ${last} is before --start ${first}`)
  return datesBetween(first, last)
}

async function findFiles(
  dataset: Dataset,
  dates: readonly string[],
  params: FlatParams,
  run: Run,
): Promise<Found[]> {
  if (params.from === undefined) return findObjects(dataset, dates, params, run)
  if (params.from !== '-') return findLocal(dataset, dates, params.from)
  if (dates.length > 1) throw new UsageError(`--from - is one file, and ${dates.length} days were asked for`)
  return [{ date: dates[0] as string, origin: { kind: 'stdin' } }]
}

async function findObjects(
  dataset: Dataset,
  dates: readonly string[],
  params: FlatParams,
  run: Run,
): Promise<Found[]> {
  const found: Found[] = []
  const wanted = new Map(dates.map((date) => [keyOf(dataset, date), date]))
  for (const month of new Set(dates.map((date) => date.slice(0, 7))))
    for await (const { key, size, etag } of listObjects(params, monthPrefixOf(dataset, month), run)) {
      const date = wanted.get(key)
      if (date === undefined) continue
      found.push({
        date,
        bytes: size,
        identity: { key, etag, size },
        origin: { kind: 'object', key, etag, size },
      })
    }
  return found
}

/** Files fetched before, in the tree of the bucket or flat. */
async function findLocal(dataset: Dataset, dates: readonly string[], folder: string): Promise<Found[]> {
  const found: Found[] = []
  for (const date of dates)
    for (const path of [rawPath(folder, dataset, date, false), rawPath(folder, dataset, date, true)]) {
      const file = await stat(path).catch(() => undefined)
      if (!file?.isFile()) continue
      const identity = { path, size: file.size, mtime: file.mtime.toISOString() }
      found.push({ date, bytes: file.size, identity, origin: { kind: 'file', path, size: file.size } })
      break
    }
  return found
}
