import {
  AccessError,
  type ErrorDetails,
  MillraceError,
  MissingError,
  NetworkError,
  UsageError,
} from '../core/errors.ts'

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
  /** Ours: once it has fired, its reason is the error, whatever the abort made the SDK throw. */
  readonly signal?: AbortSignal | undefined
}

interface Rule {
  /** Matches the S3 error code, the code of the socket or, failing these, the HTTP status. */
  readonly when: RegExp
  readonly kind: new (message: string, details: ErrorDetails) => MillraceError
  readonly what: string
  readonly hint: string
}

const keysPage = 'compare the pair with Dashboard > Keys (the S3 pair, not the REST key)'
const again = 'run again: what is done stays done'

/** The first rule that matches holds, so statuses stand behind the codes that say more. */
const rules: readonly Rule[] = [
  {
    when: /^NoSuchBucket$/,
    kind: MissingError,
    what: 'there is no such bucket',
    hint: 'check the name of the bucket and the endpoint; the flat files are in the bucket flatfiles',
  },
  {
    when: /^(NoSuchKey|NotFound|HTTP 404)$/,
    kind: MissingError,
    what: 'there is no such object',
    hint: 'a holiday or a weekend has none, a day is published by about 11:00 New York time on the next, and the data has holes',
  },
  {
    when: /^InvalidAccessKeyId$/,
    kind: AccessError,
    what: 'the server does not know this access key id',
    hint: `${keysPage}: it may be mistyped or revoked`,
  },
  {
    when: /^SignatureDoesNotMatch$/,
    kind: AccessError,
    what: 'the signature is wrong: most likely the secret key does not belong to this access key id',
    hint: keysPage,
  },
  {
    when: /^(RequestTimeTooSkewed|RequestExpired)$/,
    kind: AccessError,
    what: 'the clock of this machine differs too much from that of the server',
    hint: 'set the clock and run again',
  },
  {
    when: /^(ExpiredToken|InvalidToken)$/,
    kind: AccessError,
    what: 'the session token is expired or not valid',
    hint: 'get a new one; the S3 pair of Dashboard > Keys needs none, so unset AWS_SESSION_TOKEN',
  },
  {
    when: /^(AccessDenied|HTTP 403)$/,
    kind: AccessError,
    what: 'access denied: most likely the plan does not include this dataset, or the day is older than its history',
    hint: 'see which flat files and how many years the plan includes',
  },
  {
    when: /^HTTP 401$/,
    kind: AccessError,
    what: 'the server does not accept these credentials',
    hint: keysPage,
  },
  {
    when: /^(PreconditionFailed|HTTP 412|InvalidRange|HTTP 416)$/,
    kind: NetworkError,
    what: 'the object was published anew while it was read',
    hint: again,
  },
  {
    when: /^(SlowDown|TooManyRequests|Throttling.*|HTTP 429)$/,
    kind: NetworkError,
    what: 'the server asks to slow down',
    hint: `${again}, with fewer --workers`,
  },
  { when: /^ECONNREFUSED$/, kind: NetworkError, what: 'nobody listens there', hint: 'check the endpoint' },
  {
    when: /^(ENOTFOUND|EAI_\w+)$/,
    kind: NetworkError,
    what: 'the name of the host cannot be resolved',
    hint: 'check the endpoint, and whether this machine is online',
  },
  {
    when: /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    kind: NetworkError,
    what: 'the host cannot be reached',
    hint: 'check whether this machine is online',
  },
  {
    when: /^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/,
    kind: NetworkError,
    what: 'the connection was cut',
    hint: again,
  },
  {
    when: /^(TimeoutError|RequestTimeout|ETIMEDOUT|ESOCKETTIMEDOUT)$/,
    kind: NetworkError,
    what: 'no answer in time',
    hint: again,
  },
  {
    when: /^(EPROTO|ERR_(SSL|TLS)_\w+|CERT_\w+|UNABLE_\w+|\w+_CERT(IFICATE)?(_\w+)?)$/,
    kind: NetworkError,
    what: 'no secure connection could be made',
    hint: 'check the endpoint: http or https, and whose certificate it shows',
  },
  {
    when: /^HPE_\w+$/,
    kind: NetworkError,
    what: 'the answer is not HTTP',
    hint: 'check the endpoint',
  },
  { when: /^HTTP 5\d\d$/, kind: NetworkError, what: 'the server is out of order', hint: again },
  {
    when: /^HTTP [1-4]\d\d$/,
    kind: NetworkError,
    what: 'the answer is not one of an S3 server that has this bucket',
    hint: 'check the endpoint, the region and the name of the bucket',
  },
]

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
      const message = `${whereText(asked)}: ${rule.what}${soFarText(asked)} (${codes.join(', ')})`
      return new rule.kind(message, { hint: rule.hint })
    }
  }
  return error
}

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
  readonly $response?: { readonly statusCode?: number | undefined }
}

/** What happened, the most telling first: the SDK calls every reset a `TimeoutError`, so codes of sockets go first. */
function codesOf({ name = '', code, errors, $metadata, $response }: Thrown): readonly string[] {
  const status = $metadata?.httpStatusCode ?? $response?.statusCode
  const codes = [code ?? errors?.[0]?.code ?? (/Error$/.test(name) && name !== 'TimeoutError' ? '' : name)]
  return [...codes, status === undefined ? '' : `HTTP ${status}`].filter((text) => text !== '')
}
