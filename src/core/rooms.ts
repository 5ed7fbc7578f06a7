/** Memory to read into, in which what has been read lies until its reader lets go of it. */
export interface Rooms {
  /** Where the next bytes go, at least a quarter of a room; the same until some are cut off. */
  next(): Buffer
  /** The first bytes of that are a piece from now on. */
  cut(bytes: number): Buffer
  /** Nobody looks at these bytes of a piece any more. Memory of others is left alone. */
  release(bytes: Uint8Array): void
}

interface Room {
  readonly all: Buffer
  /** Bytes of it that somebody may look at. */
  used: number
}

/**
 * Rooms that are used again once all of their pieces are released: memory that the system has not to make anew is in the
 * cache of a processor. What is never released is its reader's, and what is forgotten the collector's.
 *
 * @param roomBytes of each.
 */
export function openRooms(roomBytes: number): Rooms {
  const idle: Room[] = []
  const rooms = new WeakMap<ArrayBufferLike, Room>()
  const make = (): Room => {
    const room = { all: Buffer.allocUnsafeSlow(roomBytes), used: 0 }
    rooms.set(room.all.buffer, room)
    return room
  }
  let room: Room | undefined
  let left: Buffer = Buffer.alloc(0)
  return {
    next() {
      if (room?.used === 0) left = room.all
      if (left.length < roomBytes / 4) {
        room = idle.pop() ?? make()
        left = room.all
      }
      return left
    },
    cut(bytes) {
      const piece = left.subarray(0, bytes)
      left = left.subarray(bytes)
      if (room) room.used += bytes
      return piece
    },
    release(bytes) {
      const of = rooms.get(bytes.buffer)
      if (!of) return
      of.used -= bytes.length
      if (of.used === 0 && of !== room) idle.push(of)
    },
  }
}
