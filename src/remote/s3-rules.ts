import {
  AccessError,
  type Again,
  type ErrorDetails,
  type MillraceError,
  MissingError,
  NetworkError,
} from '../core/errors.ts'

/** What one kind of failure means. */
export interface Rule {
  /** Matches the S3 error code, the code of the socket or, failing these, the HTTP status. */
  readonly when: RegExp
  readonly kind: new (message: string, details: ErrorDetails) => MillraceError
  readonly what: string
  readonly hint: string
  /** `reach`: soon, or only a few times when this server has never answered yet. */
  readonly again?: Again | 'reach'
}

const keysPage = 'compare the pair with Dashboard > Keys (the S3 pair, not the REST key)'
const again = 'run again: what is done stays done'
const notS3 = 'the answer is not one of an S3 server that has this bucket'
const checkPlace = 'check the endpoint, the region and the name of the bucket'

/** The first rule that matches holds, so statuses stand behind the codes that say more. */
export const rules: readonly Rule[] = [
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
    // The other word is that of Versity's gateway, with HTTP 404.
    when: /^(InvalidAccessKeyId|XAdminUserNotFound)$/,
    kind: AccessError,
    what: 'the server does not know this access key id',
    hint: `${keysPage}: it may be mistyped or revoked`,
    again: 'few',
  },
  {
    when: /^SignatureDoesNotMatch$/,
    kind: AccessError,
    what: 'the signature is wrong: most likely the secret key does not belong to this access key id',
    hint: keysPage,
    again: 'few',
  },
  {
    when: /^(RequestTimeTooSkewed|RequestExpired)$/,
    kind: AccessError,
    what: 'the clock of this machine differs too much from that of the server',
    hint: 'set the clock and run again',
    again: 'few',
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
    again: 'few',
  },
  {
    when: /^HTTP 401$/,
    kind: AccessError,
    what: 'the server does not accept these credentials',
    hint: keysPage,
  },
  {
    when: /^(PreconditionFailed|HTTP 412)$/,
    kind: NetworkError,
    what: 'the object was published anew while it was read',
    hint: again,
    again: 'changed',
  },
  {
    when: /^(InvalidRange|HTTP 416)$/,
    kind: NetworkError,
    what: 'the object ends before the length that was announced',
    hint: again,
    again: 'changed',
  },
  {
    when: /^(SlowDown|TooManyRequests|Throttling.*|HTTP 429)$/,
    kind: NetworkError,
    what: 'the server asks to slow down',
    hint: `${again}, with fewer --workers`,
    again: 'slow',
  },
  {
    when: /^(ServiceUnavailable|HTTP 503)$/,
    kind: NetworkError,
    what: 'the server is too busy to answer',
    hint: again,
    again: 'slow',
  },
  {
    when: /^ECONNREFUSED$/,
    kind: NetworkError,
    what: 'nobody listens there',
    hint: 'check the endpoint',
    again: 'reach',
  },
  {
    when: /^(ENOTFOUND|EAI_\w+)$/,
    kind: NetworkError,
    what: 'the name of the host cannot be resolved',
    hint: 'check the endpoint, and whether this machine is online',
    again: 'reach',
  },
  {
    when: /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    kind: NetworkError,
    what: 'the host cannot be reached',
    hint: 'check whether this machine is online',
    again: 'reach',
  },
  {
    when: /^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/,
    kind: NetworkError,
    what: 'the connection was cut',
    hint: again,
    again: 'soon',
  },
  {
    when: /^(TimeoutError|RequestTimeout|ETIMEDOUT|ESOCKETTIMEDOUT)$/,
    kind: NetworkError,
    what: 'no answer in time',
    hint: again,
    again: 'reach',
  },
  {
    when: /^(EPROTO|ERR_(SSL|TLS)_\w+|CERT_\w+|UNABLE_\w+|\w+_CERT(IFICATE)?(_\w+)?)$/,
    kind: NetworkError,
    what: 'no secure connection could be made',
    hint: 'check the endpoint: http or https, and whose certificate it shows',
    again: 'reach',
  },
  {
    when: /^HPE_\w+$/,
    kind: NetworkError,
    what: 'the answer is not HTTP',
    hint: 'check the endpoint',
    again: 'few',
  },
  {
    when: /^HTTP 50[024]$/,
    kind: NetworkError,
    what: 'the server is out of order',
    hint: again,
    again: 'soon',
  },
  { when: /^HTTP 5\d\d$/, kind: NetworkError, what: 'the server is out of order', hint: again },
  {
    // A 200 whose text cannot be read may have been cut off.
    when: /^HTTP 2\d\d$/,
    kind: NetworkError,
    what: notS3,
    hint: checkPlace,
    again: 'few',
  },
  { when: /^HTTP [134]\d\d$/, kind: NetworkError, what: notS3, hint: checkPlace },
]
