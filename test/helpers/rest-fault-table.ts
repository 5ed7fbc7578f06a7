import type { RestFault } from '../../src/testing/rest-faults.ts'
import type { Outcome } from './s3-fault-table.ts'

/** One line of the table: what goes wrong, and what comes of it. */
export interface RestFaultCase {
  readonly what: string
  readonly faults: readonly RestFault[]
  readonly outcome: Outcome
}

/** The key of the fake server. */
export const apiKey = 'kkkkSECRETSECRETkkkk'

const once = { times: 1 } as const
const network = (says: RegExp): Outcome => ({ reason: 'network', says })
const access = (says: RegExp): Outcome => ({ reason: 'access', says })
const data = (says: RegExp): Outcome => ({ reason: 'data', says })
const error = (words: string, status = 'ERROR') => ({ status, request_id: 'r', error: words })
const message = (words: string) => ({ status: 'NOT_AUTHORIZED', request_id: 'r', message: words })
const tooMany = error("You've exceeded the maximum requests per minute, please wait or upgrade")
const second = 'cursor='

/** Every fault of a REST server, once and for good; pages are asked for again as a whole. */
export const restFaultTable: readonly RestFaultCase[] = [
  { what: 'a reset before the answer, once,', faults: [{ ...once, noAnswer: 'reset' }], outcome: 'same' },
  { what: 'a reset for good', faults: [{ noAnswer: 'reset' }], outcome: network(/cut/) },
  { what: 'no answer, once,', faults: [{ ...once, noAnswer: 'stall' }], outcome: 'same' },
  { what: 'no answer for good', faults: [{ noAnswer: 'stall' }], outcome: network(/no answer in time/) },
  ...[0, 1, 200].flatMap((bytes): RestFaultCase[] => [
    { what: `a reset after ${bytes} bytes`, faults: [{ ...once, resetAfter: bytes }], outcome: 'same' },
    { what: `silence after ${bytes} bytes`, faults: [{ ...once, stallAfter: bytes }], outcome: 'same' },
    { what: `an end after ${bytes} bytes`, faults: [{ ...once, endAfter: bytes }], outcome: 'same' },
  ]),
  {
    what: 'a reset of the second page',
    faults: [{ ...once, path: second, resetAfter: 99 }],
    outcome: 'same',
  },
  { what: 'an end for good', faults: [{ endAfter: 200 }], outcome: network(/cut/) },
  { what: 'a trickle', faults: [{ ...once, trickle: { bytes: 50, everyMs: 20 } }], outcome: 'same' },
  { what: 'a length too long', faults: [{ ...once, contentLength: 99_999 }], outcome: 'same' },
  { what: 'a length too short', faults: [{ ...once, contentLength: 100 }], outcome: 'same' },
  {
    what: 'a length too short for good',
    faults: [{ contentLength: 100 }],
    outcome: data(/no good JSON at byte 100 of 100/),
  },
  { what: 'no length', faults: [{ contentLength: 'absent' }], outcome: 'same' },
  {
    what: 'no length and an end, once,',
    faults: [{ ...once, contentLength: 'absent', endAfter: 300 }],
    outcome: 'same',
  },
  { what: 'a page cut mid-JSON, once,', faults: [{ ...once, cutAt: 1500 }], outcome: 'same' },
  {
    what: 'a page cut mid-JSON for good',
    faults: [{ path: second, cutAt: 300 }],
    outcome: data(/no good JSON at byte 300 of 300: it ends too early/),
  },
  ...[429, 503].flatMap((status): RestFaultCase[] => [
    { what: `${status}, once,`, faults: [{ ...once, status, says: tooMany }], outcome: 'same' },
    {
      what: `${status} with Retry-After, twice,`,
      faults: [{ times: 2, status, says: tooMany, retryAfter: 7 }],
      outcome: 'same',
    },
  ]),
  {
    what: '429 for good',
    faults: [{ status: 429, says: tooMany }],
    outcome: network(/more requests than the plan allows.*exceeded.*3 times in a row/),
  },
  {
    what: '429 that wants an hour',
    faults: [{ status: 429, says: tooMany, retryAfter: 3600 }],
    outcome: network(/for 3600 s/),
  },
  ...[499, 500, 502, 504].flatMap((status): RestFaultCase[] => [
    { what: `${status}, once,`, faults: [{ ...once, status, says: 'oops' }], outcome: 'same' },
    { what: `${status} for good`, faults: [{ status, says: 'oops' }], outcome: network(/out of order/) },
  ]),
  {
    what: '400',
    faults: [{ status: 400, says: error('limit must be a number') }],
    outcome: { reason: 'usage', says: /does not understand.*limit must be a number/ },
  },
  {
    what: '401',
    faults: [{ status: 401, says: error('Unknown API Key') }],
    outcome: access(/does not accept this key.*Unknown API Key/),
  },
  {
    what: '403 of the plan',
    faults: [{ status: 403, says: message('You are not entitled to this data.') }],
    outcome: access(/plan does not include this data.*not entitled/),
  },
  {
    what: '403 of the timeframe',
    faults: [{ status: 403, says: message("Your plan doesn't include this data timeframe.") }],
    outcome: access(/does not include this timeframe/),
  },
  { what: '403 of a proxy, once,', faults: [{ ...once, status: 403, says: '<html>' }], outcome: 'same' },
  {
    what: '404',
    faults: [{ status: 404, says: error('Ticker not found.', 'NOT_FOUND') }],
    outcome: { reason: 'missing', says: /no such thing.*Ticker not found/ },
  },
  {
    what: '410',
    faults: [{ status: 410, says: error('gone') }],
    outcome: { reason: 'missing', says: /endpoint is gone/ },
  },
  { what: '413', faults: [{ status: 413, says: '' }], outcome: network(/too large/) },
  {
    what: 'a redirect',
    faults: [{ status: 302, location: 'https://evil.example/', says: '' }],
    outcome: network(/sends us elsewhere.*evil\.example/),
  },
  {
    what: 'HTML',
    faults: [{ says: '<!doctype html><title>Sign in</title>' }],
    outcome: network(/not JSON/),
  },
  { what: 'HTML, once,', faults: [{ ...once, says: '<html></html>' }], outcome: 'same' },
  { what: 'an empty answer', faults: [{ says: '' }], outcome: network(/not JSON/) },
  {
    what: '200 with an error',
    faults: [{ says: error('something broke') }],
    outcome: network(/error instead of results.*something broke/),
  },
  {
    what: '200 with an error, once,',
    faults: [{ ...once, says: error('something broke') }],
    outcome: 'same',
  },
  {
    what: '200 that says NOT_AUTHORIZED',
    faults: [{ says: message('You are not entitled to this data.') }],
    outcome: access(/plan does not include this data/),
  },
  { what: '200 that asks to slow down, once,', faults: [{ ...once, says: tooMany }], outcome: 'same' },
  { what: 'results missing', faults: [{ without: ['results'] }], outcome: network(/NO_RESULTS/) },
  {
    what: 'results missing of the second page, once,',
    faults: [{ ...once, path: second, without: ['results'] }],
    outcome: 'same',
  },
  {
    what: 'a next page at another host',
    faults: [{ nextUrl: 'https://evil.example/stocks/v1/dividends?cursor=x' }],
    outcome: data(/another host: evil\.example/),
  },
  {
    what: 'a next page at a host that begins as the vendor’s',
    faults: [{ nextUrl: 'https://api.massive.com.evil.example/x' }],
    outcome: data(/another host: api\.massive\.com\.evil\.example/),
  },
  { what: 'a next page that is none', faults: [{ nextUrl: 'http://[' }], outcome: data(/another host/) },
  {
    what: 'a next page that is this one',
    faults: [{ path: second, nextUrl: 'same' }],
    outcome: data(/has come before/),
  },
  {
    what: 'a next page with the cursor of an earlier one',
    faults: [
      { nextUrl: 'https://api.massive.com/other?cursor=abc' },
      { path: '/other', nextUrl: '/third?cursor=abc' },
    ],
    outcome: { reason: 'missing', says: /./ },
  },
  {
    what: 'one row of another company',
    faults: [{ path: second, row: { ticker: 'MWZZ' } }],
    outcome: data(/a row of MWZZ where MWC was asked for/),
  },
  {
    what: 'a value that is no number',
    faults: [{ row: { cash_amount: 'much' } }],
    outcome: data(/row 1, column cash_amount.*"much" is not a decimal number/s),
  },
  {
    what: 'a server that repeats the key',
    faults: [{ status: 400, says: error(`bad key ${apiKey}!`) }],
    outcome: { reason: 'usage', says: /bad key \*+!/ },
  },
  {
    what: 'a value that is the key',
    faults: [{ row: { cash_amount: apiKey } }],
    outcome: data(/"\*+" is not a decimal number/),
  },
]
