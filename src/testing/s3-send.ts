import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import type { Answer } from './s3-answers.ts'
import type { Fault } from './s3-faults.ts'

/** How an answer is written. */
export interface Sending {
  readonly fault: Fault | undefined
  readonly clock: Clock
  /** Is told of each piece of the body. */
  count(bytes: number): void
}

/** Writes an answer with what the fault does to it. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  { fault = { op: 'get' }, clock, count }: Sending,
): Promise<void> {
  if (fault.noAnswer !== undefined) return void (await endings[fault.noAnswer](response))
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  lie(response, fault)
  response.flushHeaders()
  const { after, end } = cutOf(fault)
  let sent = 0
  for await (const chunk of upTo(after, paced(answer.body, fault, clock))) {
    const isWritten = response.write(corrupted(chunk, answer.from + sent, fault))
    sent += chunk.length
    count(chunk.length)
    if (!isWritten) await drained(response)
    if (response.destroyed) return
  }
  if (sent < after) response.end()
  else await end(response)
}

async function* upTo(length: number, body: Answer['body']): AsyncGenerator<Buffer> {
  let left = length
  if (left === 0) return
  for await (const chunk of body) {
    yield chunk.subarray(0, left)
    left -= Math.min(left, chunk.length)
    if (left === 0) return
  }
}

async function* paced(body: Answer['body'], { trickle }: Fault, clock: Clock): AsyncGenerator<Buffer> {
  if (trickle === undefined) return yield* body
  const { bytes, everyMs } = trickle
  for await (const chunk of body)
    for (let at = 0; at < chunk.length; at += bytes) {
      await new Promise<void>((resolve) => clock.after(everyMs, resolve))
      yield chunk.subarray(at, at + bytes)
    }
}

/** A copy with the one byte changed, when it is in this chunk, which begins at `from`. */
function corrupted(chunk: Buffer, from: number, { corrupt }: Fault): Buffer {
  if (corrupt === undefined) return chunk
  const { at, xor } = corrupt
  const byte = chunk[at - from]
  if (byte === undefined) return chunk
  const copy = Buffer.from(chunk)
  copy[at - from] = byte ^ xor
  return copy
}

/** The connection ends with the body, as what comes after a wrong length cannot be told from it. */
function lie(response: ServerResponse, { contentLength, contentRange }: Fault): void {
  if (contentRange === 'absent') response.removeHeader('Content-Range')
  else if (contentRange !== undefined) response.setHeader('Content-Range', contentRange)
  if (contentLength === undefined) return
  response.setHeader('Connection', 'close')
  if (contentLength === 'absent') {
    response.removeHeader('Content-Length')
    response.removeHeader('Transfer-Encoding') // else Node would send chunks
  } else response.setHeader('Content-Length', contentLength)
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

function cutOf({ resetAfter, endAfter, stallAfter }: Fault): { after: number; end: Ending } {
  if (resetAfter !== undefined) return { after: resetAfter, end: endings.reset }
  if (endAfter !== undefined) return { after: endAfter, end: endings.end }
  if (stallAfter !== undefined) return { after: stallAfter, end: endings.stall }
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
