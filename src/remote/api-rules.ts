import {
  AccessError,
  type Again,
  type ErrorDetails,
  type MillraceError,
  MissingError,
  NetworkError,
  UsageError,
} from '../core/errors.ts'

/** What one kind of failure means. */
export interface ApiRule {
  /** Matches the status word of the answer, the code of the socket or `HTTP` with the status. */
  readonly when: RegExp
  /** Matches what the server says, where that tells more than the code. */
  readonly says?: RegExp
  readonly kind: new (message: string, details: ErrorDetails) => MillraceError
  readonly what: string
  readonly hint: string
  /** `reach`: soon, or only a few times when this server has never answered yet. */
  readonly again?: Again | 'reach'
  /** It says nothing of what was asked for, and is the same for all. */
  readonly endsRun?: true
}

const keysPage = 'compare the key with Dashboard > Keys (the REST key, not the S3 pair)'
const again = 'run again: what is done stays done'
const checkBase = 'check the base URL of the API'

/** The first rule that matches holds, so that statuses stand behind the words that say more. */
export const apiRules: readonly ApiRule[] = [
  {
    when: /^HTTP 410$/,
    kind: MissingError,
    what: 'this endpoint is gone',
    hint: 'the vendor has retired it; a newer version of millrace asks its successor',
  },
  {
    when: /^(HTTP 429|ERROR)$/,
    says: /exceeded the maximum requests|too many requests/i,
    kind: NetworkError,
    what: 'more requests than the plan allows',
    hint: `${again}, with a lower --rate: 5/min on the free plan`,
    again: 'slow',
  },
  {
    when: /^HTTP 429$/,
    kind: NetworkError,
    what: 'the server asks to slow down',
    hint: `${again}, with a lower --rate: 5/min on the free plan`,
    again: 'slow',
  },
  {
    when: /^(HTTP 401|UNAUTHORIZED)$/,
    kind: AccessError,
    what: 'the server does not accept this key',
    hint: `${keysPage}: it may be mistyped or revoked`,
    endsRun: true,
  },
  {
    when: /^NOT_AUTHORIZED$/,
    says: /timeframe/i,
    kind: AccessError,
    what: 'the plan does not include this timeframe',
    hint: 'ask for other days, or see how many years the plan includes',
  },
  {
    when: /^NOT_AUTHORIZED$/,
    kind: AccessError,
    what: 'the plan does not include this data',
    hint: 'see what the plan includes: the statements are an add-on of some plans',
  },
  {
    when: /^HTTP 403$/,
    kind: AccessError,
    what: 'access denied: most likely the plan does not include this data',
    hint: `see what the plan includes, and ${keysPage}`,
    again: 'few',
  },
  {
    when: /^(NOT_FOUND|HTTP 404)$/,
    kind: MissingError,
    what: 'there is no such thing',
    hint: `check the ticker: it may have another name today; and ${checkBase}`,
  },
  {
    when: /^HTTP 400$/,
    kind: UsageError,
    what: 'the server does not understand the request',
    hint: 'look at what it says of the parameters',
  },
  {
    when: /^HTTP 413$/,
    kind: NetworkError,
    what: 'the server finds the request too large',
    hint: 'ask for smaller pages',
    again: 'few',
  },
  {
    when: /^HTTP 503$/,
    kind: NetworkError,
    what: 'the server is too busy to answer',
    hint: again,
    again: 'slow',
  },
  {
    when: /^HTTP (408|499|50[024])$/,
    kind: NetworkError,
    what: 'the server is out of order',
    hint: again,
    again: 'soon',
  },
  { when: /^HTTP 5\d\d$/, kind: NetworkError, what: 'the server is out of order', hint: again, again: 'few' },
  {
    when: /^HTTP 3\d\d$/,
    kind: NetworkError,
    what: 'the server sends us elsewhere, and the key goes nowhere else',
    hint: checkBase,
  },
  {
    when: /^ECONNREFUSED$/,
    kind: NetworkError,
    what: 'nobody listens there',
    hint: checkBase,
    again: 'reach',
  },
  {
    when: /^(ENOTFOUND|EAI_\w+)$/,
    kind: NetworkError,
    what: 'the name of the host cannot be resolved',
    hint: `${checkBase}, and whether this machine is online`,
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
    when: /^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE|Z_\w+)$/,
    kind: NetworkError,
    what: 'the connection was cut',
    hint: again,
    again: 'soon',
  },
  {
    when: /^(ETIMEDOUT|ESOCKETTIMEDOUT)$/,
    kind: NetworkError,
    what: 'no answer in time',
    hint: again,
    again: 'reach',
  },
  {
    when: /^(EPROTO|ERR_(SSL|TLS)_\w+|CERT_\w+|UNABLE_\w+|\w+_CERT(IFICATE)?(_\w+)?)$/,
    kind: NetworkError,
    what: 'no secure connection could be made',
    hint: 'check the base URL: http or https, and whose certificate it shows',
    again: 'reach',
  },
  {
    when: /^HPE_\w+$/,
    kind: NetworkError,
    what: 'the answer is not HTTP',
    hint: checkBase,
    again: 'few',
  },
  {
    when: /^NOT_JSON$/,
    kind: NetworkError,
    what: 'the answer is not JSON, as of a proxy or a sign-in page',
    hint: checkBase,
    again: 'few',
  },
  {
    when: /^(NO_RESULTS|ERROR)$/,
    kind: NetworkError,
    what: 'the answer holds an error instead of results',
    hint: again,
    again: 'few',
  },
  { when: /^(HTTP \d+|\w+)$/, kind: NetworkError, what: 'the answer is none of this API', hint: checkBase },
]
