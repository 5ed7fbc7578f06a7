import { isMillraceError, type MillraceError, MissingError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dateIn } from '../datasets/days.ts'
import { dayOfKey } from '../datasets/keys.ts'
import { startAsking } from '../remote/asking.ts'
import { type BucketPlace, listObjects, type RemoteFile, sharedBucket } from '../remote/bucket.ts'
import { whereText } from '../remote/s3-errors.ts'

/** Which days of a dataset the bucket lists, and which of them these keys open. */
export interface PlanReach {
  readonly first: string
  readonly last: string
  /** The oldest day that opens; absent when the newest one does not. */
  readonly openFrom: string | undefined
  /** Why the newest or, when that opens, the oldest one does not. */
  readonly refusal: MillraceError | undefined
}

/**
 * Finds out what a plan opens of a dataset: a listing shows all files, whatever the plan, so a byte is asked of the newest
 * and of the oldest; where only the newest opens, the first one that does is searched between them.
 *
 * @throws {MissingError} when the bucket has nothing of the dataset; errors of the network, and of keys, as they are.
 */
export async function reachOf(dataset: Dataset, place: BucketPlace, run: Run): Promise<PlanReach> {
  const files = await edgesOf(dataset, place, run)
  const [oldest, newest] = files
  const ends = { first: dayIn(oldest), last: dayIn(newest) }
  const asking = startAsking(run, run.signal)
  const refusedAtEnd = await refusal(() => asking.answer(() => open(newest, place, run)))
  if (refusedAtEnd) return { ...ends, openFrom: undefined, refusal: refusedAtEnd }
  const refused = await refusal(() => open(oldest, place, run))
  if (!refused) return { ...ends, openFrom: ends.first, refusal: undefined }
  const all: RemoteFile[] = []
  for await (const file of listObjects(place, `${dataset.prefix}/`, run))
    if (dayOfKey(file.key)) all.push(file)
  const openFrom = await firstOpen(all, (file) => refusal(() => open(file, place, run)))
  return { ...ends, openFrom: openFrom && dayIn(openFrom), refusal: refused }
}

const dayIn = ({ key }: RemoteFile): string => dayOfKey(key) ?? key

/** The first and the last file; the last one is looked for year by year, from this one back. */
async function edgesOf(
  { prefix, since, name }: Dataset,
  place: BucketPlace,
  run: Run,
): Promise<readonly [RemoteFile, RemoteFile]> {
  let first: RemoteFile | undefined
  for await (const file of listObjects(place, `${prefix}/`, run)) {
    if (dayOfKey(file.key) === undefined) continue
    first = file
    break
  }
  if (!first)
    throw new MissingError(`${whereText({ ...place, key: `${prefix}/` })} has no file of ${name}`, {
      hint: 'check --endpoint and --bucket; the flat files are in the bucket flatfiles',
    })
  let last = first
  const thisYear = Number(dateIn('UTC', run.clock.wallMs()).slice(0, 4)) + 1
  for (let year = thisYear; last === first && year >= Number(since.slice(0, 4)); year--)
    for await (const file of listObjects(place, `${prefix}/${year}/`, run))
      if (dayOfKey(file.key)) last = file
  return [first, last]
}

/** Asks for the last byte of a file. */
async function open({ key, etag, size }: RemoteFile, place: BucketPlace, run: Run): Promise<void> {
  const { body } = await sharedBucket(place, run).get(key, {
    etag,
    size,
    from: Math.max(0, size - 1),
    signal: run.signal,
  })
  body.destroy()
}

/** @returns the error when it is one of access. */
async function refusal(action: () => Promise<void>): Promise<MillraceError | undefined> {
  try {
    await action()
    return undefined
  } catch (error) {
    if (isMillraceError(error) && error.reason === 'access') return error
    throw error
  }
}

/** Half of what is left at a time: what a plan opens is the newer part. */
async function firstOpen(
  files: readonly RemoteFile[],
  isRefused: (file: RemoteFile) => Promise<unknown>,
): Promise<RemoteFile | undefined> {
  let [low, high] = [0, files.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (await isRefused(files[middle] as RemoteFile)) low = middle + 1
    else high = middle
  }
  return files[high]
}
