import { type Again, MillraceError, UsageError } from '../core/errors.ts'
import { retryAfterMs } from '../core/retry.ts'
import { type Rule, rules } from './s3-rules.ts'

/** What was asked of which server, and how far it came: what an error message has to name. */
export interface Asked {
  readonly endpoint: string
  readonly bucket: string
  /** Absent when the bucket was listed. */
  readonly key?: string | undefined
  /** Bytes of the body that have come; absent before there is a body. */
  readonly bytesRead?: number | undefined
  /** Bytes that should come, where it is known. */
  readonly size?: number | undefined
  /** This server has answered before: a failure to reach it may pass, and is not a wrong endpoint. */
  readonly answered?: boolean | undefined
  /** When the answer came, in ms since 1970: it may say until when to wait. */
  readonly wallMs?: number | undefined
  /** Ours: once it has fired, its reason is the error, whatever the abort made the SDK throw. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Turns whatever the SDK, the socket or the body threw into an error of ours. The signal's reason, errors of ours and
 * errors that nobody foresaw come back as they are.
 *
 * The SDK's own error is not kept as the cause: it holds the request, and that the access key id and session token.
 */
export function s3Error(error: unknown, asked: Asked): unknown {
  if (asked.signal?.aborted) return asked.signal.reason
  if (!(error instanceof Error) || error instanceof MillraceError) return error
  const codes = codesOf(error)
  for (const code of codes) {
    const rule = rules.find(({ when }) => when.test(code))
    if (rule) {
      const afterMs = rule.again === 'slow' ? afterMsOf(error, asked) : undefined
      const wish = afterMs === undefined ? '' : ` for ${Math.ceil(afterMs / 1000)} s`
      const message = `${whereText(asked)}: ${rule.what}${wish}${soFarText(asked)} (${codes.join(', ')})`
      return new rule.kind(message, { hint: rule.hint, again: againOf(rule, asked), afterMs })
    }
  }
  return error
}

function againOf({ again }: Rule, { answered }: Asked): Again | undefined {
  if (again !== 'reach') return again
  return answered ? 'soon' : 'few'
}

const afterMsOf = ({ $response }: Thrown, { wallMs }: Asked): number | undefined =>
  wallMs === undefined ? undefined : retryAfterMs($response?.headers?.['retry-after'], wallMs)

/** `s3://bucket/key at host:port`: how every message about an object begins. */
export function whereText({ endpoint, bucket, key = '' }: Asked): string {
  const { hostname, port, protocol } = endpointUrl(endpoint)
  return `s3://${bucket}/${key} at ${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`
}

/**
 * The parts of an endpoint. A name and password in it are for the SDK alone: the messages leave them out.
 *
 * @throws {UsageError} when it is no URL, or neither http nor https.
 */
export function endpointUrl(endpoint: string): URL {
  const hint = 'write it as https://files.massive.com'
  if (!URL.canParse(endpoint))
    throw new UsageError(`the endpoint is not a URL: ${endpoint.replace(/.*@/s, '')}`, { hint })
  const url = new URL(endpoint)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new UsageError(`the endpoint is neither http nor https, but ${url.protocol}`, { hint })
  return url
}

function soFarText({ bytesRead, size }: Asked): string {
  if (bytesRead === undefined) return ''
  return ` after ${bytesRead}${size === undefined ? '' : ` of ${size}`} bytes`
}

/** Where the SDK and Node put what happened. */
interface Thrown {
  readonly name?: string
  readonly code?: string
  /** Of an `AggregateError`, as when a name has several addresses. */
  readonly errors?: readonly Thrown[]
  readonly $metadata?: { readonly httpStatusCode?: number | undefined }
  readonly $response?: {
    readonly statusCode?: number | undefined
    readonly headers?: Readonly<Record<string, string>>
  }
}

/** The other side has answered, if only to refuse. */
export const isAnswer = (error: unknown): boolean => statusOf(error as Thrown) !== undefined

const statusOf = ({ $metadata, $response }: Thrown): number | undefined =>
  $metadata?.httpStatusCode ?? $response?.statusCode

/** What happened, the most telling first: the SDK calls every reset a `TimeoutError`, so codes of sockets go first. */
function codesOf(thrown: Thrown): readonly string[] {
  const { name = '', code, errors } = thrown
  const status = statusOf(thrown)
  const codes = [code ?? errors?.[0]?.code ?? (/Error$/.test(name) && name !== 'TimeoutError' ? '' : name)]
  return [...codes, status === undefined ? '' : `HTTP ${status}`].filter((text) => text !== '')
}
