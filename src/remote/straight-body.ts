import { Agent, type AgentOptions } from 'node:http'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { Readable } from 'node:stream'

/** Shorter bodies come through `http`, which keeps their connection for the next request. */
export const straightFromBytes = 8 << 20
/** So much is read at once while `http` reads along, as it would be without us. */
const headBytes = 1 << 16
/** And so much after that: larger pieces leave the cache of a processor before they are hashed and written. */
const mostAtOnce = 1 << 18

/** Who takes what a socket reads, once that is not `http`. False: no more for now. */
interface Tap {
  take: ((bytes: Buffer) => boolean) | undefined
}

const taps = new WeakMap<object, Tap>()

/**
 * Connections of plain HTTP, for `straightBody`.
 *
 * Node's `http` reads 64 KiB at a time and copies it twice, which costs more than all that is done with it later. Here
 * `http` sees the head of an answer, and then as much is read at once as has come, up to 256 KiB, into memory that is its
 * reader's. That `http` goes on with what `onread` pushes into its socket, Node does not promise; the tests would tell.
 */
export function straightAgent(options: AgentOptions & { readonly highWaterMark: number }): Agent {
  const createConnection = (to: NetConnectOpts): Socket => {
    const tap: Tap = { take: undefined }
    let room = Buffer.allocUnsafeSlow(headBytes)
    const onread = {
      buffer(): Buffer {
        if (tap.take && room.length < headBytes) room = Buffer.allocUnsafeSlow(mostAtOnce)
        return room
      },
      callback(bytes: number): boolean {
        const read = room.subarray(0, bytes)
        // The room is used again.
        if (!tap.take) return socket.push(Buffer.from(read))
        room = room.subarray(bytes)
        return tap.take(read)
      },
    }
    const socket: Socket = connect({ ...to, onread })
    taps.set(socket, tap)
    return socket
  }
  return Object.assign(new Agent(options), { createConnection })
}

/**
 * The body of an answer that has just begun, and of which nobody has read: `bytes` of it. A large one on a connection of
 * `straightAgent` comes without `http`, which then never learns that it is over: the connection ends with it.
 */
export function straightBody(answer: Readable, bytes = 0): Readable {
  // Of `http` a body is an IncomingMessage.
  const { socket } = answer as { socket?: Socket }
  const tap = socket && taps.get(socket)
  // One that has failed already would not say so again.
  if (!tap || answer.destroyed || bytes < straightFromBytes) return answer
  let left = bytes
  const body = new Readable({
    // Pieces are handed on as they were read, and not copied together.
    objectMode: true,
    highWaterMark: 1,
    read: () => void socket.resume(),
    destroy(error, done) {
      answer.destroy()
      done(error)
    },
  })
  const take = (read: Buffer): boolean => {
    if (left === 0) return false
    const wanted = read.subarray(0, left)
    left -= wanted.length
    const goesOn = body.push(wanted)
    if (left > 0) return goesOn
    body.push(null)
    return false
  }
  // What breaks the connection breaks both. As with `http`, it is no matter where nobody reads.
  answer.on('error', (error) => body.destroy(error))
  body.on('error', () => {})
  // What has come until now, `http` has read: a socket with `onread` keeps nothing itself.
  const read: Buffer | null = answer.read()
  if (read) take(read)
  tap.take = take
  return body
}
