import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../core/clock.ts'
import * as s3 from './s3-answers.ts'
import { type Fault, faultTable } from './s3-faults.ts'
import { send } from './s3-send.ts'

export type { Fault } from './s3-faults.ts'

/** `status` is 0 until it is known. `sent`: bytes of the body handed to the socket so far. */
export type S3Request = {
  readonly atMs: number
  readonly op: Fault['op']
  readonly method: string
  /** Of a listing, its prefix. */
  readonly key: string
  readonly range: string | undefined
  readonly ifMatch: string | undefined
  /** What struck it. */
  readonly fault: Fault | undefined
  status: number
  sent: number
}

/** A piece of a body that was handed to a socket. */
export type Sent = { readonly atMs: number; readonly key: string; readonly bytes: number }

/** What is on the server, and what goes wrong. */
export type S3ServerOptions = {
  /** Read at each request: a test may replace an object in its map while the server runs. */
  readonly objects: s3.S3Objects
  readonly bucket?: string
  /** When given, only requests signed with this id are let in; the signature itself is not checked. */
  readonly accessKeyId?: string
  /** The most keys of a page. */
  readonly pageSize?: number
  readonly faults?: readonly Fault[]
  /** For what is logged and for faults that take their time. */
  readonly clock?: Clock
}

/** A server that runs. */
export type S3Server = {
  readonly endpoint: string
  readonly bucket: string
  readonly requests: readonly S3Request[]
  /** Bytes of all bodies handed to sockets, those of listings and errors too. */
  readonly egress: number
  /** The same, piece by piece; the milliseconds are those of the clock. */
  readonly meter: readonly Sent[]
  /** Cuts every connection; the port is free when it resolves. */
  close(): Promise<void>
}

/** A fake S3 on loopback, path-style and read-only: ListObjectsV2 without delimiter, GetObject, HeadObject. */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { bucket = 'flatfiles' } = options
  const { serve, requests, meter } = openService({ ...options, bucket })
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy(error)
      else response.writeHead(500).end(String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  const { port } = server.address() as AddressInfo // a server on a port has no other kind
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    requests,
    meter,
    get egress() {
      return meter.reduce((sum, { bytes }) => sum + bytes, 0)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Answers requests, and writes down what it did. */
function openService(options: S3ServerOptions & { readonly bucket: string }) {
  const { bucket, accessKeyId, clock = systemClock } = options
  const requests: S3Request[] = []
  const meter: Sent[] = []
  const strike = faultTable(options.faults ?? [])
  const answerTo = answering(options)

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = `REQUEST${String(requests.length + 1).padStart(9, '0')}`
    const call = s3.callOf(request, requestId)
    const { op, method, key, range, ifMatch } = call
    const refusal = s3.refusalOf(call, bucket, accessKeyId)
    const fault = refusal === undefined ? strike(call) : undefined
    const atMs = clock.monotonicMs()
    const entry: S3Request = { atMs, op, method, key, range, ifMatch, fault, status: 0, sent: 0 }
    requests.push(entry)
    const answer = refusal ? s3.refuse(requestId, refusal) : await answerTo(call, fault)
    entry.status = answer.status
    response.setHeader('x-amz-request-id', requestId)
    await send(response, method === 'HEAD' ? { ...answer, body: [] } : answer, {
      fault,
      clock,
      count(bytes) {
        entry.sent += bytes
        meter.push({ atMs: clock.monotonicMs(), key, bytes })
      },
    })
  }
  return { serve, requests, meter }
}

/** What S3 would say, were it not for the fault. */
function answering({ objects, pageSize = 1000 }: S3ServerOptions) {
  const shelf = s3.openShelf(objects)
  return async (call: s3.Call, fault: Fault | undefined): Promise<s3.Answer> => {
    if (fault?.etag !== undefined) shelf.retag(fault.key ?? '', fault.etag)
    if (fault?.status !== undefined)
      return s3.refuse(call.requestId, { code: '', ...fault, status: fault.status })
    if (call.op === 'list') return s3.listObjects(call, shelf, pageSize)
    const ignored = new Set(fault?.ignores)
    const range = ignored.has('range') ? undefined : call.range
    const ifMatch = ignored.has('if-match') ? undefined : call.ifMatch
    return s3.getObject({ ...call, range, ifMatch }, shelf)
  }
}
