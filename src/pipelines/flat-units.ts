import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AccessError, MissingError, UsageError } from '../core/errors.ts'
import type { Day } from '../core/params.ts'
import type { Run } from '../core/run.ts'
import { type Dataset, keyOf, monthPrefixOf } from '../datasets/dataset.ts'
import { addDays, dateIn, datesBetween, isWeekend } from '../datasets/days.ts'
import { listObjects } from '../remote/bucket.ts'
import { whereText } from '../remote/s3-errors.ts'
import { checkOutput, rawPath } from './flat-output.ts'
import type { FlatParams } from './flat-params.ts'
import type { FlatUnit } from './flat-unit.ts'

type Found = Omit<FlatUnit, 'id'>

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
  if (found.length === 0)
    throw new MissingError(
      `no ${dataset.name} file for ${dates[0]} to ${dates.at(-1)} in ${params.from ?? whereText(params)}`,
      {
        hint: `looked for ${keyOf(dataset, dates[0] as string)}; weekends and holidays have none, and a day is published by about 11:00 New York time of the next`,
      },
    )
  const present = new Set(found.map(({ date }) => date))
  for (const date of dates)
    if (!present.has(date) && !isWeekend(date)) run.warn(`${date}: no ${dataset.name} file there`)
  return found.map((unit) => ({ ...unit, id: unit.date }))
}

function datesOf({ start, end }: FlatParams, run: Run): string[] {
  const today = dateIn('America/New_York', run.clock.wallMs())
  const dateOf = (given: Day): string => ('date' in given ? given.date : addDays(today, -given.daysAgo))
  const first = dateOf(start)
  const last = end ? dateOf(end) : 'daysAgo' in start ? today : first
  if (last < first) throw new UsageError(`--end ${last} is before --start ${first}`)
  // Somewhere it is tomorrow already; later days have no files, and a range may well end with the year.
  const tomorrow = addDays(today, 1)
  if (first > tomorrow) throw new UsageError(`--start ${first} is yet to come: today is ${today}`)
  const [earlier = last] = [last, tomorrow].sort()
  return datesBetween(first, earlier)
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
    for (const flat of [false, true]) {
      // Whole, so that the same file is the same wherever the command is run.
      const path = resolve(rawPath(folder, dataset, date, flat))
      const file = await stat(path).catch((error: unknown) => undefinedIfMissing(path, error))
      if (!file?.isFile()) continue
      const identity = { path, size: file.size, mtime: file.mtime.toISOString() }
      found.push({ date, bytes: file.size, identity, origin: { kind: 'file', path, size: file.size } })
      break
    }
  return found
}

function undefinedIfMissing(path: string, error: unknown): undefined {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    throw new AccessError(`${path}: cannot be looked at (${message})`, { cause: error })
}
