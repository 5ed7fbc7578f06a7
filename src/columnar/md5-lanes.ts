import { type Md5, nodeMd5 } from '../core/md5.ts'
import type { Bytes } from '../core/stage.ts'
import { blockBytes, type Kept, laneCount, type Md5Engine, startMd5Engine } from './md5-engine.ts'

/** Makes the MD5 of texts that come at the same time. */
export interface Md5Lanes {
  /** A text that was opened is to be closed. */
  open(): Md5
}

/** So much of a text is kept until the others have come as far; all four stay in the cache of a processor. */
const keptBytes = 1 << 19

/**
 * Four texts at a time take little more of a processor than one does. So what comes of them is kept until it fills the
 * memory of one, and then all go on together. A text that is alone when its memory fills first, and a fifth one, are
 * left to Node, which is quicker with one.
 *
 * @param roomBytes of a text, a multiple of 64, and two at least.
 */
export function md5Lanes(roomBytes = keptBytes): Md5Lanes {
  let engine: Md5Engine | undefined
  const all = new Map<number, Kept>()
  return {
    open() {
      const lane = Array.from({ length: laneCount }, (_, i) => i).find((i) => !all.has(i))
      if (lane === undefined) return nodeMd5()
      engine ??= startMd5Engine(roomBytes)
      return openText(lane, engine, all)
    },
  }
}

function openText(lane: number, engine: Md5Engine, all: Map<number, Kept>): Md5 {
  const room = engine.rooms[lane] as Buffer
  const text: Kept = { lane, filled: 0, taken: 0 }
  let bytes = 0
  let alone: Md5 | undefined
  const close = (): void => {
    if (all.get(lane) === text) all.delete(lane)
  }
  const takeAll = (): void => engine.take([...all.values()])
  const makeRoom = (): void => {
    if (all.size > 1 || bytes > room.length) takeAll()
    else {
      alone = nodeMd5()
      alone.update(room)
      close()
    }
  }
  /** @returns what there is no room for. */
  const add = (chunk: Bytes): Bytes => {
    const some = chunk.subarray(0, room.length - text.filled)
    room.set(some, text.filled)
    text.filled += some.length
    bytes += some.length
    return chunk.subarray(some.length)
  }
  all.set(lane, text)
  engine.begin(lane)
  return {
    update(chunk) {
      let left = chunk
      while (left.length > 0 && !alone) {
        if (text.filled === room.length) makeRoom()
        else left = add(left)
      }
      alone?.update(left)
    },
    hex() {
      if (alone) return alone.hex()
      takeAll()
      add(endOf(bytes))
      takeAll()
      return engine.hex(lane)
    },
    close,
  }
}

/** What RFC 1321 puts after a text: a bit, as few others as make whole blocks, and the length in bits. */
function endOf(bytes: number): Buffer {
  const lengthBytes = 8
  const end = Buffer.alloc(blockBytes * Math.ceil((bytes + 1 + lengthBytes) / blockBytes) - bytes)
  end[0] = 0x80
  end.writeBigUInt64LE(BigInt(bytes) * 8n, end.length - lengthBytes)
  return end
}
