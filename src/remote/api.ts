import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gunzip as gunzipCallback, gunzipSync } from 'node:zlib'
import { AccessError, DataError } from '../core/errors.ts'
import { parseObject } from '../core/json.ts'
import type { Run } from '../core/run.ts'
import {
  type ApiAsked,
  type ApiPlace,
  apiError,
  apiUrl,
  askedText,
  type Refused,
  refusalOf,
  socketError,
} from './api-errors.ts'
import { watchdog } from './watchdog.ts'

/** An answer with status 200. */
export interface ApiAnswer {
  /** Inflated, and with asterisks where the server repeats the key. */
  readonly body: Buffer
  /** As it came over the wire, in bytes. */
  readonly wireBytes: number
}

export interface ApiRequest {
  readonly signal: AbortSignal
  /** The most that a body may have, inflated, in bytes. */
  readonly mostBytes: number
  /** `empty`: that the API knows no such thing (404) is an answer without results. A 404 of another server never is. */
  readonly missing?: 'empty' | 'error' | undefined
}

/** The REST API and its connections. Each request is made once, within the budget and at the rate of the run. */
export interface Api {
  /**
   * @param path with its query, as `/stocks/v1/dividends?ticker=AAPL`.
   * @throws {MillraceError} as `apiError` makes them, also when nothing comes in time.
   */
  get(path: string, request: ApiRequest): Promise<ApiAnswer>
  /** What messages about a request name. */
  asked(path: string): ApiAsked
}

const mostConnections = 64
/** What a server has to say of a failure is read so far. */
const mostWords = 1 << 16
const noResults = Buffer.from('{"status":"OK","count":0}')
/** Smaller bodies are inflated at once: to ask another thread takes longer. */
const smallBytes = 1 << 15
/** A text as short as this may stand anywhere, and is no key of this vendor. */
const leastKey = 8

const gunzip = promisify(gunzipCallback)

/** The API as all stages of a run share it, with the key that the run lends under the name `rest`. */
export const sharedApi = (place: ApiPlace, run: Run): Api =>
  run.share(`rest ${place.baseUrl}`, () => openApi(place, run))

/** @throws {UsageError} when the base URL is none. */
function openApi({ baseUrl }: ApiPlace, run: Run): Api {
  const url = apiUrl(baseUrl)
  const send = connector(url)
  let key: Promise<string> | undefined
  let hide = (text: string): string => text
  let answered = false
  const refusal = ({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Refused =>
    refusalOf(statusCode, headers, body.toString('utf8', 0, mostWords), run.clock.wallMs())
  const asked = (path: string): ApiAsked => ({ baseUrl, path, answered, hide })
  const lendKey = async (): Promise<string> => {
    const { apiKey } = await run.access('rest')
    if (!/^[!-~]+$/.test(apiKey))
      throw new AccessError('the API key is empty, or has a character that no key has', {
        hint: 'look for a line end or a quote that was copied along',
      })
    hide = (text) => text.replaceAll(apiKey, '***')
    return apiKey
  }
  const exchange = async (path: string, apiKey: string, asking: ApiRequest): Promise<ApiAnswer> => {
    const { signal, missing } = asking
    const response = await send(path, apiKey, { run, signal })
    answered = true
    const answer = await bodyOf(response, run, asking)
    hideIn(answer.body, apiKey)
    if (response.statusCode === 200) return answer
    if (missing === 'empty' && isUnknown(response, answer.body)) return { ...answer, body: noResults }
    throw apiError(refusal(response, answer.body), asked(path))
  }
  return {
    asked,
    async get(path, asking) {
      const { signal, mostBytes } = asking
      signal.throwIfAborted()
      key ??= lendKey()
      const apiKey = await key
      await run.requests.take(signal)
      try {
        return await exchange(path, apiKey, asking)
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw error instanceof TooLarge ? tooLarge(asked(path), mostBytes) : socketError(error, asked(path))
      }
    },
  }
}

/** A 404 of another server than this API does not look like its own. */
const isUnknown = ({ statusCode }: IncomingMessage, body: Buffer): boolean =>
  statusCode === 404 && typeof parseObject<{ status: unknown }>(body.toString())?.status === 'string'

type Send = (
  path: string,
  apiKey: string,
  asking: { run: Run; signal: AbortSignal },
) => Promise<IncomingMessage>

/** Requests to one host. Node follows no redirect by itself, so the key goes nowhere else. */
function connector(url: URL): Send {
  const isPlain = url.protocol === 'http:'
  const options = { keepAlive: true, maxSockets: mostConnections, scheduling: 'fifo' } as const
  const agent = isPlain ? new HttpAgent(options) : new HttpsAgent(options)
  const request = isPlain ? httpRequest : httpsRequest
  const prefix = url.pathname.replace(/\/$/, '')
  const host = { hostname: url.hostname.replace(/^\[|\]$/g, ''), ...(url.port && { port: Number(url.port) }) }
  return (path, apiKey, { run: { clock, patience }, signal }) =>
    new Promise((resolve, reject) => {
      const headers = {
        Accept: 'application/json',
        'Accept-Encoding': 'gzip',
        Authorization: `Bearer ${apiKey}`,
      }
      const sent = request({ ...host, agent, path: `${prefix}${path}`, headers })
      const stop = (): void => void sent.destroy()
      const cancel = watchdog(patience.timeoutMs, clock, () => void sent.destroy(timedOut()))
      signal.addEventListener('abort', stop, { once: true })
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', stop)
      }
      sent.once('response', (response) => {
        done()
        resolve(response)
      })
      // It may come after the answer as well, and then the body tells of it.
      sent.on('error', (error) => {
        done()
        reject(error)
      })
      sent.end()
    })
}

const timedOut = (): Error => Object.assign(new Error(), { code: 'ETIMEDOUT' })

/** Not ours to throw at users: the request that it is about is not known here. */
class TooLarge extends Error {}

const tooLarge = (asked: ApiAsked, mostBytes: number): DataError =>
  new DataError(`${askedText(asked)}: its page has more than ${mostBytes} bytes`, {
    hint: 'ask for smaller pages',
  })

/** Reads a body to its end, at the rate of the run, as long as it does not fall silent. */
async function bodyOf(
  response: IncomingMessage,
  { clock, patience, rate }: Run,
  { signal, mostBytes }: Omit<ApiRequest, 'missing'>,
): Promise<ApiAnswer> {
  const pieces: Buffer[] = []
  let wireBytes = 0
  const account = rate.bytesPerSecond === 0 ? undefined : rate.open()
  const stop = (): void => {
    account?.close()
    response.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  const fail = (): void => void response.destroy(timedOut())
  try {
    signal.throwIfAborted()
    for (;;) {
      const cancel = watchdog(patience.timeoutMs, clock, fail)
      const { done, value } = await chunks.next().finally(cancel)
      if (done) break
      pieces.push(value)
      wireBytes += value.length
      if (wireBytes > mostBytes) throw new TooLarge()
      if (account) await granted(account, value.length, { piece: rate.pieceBytes, signal })
    }
  } finally {
    signal.removeEventListener('abort', stop)
    account?.close()
    if (!response.complete) response.destroy()
  }
  const stored = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
  return { body: await inflated(stored, response.headers['content-encoding'], mostBytes), wireBytes }
}

type Account = ReturnType<Run['rate']['open']>

/** Resolves when so many bytes may have come. */
function granted(
  account: Account,
  bytes: number,
  { piece, signal }: { readonly piece: number; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    const next = (left: number): void => {
      if (left === 0) {
        signal.removeEventListener('abort', stop)
        resolve()
        return
      }
      const some = Math.min(left, piece)
      account.ask(some, () => {
        account.settle({ gone: some, unused: 0 })
        next(left - some)
      })
    }
    next(bytes)
  })
}

async function inflated(bytes: Buffer, encoding: string | undefined, mostBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes
  const options = { maxOutputLength: mostBytes }
  try {
    return bytes.length < smallBytes ? gunzipSync(bytes, options) : await gunzip(bytes, options)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? new TooLarge() : error
  }
}

/** A server that repeats what it was told must not bring the key into a message, or into the data. */
function hideIn(body: Buffer, apiKey: string): void {
  if (apiKey.length < leastKey) return
  for (let at = body.indexOf(apiKey); at >= 0; at = body.indexOf(apiKey, at + apiKey.length))
    body.fill('*', at, at + apiKey.length)
}
