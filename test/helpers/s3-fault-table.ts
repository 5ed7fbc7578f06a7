import type { Reason } from '../../src/core/errors.ts'
import type { Fault } from '../../src/testing/s3-faults.ts'

/** What comes of a faulty download: the bytes of an undisturbed one, or an error. */
export type Outcome = 'same' | { readonly reason: Reason; readonly says: RegExp }

/** One line of the table. */
export interface FaultCase {
  readonly what: string
  readonly faults: readonly Fault[]
  /** Where ETag and size are known from a listing. */
  readonly listed: Outcome
  /** Where they are not; as `listed` when it is not given. */
  readonly bare?: Outcome
}

const get = { op: 'get' } as const
const once = { ...get, times: 1 } as const
const part = { ...get, asks: 'part' } as const
const network = (says: RegExp): Outcome => ({ reason: 'network', says })
const changed = network(/published anew|fewer than|more than|ends before/)
/** Nobody said how much there is: gzip alone tells. */
const cutOff: Outcome = { reason: 'data', says: /cut off/ }

/** Faults of S3 for an object of `size` bytes, gzipped, each line with what must come of it. */
export function faultTable(size: number): readonly FaultCase[] {
  const middle = Math.floor(size / 2)
  const places = [0, 1, 5, middle, size - 1]
  const drop: Fault = { ...once, asks: 'whole', endAfter: middle }
  return [
    ...places.flatMap((n) => drops(n)),
    ...refusals,
    {
      what: 'a reset on every connection',
      faults: [{ ...get, resetAfter: Math.ceil(size / 20) }],
      listed: 'same',
    },
    {
      what: 'resets for ever',
      faults: [{ ...get, resetAfter: 0 }],
      listed: network(/cut after 0.*11 times/),
    },
    {
      what: 'silence for ever',
      faults: [{ ...get, noAnswer: 'stall' }],
      listed: network(/in time.*3 times/),
    },
    {
      what: 'silence for ever after a part',
      faults: [drop, { ...get, stallAfter: 0 }],
      listed: network(/no answer in time after \d+ of \d+ bytes.*11 times/),
    },
    { what: 'no answer for a while', faults: [{ ...get, times: 2, noAnswer: 'stall' }], listed: 'same' },
    { what: 'an answer lost', faults: [{ ...get, times: 9, noAnswer: 'reset' }], listed: 'same' },
    {
      what: 'a slow trickle',
      faults: [{ ...get, trickle: { bytes: Math.ceil(size / 8), everyMs: 29_000 } }],
      listed: 'same',
    },
    ...lengths(size, middle),
    ...ranges(size, middle, drop),
    ...versions(drop),
  ]
}

const drops = (n: number): readonly FaultCase[] => [
  { what: `a reset after ${n} bytes`, faults: [{ ...once, resetAfter: n }], listed: 'same' },
  { what: `an early end after ${n} bytes`, faults: [{ ...once, endAfter: n }], listed: 'same' },
  { what: `silence after ${n} bytes`, faults: [{ ...once, stallAfter: n }], listed: 'same' },
  {
    what: `an early end after ${n} bytes that no length tells`,
    faults: [{ ...once, contentLength: 'absent', endAfter: n }],
    listed: 'same',
    bare: n === 0 ? { reason: 'data', says: /empty/ } : cutOff,
  },
  {
    what: `a silent truncation to ${n} bytes`,
    faults: [{ ...once, contentLength: n, endAfter: n }],
    listed: changed,
    bare: n === 0 ? { reason: 'data', says: /empty/ } : cutOff,
  },
]

const refusal = (status: number, code: string, more: Partial<Fault> = {}): Fault => ({
  ...get,
  status,
  code,
  ...more,
})

const passing = [
  ...[500, 502, 503, 504].map((status) => refusal(status, 'Unavailable', { times: 9 })),
  refusal(503, 'SlowDown', { times: 5 }),
  refusal(503, 'SlowDown', { times: 5, retryAfter: 7 }),
  refusal(503, 'SlowDown', { times: 1, retryAfter: 'Fri, 01 Mar 2024 00:01:00 GMT' }),
  refusal(429, 'TooManyRequests', { times: 5 }),
  refusal(429, 'TooManyRequests', { times: 5, retryAfter: 7 }),
  refusal(403, 'AccessDenied', { times: 2 }),
]

const lasting: readonly (readonly [fault: Fault, outcome: Outcome])[] = [
  [refusal(500, 'InternalError'), network(/out of order.*11 times/)],
  [refusal(503, 'SlowDown'), network(/slow down.*11 times/)],
  [refusal(429, 'TooManyRequests', { retryAfter: 1 }), network(/slow down for 1 s.*11 times/)],
  [refusal(503, 'SlowDown', { retryAfter: 3600 }), network(/slow down for 3600 s/)],
  [refusal(501, 'NotImplemented'), network(/out of order/)],
  [refusal(403, 'AccessDenied'), { reason: 'access', says: /plan does not include.*3 times/ }],
  [refusal(403, 'SignatureDoesNotMatch'), { reason: 'access', says: /secret key/ }],
  [refusal(404, 'NoSuchKey'), { reason: 'missing', says: /no such object/ }],
  [refusal(404, 'NoSuchKey', { times: 1 }), { reason: 'missing', says: /no such object/ }],
]

const named = ({ status, code, times, retryAfter }: Fault): string =>
  `${status} ${code}${retryAfter === undefined ? '' : `, Retry-After ${retryAfter},`} ${times === undefined ? 'for good' : `${times} times`}`

const refusals: readonly FaultCase[] = [
  ...passing.map((fault): FaultCase => ({ what: named(fault), faults: [fault], listed: 'same' })),
  ...lasting.map(([fault, listed]): FaultCase => ({ what: named(fault), faults: [fault], listed })),
]

const lengths = (size: number, middle: number): readonly FaultCase[] => [
  { what: 'no Content-Length', faults: [{ ...get, contentLength: 'absent' }], listed: 'same' },
  { what: 'a Content-Length too long', faults: [{ ...once, contentLength: size + 9 }], listed: changed },
  {
    what: 'a Content-Length too short',
    faults: [{ ...once, contentLength: middle }],
    listed: changed,
    bare: cutOff,
  },
]

function ranges(size: number, middle: number, drop: Fault): readonly FaultCase[] {
  const total = (n: number): string => `bytes ${middle}-${n - 1}/${n}`
  const wrong = [
    `bytes ${middle + 1}-${size - 1}/${size}`,
    `bytes 0-${size - 1}/${size}`,
    `bytes ${middle}-${size - 2}/${size}`,
    'absent',
  ]
  return [
    ...wrong.flatMap((contentRange): readonly FaultCase[] => [
      {
        what: `Content-Range ${contentRange} for a while`,
        faults: [drop, { ...part, times: 3, contentRange }],
        listed: 'same',
      },
      {
        what: `Content-Range ${contentRange} for good`,
        faults: [drop, { ...part, contentRange }],
        listed: network(/asked for the bytes from.*11 times/),
      },
    ]),
    {
      what: 'a larger object on resume',
      faults: [drop, { ...part, contentRange: total(size + 1), contentLength: size + 1 - middle }],
      listed: changed,
    },
    {
      what: 'a smaller object on resume',
      faults: [drop, { ...part, contentRange: total(size - 1), contentLength: size - 1 - middle }],
      listed: changed,
    },
    { what: 'no bytes on resume', faults: [drop, { ...refusal(416, 'InvalidRange') }], listed: changed },
    { what: 'a server without ranges', faults: [drop, { ...get, ignores: ['range'] }], listed: 'same' },
  ]
}

const versions = (drop: Fault): readonly FaultCase[] => [
  { what: 'another version from the start', faults: [{ ...get, etag: 'v2' }], listed: changed, bare: 'same' },
  {
    what: 'another version from the start, If-Match ignored',
    faults: [
      { ...get, etag: 'v2', ignores: ['if-match'] },
      { ...get, ignores: ['if-match'] },
    ],
    listed: changed,
    bare: 'same',
  },
  { what: 'another version on resume', faults: [drop, { ...part, etag: 'v2' }], listed: changed },
  {
    what: 'another version on resume, If-Match ignored',
    faults: [drop, { ...part, etag: 'v2', ignores: ['if-match'] }],
    listed: changed,
  },
  {
    what: 'another version on resume, If-Match and Range ignored',
    faults: [drop, { ...part, etag: 'v2', ignores: ['if-match', 'range'] }],
    listed: changed,
  },
  {
    what: 'one thing after another',
    faults: [
      { ...once, resetAfter: 3 },
      refusal(500, 'InternalError', { times: 2 }),
      { ...once, stallAfter: 40 },
      refusal(503, 'SlowDown', { times: 1, retryAfter: 3 }),
      { ...once, endAfter: 100 },
      { ...part, times: 1, contentRange: 'absent' },
      { ...once, noAnswer: 'reset' },
      refusal(403, 'AccessDenied', { times: 1 }),
      { ...once, ignores: ['range'], endAfter: 200 },
    ],
    listed: 'same',
  },
]
