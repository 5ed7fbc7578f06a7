import { type Again, DataError, excerpt, MillraceError, UsageError } from '../core/errors.ts'
import { parseObject } from '../core/json.ts'
import { retryAfterMs } from '../core/retry.ts'
import { type ApiRule, apiRules } from './api-rules.ts'

/** Where the API is. */
export interface ApiPlace {
  /** As `https://host:port`, with a path before that of the endpoints where a proxy wants one. */
  readonly baseUrl: string
}

/** The vendor's. */
export const massiveApi: ApiPlace = { baseUrl: 'https://api.massive.com' }

/** Names of the vendor's own hosts: where either sends us, the other answers. */
const vendorHosts: readonly string[] = ['api.massive.com', 'api.polygon.io']

/** What was asked of which server: what an error message has to name. */
export interface ApiAsked extends ApiPlace {
  /** Path and query, without the key. */
  readonly path: string
  /** This server has answered before: a failure to reach it may pass. */
  readonly answered?: boolean | undefined
  /** Hides the key where the server repeats it. */
  readonly hide?: ((text: string) => string) | undefined
}

/** What a server or a socket has to say of a failure. */
export interface Refused {
  /** The most telling first. */
  readonly codes: readonly string[]
  /** In the server's own words. */
  readonly says?: string | undefined
  readonly afterMs?: number | undefined
}

/** An error of ours. */
export function apiError({ codes, says, afterMs }: Refused, asked: ApiAsked): MillraceError {
  const { hide = (text) => text } = asked
  const rule = ruleOf(codes, says ?? '')
  const wish = afterMs === undefined ? '' : ` for ${Math.ceil(afterMs / 1000)} s`
  // Hidden first: half of a key is told by what is left of it.
  const words = says === undefined ? '' : `: ${JSON.stringify(excerpt(hide(says)))}`
  const message = `${askedText(asked)}: ${rule.what}${wish}${words} (${codes.map(hide).join(', ')})`
  return new rule.kind(message, {
    hint: rule.hint,
    again: againOf(rule, asked),
    afterMs,
    endsRun: rule.endsRun,
  })
}

const unforeseen = apiRules.at(-1) as ApiRule

const ruleOf = (codes: readonly string[], words: string): ApiRule =>
  apiRules.find(
    ({ when, says }) => codes.some((code) => when.test(code)) && (says === undefined || says.test(words)),
  ) ?? unforeseen

function againOf({ again }: ApiRule, { answered }: ApiAsked): Again | undefined {
  if (again !== 'reach') return again
  return answered ? 'soon' : 'few'
}

/** Turns what the socket threw into an error of ours; what nobody foresaw comes back as it is. */
export function socketError(error: unknown, asked: ApiAsked): unknown {
  if (!(error instanceof Error) || error instanceof MillraceError) return error
  const { code, errors } = error as { readonly code?: string; readonly errors?: readonly { code?: string }[] }
  const known = code ?? errors?.[0]?.code
  return known === undefined ? error : apiError({ codes: [known] }, asked)
}

interface ErrorBody {
  readonly status: unknown
  readonly error: unknown
  readonly message: unknown
}

/** What an answer other than 200 means. @param wallMs now: it may say until when to wait. */
export function refusalOf(
  status: number,
  headers: { readonly 'retry-after'?: string | undefined; readonly location?: string | undefined },
  body: string,
  wallMs: number,
): Refused {
  const told = parseObject<ErrorBody>(body) ?? {}
  const { location } = headers
  const says = wordsOf(told) ?? (status >= 300 && status < 400 ? location : undefined)
  const afterMs = status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], wallMs) : undefined
  const word = typeof told.status === 'string' && told.status !== 'OK' ? [told.status] : []
  return { codes: [...word, `HTTP ${status}`], says, afterMs }
}

/** Some answers have `error`, others `message`. */
export const wordsOf = ({ error, message }: Partial<ErrorBody>): string | undefined =>
  [error, message].find((text) => typeof text === 'string' && text !== '') as string | undefined

/** `/stocks/v1/dividends?ticker=AAPL at host:port`: how every message about a request begins. */
export function askedText({ baseUrl, path }: ApiAsked): string {
  const { hostname, port, protocol } = apiUrl(baseUrl)
  return `${excerpt(path)} at ${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`
}

/** @throws {UsageError} when it is no URL, or neither http nor https, or has a query. */
export function apiUrl(baseUrl: string): URL {
  const hint = `write it as ${massiveApi.baseUrl}`
  const shown = baseUrl.replace(/.*@/s, '').replace(/[?#].*/s, '')
  if (!URL.canParse(baseUrl)) throw new UsageError(`the base URL of the API is not a URL: ${shown}`, { hint })
  const url = new URL(baseUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new UsageError(`the base URL of the API is neither http nor https, but ${url.protocol}`, { hint })
  if (url.search || url.hash || url.username)
    throw new UsageError(`the base URL of the API has more than host and path: ${shown}`, { hint })
  return url
}

/**
 * Path and query of the page that `next_url` names, to be asked where the first was: it may name either of the vendor's
 * hosts, or ours.
 *
 * @throws {DataError} when it names another one.
 */
export function nextPath(nextUrl: string, asked: ApiAsked): string {
  const base = apiUrl(asked.baseUrl)
  const url = URL.canParse(nextUrl, base.href) ? new URL(nextUrl, base.href) : undefined
  const isOurs = url?.host === base.host
  if (url === undefined || !(isOurs || vendorHosts.includes(url.host)))
    throw new DataError(
      `${askedText(asked)}: its next page is at another host: ${excerpt((asked.hide ?? String)(url?.host ?? nextUrl))}`,
      { hint: 'the key is sent nowhere else; if this is a proxy, it has to leave next_url as it is' },
    )
  url.searchParams.delete('apiKey')
  const prefix = base.pathname.replace(/\/$/, '')
  const path =
    isOurs && url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : url.pathname
  return `${path}${url.search}`
}
