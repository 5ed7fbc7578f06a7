import type { Readable } from 'node:stream'
import type { GetObjectCommandOutput, S3Client, _Object as S3Entry } from '@aws-sdk/client-s3'
import { AccessError, NetworkError, UsageError } from '../core/errors.ts'
import type { Credentials, Run } from '../core/run.ts'
import { type Asked, endpointUrl, s3Error, whereText } from './s3-errors.ts'

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

export interface GetOptions {
  /** Only this version: sent as If-Match, and compared with the ETag of the answer. */
  readonly etag?: string | undefined
  /** First byte wanted, counted from 0. */
  readonly from?: number
  readonly signal?: AbortSignal
}

/** An object whose body has begun. */
export interface RemoteBody {
  /** The bytes as stored, from `from` on. The receiver's: read it to its end or destroy it. Its errors are those of the socket. */
  readonly body: Readable
  /** Of the whole object, also when only a part was asked for; absent when the server does not say. */
  readonly size: number | undefined
  readonly etag: string
}

/** A bucket and its connections. Errors are ours, see `s3Error`. */
export interface Bucket {
  /** All objects whose keys begin with `prefix`, in the order of their keys, page by page as they are asked for. */
  list(prefix: string, signal?: AbortSignal): AsyncGenerator<RemoteFile>
  /** Resolves when the headers are there. Neither retries nor times out the body: that is the reader's. */
  get(key: string, options?: GetOptions): Promise<RemoteBody>
  /** Cuts all connections. */
  close(): void
}

export interface BucketOptions extends BucketPlace {
  /** Asked once, with the first request. */
  credentials(): Promise<Credentials>
}

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
    connecting ??= connection(options)
    return connecting
  }
  return {
    list: (prefix, signal) => list(options, connect, prefix, signal),
    get: (key, getOptions = {}) => get(options, connect, key, getOptions),
    // One that could not be made holds nothing, and its maker was told.
    close: () => void connecting?.then(({ client }) => client.destroy()).catch(() => {}),
  }
}

/** The bucket as all stages of a run share it, with the credentials that the run lends under the name `s3`. */
export const sharedBucket = (place: BucketPlace, run: Run): Bucket =>
  run.share(`s3 ${place.endpoint} ${place.region} ${place.bucket}`, () =>
    openBucket({ ...place, credentials: () => run.access('s3') }),
  )

/** Lists a bucket within a run, and ends with it. */
export async function* listObjects(place: BucketPlace, prefix: string, run: Run): AsyncGenerator<RemoteFile> {
  const files = sharedBucket(place, run).list(prefix, run.signal)
  for (;;) {
    const next = await run.until(files.next())
    if (next.done) return
    yield next.value
  }
}

type Sdk = typeof import('@aws-sdk/client-s3')

interface Connection {
  readonly sdk: Sdk
  readonly client: S3Client
}

type Connect = () => Promise<Connection>

async function connection({ endpoint, region, credentials }: BucketOptions): Promise<Connection> {
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials()
  // The SDK would fail as well, but as a bug, and hold the process for 40 s.
  if (!/^[!-~]+$/.test(accessKeyId + (sessionToken ?? '')))
    throw new AccessError(
      'the access key id or the session token is empty, or has a character that no key has',
      {
        hint: 'look for a line end or a quote that was copied along',
      },
    )
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    // What the environment and ~/.aws/config would decide otherwise; `auto` there would even ask the network.
    defaultsMode: 'standard',
    retryMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    requestHandler: {
      connectionTimeout: 10_000,
      // Until the headers are there.
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      // An idle socket may belong to a reader that waits for the throttle or for a slow pipe.
      socketTimeout: 0,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
  })
  return { sdk, client }
}

async function* list(
  place: BucketPlace,
  connect: Connect,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RemoteFile> {
  const asked: Asked = { endpoint: place.endpoint, bucket: place.bucket, key: prefix, signal }
  let token: string | undefined
  do {
    const page = await telling(asked, async () => {
      const { sdk, client } = await connect()
      const command = new sdk.ListObjectsV2Command({
        Bucket: place.bucket,
        Prefix: prefix,
        ContinuationToken: token,
      })
      return client.send(command, { ...(signal && { abortSignal: signal }) })
    })
    for (const entry of page.Contents ?? []) yield remoteFile(entry, asked)
    if (page.IsTruncated && (!page.NextContinuationToken || page.NextContinuationToken === token))
      throw new NetworkError(
        `${whereText(asked)}: the listing breaks off: it says that more follows, but not where`,
      )
    token = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (token !== undefined)
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
  connect: Connect,
  key: string,
  { etag, from = 0, signal }: GetOptions,
): Promise<RemoteBody> {
  const asked: Asked = { endpoint: place.endpoint, bucket: place.bucket, key, signal }
  const answer = await telling(asked, async () => {
    const { sdk, client } = await connect()
    const command = new sdk.GetObjectCommand({
      Bucket: place.bucket,
      Key: key,
      IfMatch: etag,
      ...(from > 0 && { Range: `bytes=${from}-` }),
    })
    return client.send(command, { ...(signal && { abortSignal: signal }) })
  })
  // Under Node the SDK's body is always the response of the http module.
  const body = answer.Body as unknown as Readable
  try {
    signal?.throwIfAborted()
    return { body, ...checked(answer, asked, etag, from) }
  } catch (error) {
    body.destroy()
    throw error
  }
}

/** Not every S3 server heeds If-Match and Range, and what one that does not sends would be spliced in silently. */
function checked(
  { ETag, ContentLength, ContentRange }: GetObjectCommandOutput,
  asked: Asked,
  etag: string | undefined,
  from: number,
): Pick<RemoteBody, 'size' | 'etag'> {
  if (ETag === undefined)
    throw new NetworkError(`${whereText(asked)}: the answer is not one of an S3 server: it has no ETag`, {
      hint: 'check the endpoint',
    })
  if (etag !== undefined && bareTag(ETag) !== bareTag(etag))
    throw s3Error(Object.assign(new Error(), { code: 'PreconditionFailed' }), asked)
  if (from === 0) return { size: ContentLength, etag: ETag }
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(ContentRange ?? '') ?? []
  if (Number(first) !== from)
    throw new NetworkError(
      `${whereText(asked)}: asked for the bytes from ${from} on, the server answered with ${ContentRange ?? 'all of them'}`,
    )
  return { size: total === '*' ? undefined : Number(total), etag: ETag }
}

const bareTag = (etag: string): string => etag.replace(/^W\/|"/g, '')

async function telling<T>(asked: Asked, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    throw s3Error(error, asked)
  }
}
