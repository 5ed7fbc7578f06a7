import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type Clock, systemClock } from '../core/clock.ts'
import { type RestFault, restFaultTable, spoiled } from './rest-faults.ts'
import { pageOf, type RestRoutes } from './rest-tables.ts'
import { send } from './s3-send.ts'

/** `sent`: bytes of the body handed to the socket so far. */
export interface RestRequest {
  readonly atMs: number
  /** Path and query. */
  readonly url: string
  readonly authorization: string | undefined
  readonly fault: RestFault | undefined
  readonly status: number
  sent: number
}

export interface RestServerOptions {
  readonly routes: RestRoutes
  /** When given, only requests with this key are let in. */
  readonly apiKey?: string
  readonly faults?: readonly RestFault[]
  /** What `next_url` begins with; as with the vendor, it may be another host than the one that was asked. */
  readonly nextUrlBase?: string
  readonly gzip?: boolean
  /** For what is logged and for faults that take their time. */
  readonly clock?: Clock
}

/** A server that runs. */
export interface RestServer {
  readonly baseUrl: string
  readonly requests: readonly RestRequest[]
  /** Bytes of all bodies handed to sockets. */
  readonly egress: number
  /** Cuts every connection; the port is free when it resolves. */
  close(): Promise<void>
}

interface Said {
  readonly status: number
  readonly text: string
}

/** Larger ones are made anew each time. */
const mostCached = 1 << 18

interface Packed {
  readonly status: number
  readonly body: Buffer
}

/** What is answered, with what a fault makes of it. */
function answering(options: RestServerOptions) {
  const { apiKey, faults = [], gzip = false } = options
  const strike = restFaultTable(faults)
  const bodies = new Map<string, Packed>()
  const pack = ({ status, text }: Said): Packed => ({
    status,
    body: gzip ? gzipSync(text) : Buffer.from(text),
  })
  const stranger = pack({ status: 401, text: refusal('ERROR', 'Unknown API Key') })
  const answerTo = (url: string): Packed => {
    const answer = bodies.get(url) ?? pack(say(url, options))
    if (answer.body.length < mostCached) bodies.set(url, answer)
    return answer
  }
  return (url: string, authorization: string | undefined): Packed & { readonly fault?: RestFault } => {
    if (apiKey !== undefined && authorization !== `Bearer ${apiKey}`) return stranger
    const fault = strike(url)
    if (fault === undefined) return answerTo(url)
    const { status, text } = say(url, options)
    return { ...pack({ status: fault.status ?? status, text: spoiled(text, fault, url) }), fault }
  }
}

/** Answers requests, and writes down what it did. */
function openService(options: RestServerOptions) {
  const { gzip = false, clock = systemClock } = options
  const answer = answering(options)
  const requests: RestRequest[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '', headers } = request
    const { authorization } = headers
    const { status, body, fault } = answer(url, authorization)
    const entry: RestRequest = { atMs: clock.monotonicMs(), url, authorization, fault, status, sent: 0 }
    requests.push(entry)
    const about = {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      ...(gzip && { 'Content-Encoding': 'gzip' }),
      ...(fault?.retryAfter !== undefined && { 'Retry-After': fault.retryAfter }),
      ...(fault?.location !== undefined && { Location: fault.location }),
    }
    const count = (bytes: number): void => {
      entry.sent += bytes
    }
    if (fault === undefined) {
      count(body.length)
      response.writeHead(status, about).end(body)
      return
    }
    const { status: _, ...how } = fault
    const whole = { status, headers: about, body: [body], from: 0 }
    await send(response, whole, { fault: { op: 'get', ...how }, clock, count })
  }
  return { serve, requests }
}

/** A fake of the vendor's REST API on loopback, over tables of rows. */
export async function startRestServer(options: RestServerOptions): Promise<RestServer> {
  const { serve, requests } = openService(options)
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => response.destroy(error))
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  const { port } = server.address() as AddressInfo // a server on a port has no other kind
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    get egress() {
      return requests.reduce((sum, { sent }) => sum + sent, 0)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const refusal = (status: string, error: string): string =>
  JSON.stringify({ status, request_id: requestId, error })

const requestId = 'a47d1beb8c11b6ae897ab76cdbbf35a3'

/** What the API says, were it not for a fault. A cursor stands for the query and the row where it goes on. */
function say(url: string, { routes, nextUrlBase = 'https://api.massive.com' }: RestServerOptions): Said {
  const [path = '', search = ''] = url.split('?')
  const route = routes(decodeURIComponent(path))
  if (route === undefined) return { status: 404, text: refusal('NOT_FOUND', 'Ticker not found.') }
  if ('body' in route) {
    const { body } = route
    const page = Array.isArray(body) ? body : { ...body, status: 'OK', request_id: requestId }
    return { status: 200, text: JSON.stringify(page) }
  }
  const cursor = new URLSearchParams(search).get('cursor')
  const [from = '0', query = ''] =
    cursor === null ? ['0', search] : Buffer.from(cursor, 'base64url').toString().split('|')
  const { texts, next } = pageOf(route, new URLSearchParams(query), Number(from))
  const nextUrl =
    next === undefined
      ? ''
      : `,"next_url":${JSON.stringify(`${nextUrlBase}${path}?cursor=${Buffer.from(`${next}|${query}`).toString('base64url')}`)}`
  return {
    status: 200,
    text: `{"results":[${texts.join(',')}],"status":"OK","request_id":"${requestId}"${nextUrl}}`,
  }
}
