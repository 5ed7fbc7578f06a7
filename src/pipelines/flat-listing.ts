import type { Run } from '../core/run.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dayOfKey, prefixesBetween } from '../datasets/keys.ts'
import { type BucketPlace, listObjects, type RemoteFile } from '../remote/bucket.ts'
import type { Range } from './flat-dates.ts'

/** What of a bucket is listed. */
export interface Listed {
  /** With a range only what can hold its days is listed. */
  readonly dataset?: Dataset | undefined
  readonly prefix: string
  /** Only keys whose name tells a day in it. */
  readonly range?: Range | undefined
}

/** Objects in the order of their keys, listed page by page as they are read. */
export async function* listRange(
  { dataset, prefix, range }: Listed,
  place: BucketPlace,
  run: Run,
): AsyncGenerator<RemoteFile> {
  const prefixes = dataset && range ? prefixesBetween(dataset, range.first, range.last) : [prefix]
  for (const one of prefixes)
    for await (const file of listObjects(place, one, run)) if (isWithin(file.key, range)) yield file
}

function isWithin(key: string, range: Range | undefined): boolean {
  if (!range) return true
  const day = dayOfKey(key)
  return day !== undefined && day >= range.first && day <= range.last
}
