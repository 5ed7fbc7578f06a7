import type { Run } from '../core/run.ts'
import { type BucketPlace, listObjects, type RemoteFile } from './bucket.ts'

/**
 * What a listing says of one object; `undefined` when there is none. A listing, and not a HEAD: it tells of objects too that
 * the plan does not open, and when it is refused, why.
 *
 * @throws {AccessError} when the bucket may not be listed, {NetworkError} when retries have not helped.
 */
export async function findObject(place: BucketPlace, key: string, run: Run): Promise<RemoteFile | undefined> {
  // Keys come in order: of those that begin so, it is the first.
  for await (const found of listObjects(place, key, run)) return found.key === key ? found : undefined
  return undefined
}
