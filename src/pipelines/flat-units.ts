import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AccessError, UsageError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { type Dataset, keyOf } from '../datasets/dataset.ts'
import { datesBetween } from '../datasets/days.ts'
import { prefixesBetween } from '../datasets/keys.ts'
import { listObjects } from '../remote/bucket.ts'
import { whereText } from '../remote/s3-errors.ts'
import { reportAbsent, type Searched } from './flat-absent.ts'
import { rangeOf } from './flat-dates.ts'
import { checkOutput, rawPath } from './flat-output.ts'
import type { FlatParams } from './flat-params.ts'
import type { FlatUnit } from './flat-unit.ts'

type Found = Omit<FlatUnit, 'id'>

/**
 * The days that were asked for and are there, in order. Those that are not are warned of, with the reason.
 *
 * @throws {MissingError} when none is there, unless each is a weekend, a holiday or not yet published; {UsageError} when
 * the dataset begins later.
 */
export async function flatUnits(
  dataset: Dataset,
  params: FlatParams,
  run: Run,
  { toldUntil }: Pick<Searched, 'toldUntil'> = {},
): Promise<FlatUnit[]> {
  checkOutput(params)
  const { first, last } = rangeOf(params, run)
  const dates = datesBetween(first, last)
  const found = await findFiles(dataset, dates, params, run)
  const isBucket = params.from === undefined
  const where = params.from ?? whereText(params)
  reportAbsent({ dataset, where, isBucket, toldUntil }, dates, new Set(found.map(({ date }) => date)), run)
  return found.map((unit) => ({ ...unit, id: unit.date }))
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
  for (const prefix of prefixesBetween(dataset, dates[0] as string, dates.at(-1) as string))
    for await (const { key, size, etag } of listObjects(params, prefix, run)) {
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
