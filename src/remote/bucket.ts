import type { Readable } from 'node:stream'
import type { _Object as S3Entry } from '@aws-sdk/client-s3'
import { NetworkError, UsageError } from '../core/errors.ts'
import type { Rooms } from '../core/rooms.ts'
import type { Credentials, Run } from '../core/run.ts'
import { startAsking } from './asking.ts'
import { type BodyPlace, bodyPlace, type Known } from './body-place.ts'
import { type RequestOptions, requester } from './request.ts'
import { type Connection, type ConnectionOptions, connectTo } from './s3-connection.ts'
import { type Asked, endpointUrl, whereText } from './s3-errors.ts'
import { straightBody } from './straight-body.ts'

/** Where a bucket is. */
export interface BucketPlace {
  /** As `https://host:port`. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
}

/** The vendor's flat files. */
export const massiveFlatFiles: BucketPlace = {
  endpoint: 'https://files.massive.com',
  region: 'us-east-1',
  bucket: 'flatfiles',
}

/** One entry of a listing. */
export interface RemoteFile {
  readonly key: string
  /** In bytes, as stored. */
  readonly size: number
  /** Opaque, and with the quotes the server puts around it. */
  readonly etag: string
  readonly lastModified: Date
}

/** A part of a listing. */
export interface ListPage {
  readonly files: readonly RemoteFile[]
  /** Where the next page begins; absent on the last one. */
  readonly next: string | undefined
}

export interface PageOptions {
  /** As the page before this one says. */
  readonly from?: string | undefined
  readonly signal?: AbortSignal
}

export interface GetOptions extends Partial<Known> {
  readonly signal?: AbortSignal
  /** What a large body may be read into. */
  readonly rooms?: Rooms | undefined
}

/** An object whose body has begun. */
export interface RemoteBody extends BodyPlace {
  /** The bytes as stored. The receiver's: read it to its end or destroy it. Its errors are those of the socket. */
  readonly body: Readable
}

/** A bucket and its connections. Each request is made once, and ends when nothing comes in time. Errors are ours, see `s3Error`. */
export interface Bucket {
  /** Objects whose keys begin with `prefix`, in the order of their keys. */
  page(prefix: string, options?: PageOptions): Promise<ListPage>
  /**
   * Resolves when the headers are there; the body is the reader's to watch.
   *
   * @throws {NetworkError} whose `again` is `changed` when the object is not the one that is known.
   */
  get(key: string, options?: GetOptions): Promise<RemoteBody>
  /** Cuts all connections. */
  close(): void
}

export interface BucketOptions extends BucketPlace, ConnectionOptions, RequestOptions {}

/**
 * Opens nothing yet: the SDK is loaded and the credentials are asked for with the first request.
 *
 * @throws {UsageError} when the endpoint is not an http or https URL, or bucket or region is empty.
 */
export function openBucket(options: BucketOptions): Bucket {
  const { host } = endpointUrl(options.endpoint)
  for (const part of ['bucket', 'region'] as const)
    if (options[part] === '') throw new UsageError(`the ${part} at ${host} has no name`)
  let connecting: Promise<Connection> | undefined
  const connect = (): Promise<Connection> => {
    connecting ??= connectTo(options)
    return connecting
  }
  const request = requester(options)
  const ask: Ask = async (asked, send) => {
    const connected = await connect()
    return request(asked, (abortSignal) => send(connected, { abortSignal }))
  }
  return {
    page: (prefix, pageOptions = {}) => page(options, ask, prefix, pageOptions),
    get: (key, getOptions = {}) => get(options, ask, key, getOptions),
    // One that could not be made holds nothing, and its maker was told.
    close: () => void connecting?.then(({ client }) => client.destroy()).catch(() => {}),
  }
}

/**
 * The bucket as all stages of a run share it, with the credentials that the run lends under the name `s3`. Who asks first
 * says how many connections it has.
 */
export const sharedBucket = (place: BucketPlace, run: Run, connections?: number): Bucket =>
  run.share(`s3 ${place.endpoint} ${place.region} ${place.bucket}`, () => {
    const { clock, patience } = run
    const credentials = (): Promise<Credentials> => run.access('s3')
    return openBucket({ ...place, credentials, clock, timeoutMs: patience.timeoutMs, connections })
  })

/** Lists a bucket within a run and its patience, page by page as it is read. */
export async function* listObjects(place: BucketPlace, prefix: string, run: Run): AsyncGenerator<RemoteFile> {
  const { signal } = run
  const bucket = sharedBucket(place, run)
  const asking = startAsking(run, signal)
  let from: string | undefined
  do {
    const { files, next } = await run.until(asking.answer(() => bucket.page(prefix, { from, signal })))
    asking.renew()
    yield* files
    from = next
  } while (from !== undefined)
}

type Ask = <T>(
  asked: Asked,
  send: (connection: Connection, options: { abortSignal: AbortSignal }) => Promise<T>,
) => Promise<T>

async function page(
  place: BucketPlace,
  ask: Ask,
  prefix: string,
  { from, signal }: PageOptions,
): Promise<ListPage> {
  const asked: Asked = { endpoint: place.endpoint, bucket: place.bucket, key: prefix, signal }
  const answer = await ask(asked, ({ sdk, client }, options) =>
    client.send(
      new sdk.ListObjectsV2Command({ Bucket: place.bucket, Prefix: prefix, ContinuationToken: from }),
      options,
    ),
  )
  const { Name, IsTruncated, NextContinuationToken, Contents } = answer
  // An empty text is an empty listing to the SDK: a cut answer must not pass for an empty bucket.
  if ((Name ?? IsTruncated ?? Contents) === undefined)
    throw new NetworkError(`${whereText(asked)}: the answer is not a listing`, {
      hint: 'check the endpoint',
      again: 'few',
    })
  if (IsTruncated && (!NextContinuationToken || NextContinuationToken === from))
    throw new NetworkError(
      `${whereText(asked)}: the listing breaks off: it says that more follows, but not where`,
    )
  return {
    files: (Contents ?? []).map((entry) => remoteFile(entry, asked)),
    next: IsTruncated ? NextContinuationToken : undefined,
  }
}

function remoteFile({ Key, Size, ETag, LastModified }: S3Entry, asked: Asked): RemoteFile {
  if (Key === undefined || Size === undefined || ETag === undefined || LastModified === undefined)
    throw new NetworkError(
      `${whereText(asked)}: the listing has an entry without key, size, ETag or time: ${Key}`,
    )
  return { key: Key, size: Size, etag: ETag, lastModified: LastModified }
}

async function get(
  place: BucketPlace,
  ask: Ask,
  key: string,
  { etag, size, from = 0, signal, rooms }: GetOptions,
): Promise<RemoteBody> {
  const asked: Asked = { endpoint: place.endpoint, bucket: place.bucket, key, signal }
  const answer = await ask(asked, ({ sdk, client }, options) =>
    client.send(
      new sdk.GetObjectCommand({
        Bucket: place.bucket,
        Key: key,
        IfMatch: etag,
        ...(from > 0 && { Range: `bytes=${from}-` }),
      }),
      options,
    ),
  )
  // Under Node the SDK's body is always the response of the http module.
  const body = straightBody(answer.Body as unknown as Readable, answer.ContentLength, rooms)
  try {
    signal?.throwIfAborted()
    return { body, ...bodyPlace(answer, { etag, size, from }, asked) }
  } catch (error) {
    body.destroy()
    throw error
  }
}
