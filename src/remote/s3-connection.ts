import { createRequire } from 'node:module'
import type { S3Client } from '@aws-sdk/client-s3'
import { AccessError } from '../core/errors.ts'
import type { Credentials } from '../core/run.ts'
import { readyBytes } from './body-place.ts'
import { straightAgent } from './straight-body.ts'

export interface ConnectionOptions {
  readonly endpoint: string
  readonly region: string
  /** Asked once, with the first request. */
  credentials(): Promise<Credentials>
  /** Open at most at a time. */
  readonly connections?: number | undefined
}

const mostConnections = 64

/** It is CommonJS: `import` would read all of it once more, for the names that it exports. */
const loadSdk = createRequire(import.meta.url)

type Sdk = typeof import('@aws-sdk/client-s3')

/** The SDK, and a client of it with connections of its own. */
export interface Connection {
  readonly sdk: Sdk
  readonly client: S3Client
}

/**
 * Loads the SDK and asks for the credentials.
 *
 * @throws {AccessError} when they cannot be of anybody.
 */
export async function connectTo(options: ConnectionOptions): Promise<Connection> {
  const { endpoint, region, connections: maxSockets = mostConnections } = options
  const { accessKeyId, secretAccessKey, sessionToken } = await options.credentials()
  // The SDK would fail as well, but as a bug, and hold the process for 40 s.
  if (!/^[!-~]+$/.test(accessKeyId + (sessionToken ?? '')))
    throw new AccessError(
      'the access key id or the session token is empty, or has a character that no key has',
      {
        hint: 'look for a line end or a quote that was copied along',
      },
    )
  const sdk = loadSdk('@aws-sdk/client-s3') as Sdk
  const client = new sdk.S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Whoever asks tries again, with the patience of the run: two loops would multiply.
    maxAttempts: 1,
    // What the environment and ~/.aws/config would decide otherwise; `auto` there would even ask the network.
    defaultsMode: 'standard',
    retryMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    requestHandler: {
      connectionTimeout: 10_000,
      // A watchdog of ours is on until the headers are there.
      requestTimeout: 0,
      // An idle socket may belong to a reader that waits for the throttle or for a slow pipe.
      socketTimeout: 0,
      httpAgent: straightAgent({ keepAlive: true, maxSockets, highWaterMark: readyBytes }),
      httpsAgent: { keepAlive: true, maxSockets, highWaterMark: readyBytes },
    },
  })
  return { sdk, client }
}
