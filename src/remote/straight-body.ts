import { Agent, type AgentOptions } from 'node:http'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { openRooms, type Rooms } from '../core/rooms.ts'

/** Shorter bodies come through `http`, which keeps their connection for the next request. */
export const straightFromBytes = 8 << 20
/** So much is read at once while `http` reads along, as it would be without us. */
const headBytes = 1 << 16
/** And so much after that, where nobody says: larger memory that is new for every piece costs more than it saves. */
const mostAtOnce = 1 << 18

/** Who takes what a socket reads, once that is not `http`, and into what. False: no more for now. */
interface Tap {
  readonly rooms: Rooms
  take(bytes: Buffer): boolean
}

interface Found {
  tap: Tap | undefined
}

const connections = new WeakMap<object, Found>()

/**
 * Connections of plain HTTP, for `straightBody`.
 *
 * Node's `http` reads 64 KiB at a time and copies it twice, which costs more than all that is done with it later. Here
 * `http` sees the head of an answer, and then as much is read at once as has come and a room has space for, into memory that
 * is not copied. That `http` goes on with what `onread` pushes into its socket, Node does not promise; the tests would tell.
 */
export function straightAgent(options: AgentOptions & { readonly highWaterMark: number }): Agent {
  const createConnection = (to: NetConnectOpts): Socket => {
    const found: Found = { tap: undefined }
    const head = Buffer.allocUnsafeSlow(headBytes)
    const onread = {
      buffer: () => found.tap?.rooms.next() ?? head,
      callback(bytes: number, memory: Uint8Array): boolean {
        const { tap } = found
        if (tap && memory !== head) return tap.take(tap.rooms.cut(bytes))
        // The head is used again.
        const read = Buffer.from(head.subarray(0, bytes))
        return tap ? tap.take(read) : socket.push(read)
      },
    }
    const socket: Socket = connect({ ...to, onread })
    connections.set(socket, found)
    return socket
  }
  return Object.assign(new Agent(options), { createConnection })
}

/**
 * The body of an answer that has just begun, and of which nobody has read: `bytes` of it. A large one on a connection of
 * `straightAgent` comes without `http`, which then never learns that it is over: the connection ends with it.
 */
export function straightBody(answer: Readable, bytes = 0, rooms = openRooms(mostAtOnce)): Readable {
  // Of `http` a body is an IncomingMessage.
  const { socket } = answer as { socket?: Socket }
  const found = socket && connections.get(socket)
  // One that has failed already would not say so again.
  if (!found || answer.destroyed || bytes < straightFromBytes) return answer
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
  found.tap = { rooms, take }
  return body
}
