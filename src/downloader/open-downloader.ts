import { resolve } from 'node:path'
import { isMillraceError, UsageError } from '../core/errors.ts'
import { inOrder } from '../core/in-order.ts'
import { persist } from '../core/persist.ts'
import { type Credentials, createRun, type Run } from '../core/run.ts'
import { runRecipe } from '../core/run-recipe.ts'
import {
  type BucketPlace,
  listObjects,
  massiveFlatFiles,
  type RemoteFile,
  sharedBucket,
} from '../remote/bucket.ts'
import { findObject } from '../remote/find-object.ts'
import { bytesInMemory } from './in-memory.ts'
import { openStatistics, type Statistics } from './statistics.ts'

/** Where the objects are, who asks for them, and how. The bucket is that of the vendor's flat files by default. */
export interface DownloaderOptions extends Partial<BucketPlace> {
  /** The S3 key pair; a function is asked once, with the first request. */
  readonly credentials: Credentials | (() => Promise<Credentials>)
  /** How often in a row something is asked for again; every byte that comes renews them. 5 by default. */
  readonly retries?: number
  /** How long the server may be silent while it is waited for. 60 000 by default. */
  readonly timeoutMs?: number
  /** Connections at most. 50 by default, 10 for the synchronous form. */
  readonly connections?: number
  /** Objects of a batch at a time. 8 by default. */
  readonly concurrency?: number
  /** For all bodies together. 0, the default, is no limit; the vendor asks for at most 256 000 000. */
  readonly bytesPerSecond?: number
  /** Is told what is worth knowing although it stops nothing. */
  warn?(text: string): void
}

export interface FetchOptions {
  /** Inflate it, and check that. By default what ends in `.gz` is. */
  readonly gunzip?: boolean
}

/** What stands in a batch for an object that could not be fetched. */
interface Failures {
  readonly null: null
  readonly errors: Error
}

export interface BatchOptions<F extends keyof Failures> extends FetchOptions {
  /** `null` by default. */
  readonly failures?: F
}

export interface ListOptions {
  /** At most so many; all by default, page by page as they are read. */
  readonly most?: number
}

/** Fetches objects of a bucket. All its methods share one pool of connections and one rate. */
export interface Downloader {
  /** One object, in memory. @throws {MissingError} when there is none, {AccessError}, {NetworkError}, {DataError}. */
  get(key: string, options?: FetchOptions): Promise<Buffer>
  /** Several, in the order of their keys; a failure of one does not stop the others. */
  getMany<F extends keyof Failures = 'null'>(
    keys: readonly string[],
    options?: BatchOptions<F>,
  ): Promise<(Buffer | Failures[F])[]>
  /**
   * One object into a file, which appears whole or not at all; folders are made. What has come of it before a failure lies
   * beside it, and the next call goes on from there. A file that is there already is not fetched again when it is the
   * object by size, and by MD5 where the ETag is one.
   */
  download(key: string, path: string, options?: FetchOptions): Promise<void>
  /** Objects whose keys begin so, in the order of the keys. */
  list(prefix: string, options?: ListOptions): AsyncGenerator<RemoteFile>
  /** @throws {AccessError} when the bucket may not be listed: that is no answer. */
  exists(key: string): Promise<boolean>
  /** Of all that was fetched since the beginning, or the last reset. */
  statistics(): Statistics
  resetStatistics(): void
  /** Ends what is under way, with an error, and cuts all connections. */
  close(): void
}

/** The numbers that hold where none is given. */
export const downloaderDefaults = { retries: 5, timeoutMs: 60_000, connections: 50, concurrency: 8 } as const

/** Opens a downloader; nothing is asked of the server yet. @throws {UsageError} when the place is none. */
export function openDownloader(options: DownloaderOptions): Downloader {
  const { retries, timeoutMs, connections, concurrency } = { ...downloaderDefaults, ...options }
  const place: BucketPlace = { ...massiveFlatFiles, ...placeOf(options) }
  const statistics = openStatistics()
  const stop = new AbortController()
  const { credentials, bytesPerSecond = 0 } = options
  const run = createRun({
    signal: stop.signal,
    timeoutMs,
    lowLevelRetries: retries,
    bytesPerSecond,
    retried: statistics.retried,
    access: async () => (typeof credentials === 'function' ? credentials() : credentials),
    warn: (text) => options.warn?.(text),
  })
  const bucket = sharedBucket(place, run, connections)
  const get: Downloader['get'] = (key, { gunzip } = {}) =>
    statistics.counted(() => toMemory(place, { key, gunzip: gunzip ?? isGzip(key) }, run))
  return {
    get,
    async getMany(keys, { failures, ...fetching } = {}) {
      const asked = failures as keyof Failures | undefined
      const results = await inOrder(keys, concurrency, (key) =>
        get(key, fetching).catch((error: unknown) => {
          if (stop.signal.aborted || !isMillraceError(error)) throw error
          return asked === 'errors' ? error : null
        }),
      )
      // What stands for a failure is what was asked for.
      return results as never
    },
    download: (key, path, { gunzip } = {}) =>
      statistics.counted(() => toFile(place, { key, path, gunzip: gunzip ?? isGzip(key) }, run)),
    list: (prefix, { most } = {}) => firstOf(most, listObjects(place, prefix, run)),
    exists: async (key) => (await findObject(place, key, run)) !== undefined,
    statistics: statistics.now,
    resetStatistics: statistics.reset,
    close() {
      stop.abort(new UsageError('the downloader is closed', { hint: 'open another one' }))
      bucket.close()
    },
  }
}

const isGzip = (key: string): boolean => key.endsWith('.gz')

/** Only what is given: the rest is the vendor's. */
const placeOf = ({ endpoint, region, bucket }: Partial<BucketPlace>): Partial<BucketPlace> => ({
  ...(endpoint !== undefined && { endpoint }),
  ...(region !== undefined && { region }),
  ...(bucket !== undefined && { bucket }),
})

interface Wanted {
  readonly key: string
  readonly gunzip: boolean
}

/** An object that is published anew while it is read is read from its beginning, once. */
const toMemory = (place: BucketPlace, { key, gunzip }: Wanted, run: Run): Promise<Buffer> =>
  persist(() => bytesInMemory({ ...place, key }, gunzip ? 'gunzip' : 'as-it-is', run), run, {
    retries: 0,
    renew: async () => {},
  })

async function toFile(
  place: BucketPlace,
  { key, path, gunzip }: Wanted & { readonly path: string },
  run: Run,
): Promise<void> {
  const { getObjects } = await import('../pipelines/get-objects.ts')
  // Whole, so that no name is taken for stdout.
  const params = { ...place, keys: [key], out: resolve(path), gunzip, verify: false }
  const { failed } = await runRecipe(getObjects, params, run, { tool: 'millrace' })
  for (const { error } of failed) throw error
  run.signal.throwIfAborted()
}

async function* firstOf<T>(most = Number.POSITIVE_INFINITY, all: AsyncIterable<T>): AsyncGenerator<T> {
  let left = most
  if (left <= 0) return
  for await (const one of all) {
    yield one
    if (--left <= 0) return
  }
}
