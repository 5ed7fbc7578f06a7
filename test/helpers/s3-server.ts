import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as s3 from './s3-answers.ts'

type Cut = { readonly resetAfter: number } | { readonly endAfter: number } | { readonly stallAfter: number }

/** The first one in the table that fits an admitted request and is not used up strikes it, and no other one does. */
export type Fault = {
  readonly op: 'get' | 'list' | 'head'
  /** How the key ends; of a listing, how its prefix ends. */
  readonly key?: string
  /** How many requests it strikes; without it, all of them. */
  readonly times?: number
} & ( // Retry-After is in seconds
  | s3.Refusal
  /**
   * After so many bytes of this answer's body: a reset, a clean end, or nothing more until the client leaves. A
   * reset may take the last bytes along when the client is slow or in another process; an end does not.
   */
  | Cut
  /** The header alone is wrong; the connection ends after the body. */
  | { readonly contentLength: number | 'absent' }
  /** One byte, at an offset in the object (of a listing: in its text). */
  | { readonly corrupt: { readonly at: number; readonly xor: number } }
  /** From this request on, for every key that ends with `key`; strikes once, as it lasts. */
  | { readonly etag: string }
)

/** `status` is 0 until it is known. `sent`: bytes of the body handed to the socket so far. */
export type S3Request = {
  readonly op: Fault['op']
  readonly method: string
  /** Of a listing, its prefix. */
  readonly key: string
  readonly range: string | undefined
  readonly ifMatch: string | undefined
  status: number
  sent: number
}

export type S3ServerOptions = {
  /** Read at each request: a test may replace an object in its map while the server runs. */
  readonly objects: s3.S3Objects
  readonly bucket?: string
  /** When given, only requests signed with this id are let in; the signature itself is not checked. */
  readonly accessKeyId?: string
  /** The most keys of a page. */
  readonly pageSize?: number
  readonly faults?: readonly Fault[]
}

export type S3Server = {
  readonly endpoint: string
  readonly bucket: string
  readonly requests: readonly S3Request[]
  /** Bytes of all bodies handed to sockets, those of listings and errors too. */
  readonly egress: number
  /** Cuts every connection; the port is free when it resolves. */
  close(): Promise<void>
}

/** A fake S3 on loopback, path-style and read-only: ListObjectsV2 without delimiter, GetObject, HeadObject. */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { bucket = 'flatfiles', accessKeyId, pageSize = 1000 } = options
  const requests: S3Request[] = []
  const shelf = s3.openShelf(options.objects)
  const strike = faultTable(options.faults ?? [])
  let egress = 0

  const answerTo = async (call: s3.Call, fault: Fault | undefined) => {
    if (fault && 'etag' in fault) shelf.retag(fault.key ?? '', fault.etag)
    if (fault && 'status' in fault) return s3.refuse(call.requestId, fault)
    return call.op === 'list' ? s3.listObjects(call, shelf, pageSize) : s3.getObject(call, shelf)
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const requestId = `REQUEST${String(requests.length + 1).padStart(9, '0')}`
    const call = s3.callOf(request, requestId)
    const { op, method, key, range, ifMatch } = call
    const entry: S3Request = { op, method, key, range, ifMatch, status: 0, sent: 0 }
    requests.push(entry)
    const refusal = s3.refusalOf(call, bucket, accessKeyId)
    const fault = refusal === undefined ? strike(op, key) : undefined
    const answer = refusal ? s3.refuse(requestId, refusal) : await answerTo(call, fault)
    entry.status = answer.status
    response.setHeader('x-amz-request-id', requestId)
    await send(response, method === 'HEAD' ? { ...answer, body: [] } : answer, fault, (bytes) => {
      entry.sent += bytes
      egress += bytes
    })
  }

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
    get egress() {
      return egress
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function faultTable(faults: readonly Fault[]) {
  const strikes = new Map<Fault, number>()
  return (op: Fault['op'], key: string): Fault | undefined => {
    const fault = faults.find((fault) => {
      const times = fault.times ?? ('etag' in fault ? 1 : Number.POSITIVE_INFINITY)
      return fault.op === op && key.endsWith(fault.key ?? '') && (strikes.get(fault) ?? 0) < times
    })
    if (fault) strikes.set(fault, (strikes.get(fault) ?? 0) + 1)
    return fault
  }
}

/** Writes an answer with what the fault does to it; `count` is told of each piece of the body. */
async function send(
  response: ServerResponse,
  answer: s3.Answer,
  fault: Fault | undefined,
  count: (bytes: number) => void,
): Promise<void> {
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  if (fault && 'contentLength' in fault) lie(response, fault.contentLength)
  response.flushHeaders()
  const { after, end } = cutOf(fault)
  let sent = 0
  for await (const chunk of upTo(after, answer.body)) {
    const isWritten = response.write(corrupted(chunk, answer.from + sent, fault))
    sent += chunk.length
    count(chunk.length)
    if (!isWritten) await drained(response)
    if (response.destroyed) return
  }
  if (sent < after) response.end()
  else await end(response)
}

async function* upTo(length: number, body: s3.Answer['body']): AsyncGenerator<Buffer> {
  let left = length
  if (left === 0) return
  for await (const chunk of body) {
    yield chunk.subarray(0, left)
    left -= Math.min(left, chunk.length)
    if (left === 0) return
  }
}

/** A copy with the one byte changed, when it is in this chunk, which begins at `from`. */
function corrupted(chunk: Buffer, from: number, fault: Fault | undefined): Buffer {
  if (!(fault && 'corrupt' in fault)) return chunk
  const { at, xor } = fault.corrupt
  const byte = chunk[at - from]
  if (byte === undefined) return chunk
  const copy = Buffer.from(chunk)
  copy[at - from] = byte ^ xor
  return copy
}

/** The connection ends with the body, as what comes after a wrong length cannot be told from it. */
function lie(response: ServerResponse, length: number | 'absent'): void {
  response.setHeader('Connection', 'close')
  if (length === 'absent') {
    response.removeHeader('Content-Length')
    response.removeHeader('Transfer-Encoding') // else Node would send chunks
  } else response.setHeader('Content-Length', length)
}

type Ending = (response: ServerResponse) => Promise<unknown>

/** An empty write calls back when all before it is with the kernel, which a reset would overtake. */
const endings = {
  reset: async ({ socket }) => socket?.write('', () => afterTurns(64, () => socket.resetAndDestroy())),
  end: async ({ socket }) => socket?.end(),
  stall: async (response) => response.destroyed || once(response, 'close'),
} satisfies Record<string, Ending>

/** A reset discards what the client has not read yet: a client in this process has these turns to read it in. */
function afterTurns(turns: number, then: () => void): void {
  setImmediate(turns === 0 ? then : () => afterTurns(turns - 1, then))
}

function cutOf(fault: Fault | undefined): { after: number; end: Ending } {
  if (fault && 'resetAfter' in fault) return { after: fault.resetAfter, end: endings.reset }
  if (fault && 'endAfter' in fault) return { after: fault.endAfter, end: endings.end }
  if (fault && 'stallAfter' in fault) return { after: fault.stallAfter, end: endings.stall }
  return { after: Number.POSITIVE_INFINITY, end: endings.end }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
    if (response.destroyed) done()
  })
}
