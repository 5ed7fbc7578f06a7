import { type Md5, nodeMd5 } from '../core/md5.ts'
import type { Run } from '../core/run.ts'
import type { Bytes } from '../core/stage.ts'
import { openWorkThread, type WorkThread } from '../core/work-thread.ts'
import {
  blockBytes,
  createMd5Home,
  laneCount,
  type Md5Engine,
  type Md5Part,
  startMd5Engine,
} from './md5-engine.ts'

/** Makes the MD5 of texts that come at the same time. */
export interface Md5Lanes {
  /** A text that was opened is to be closed. */
  open(): Md5
}

export interface Md5LanesOptions {
  readonly run: Run
  /** So much of a text is kept until the others have come as far; a multiple of 64, and two at least. */
  readonly roomBytes?: number
  /** After so many bytes of several texts a thread goes on with them, if a core is idle. */
  readonly threadAfterBytes?: number
}

/** What all texts that are open have in common. */
interface Lanes {
  readonly engine: Md5Engine
  readonly texts: Map<number, Text>
  /** The thread has something to do, and nothing else may be taken. */
  readonly isBusy: boolean
  /** Resolves when that is done. @throws when the thread ended over it. */
  settled(): Promise<void>
  /** Takes all that has come of some texts, here or in the thread. */
  take(texts: Iterable<Text>): void
  /** There is only this text, and nothing of it has been taken. */
  isAlone(text: Text): boolean
  close(lane: number): Promise<void> | undefined
}

const entry = new URL('./md5-thread.js', import.meta.url)

/** What is kept of a text, in one of its two rooms. */
interface Text {
  readonly lane: number
  isNew: boolean
  room: number
  filled: number
}

/**
 * Four texts at a time take little more of a processor than one does. So what comes of them is kept until it fills the
 * room of one, and then all go on together, in a thread of their own if a core is idle: they are sent nothing, for it has
 * the same memory. A text that is alone when its room fills first, and a fifth one, are left to Node, which is quicker
 * with one.
 */
export function md5Lanes({
  run,
  roomBytes = 1 << 20,
  threadAfterBytes = 1 << 23,
}: Md5LanesOptions): Md5Lanes {
  let lanes: Lanes | undefined
  // A thread that has been ended may still be at work on their memory.
  const ended = (): void => {
    lanes = undefined
  }
  return {
    open() {
      lanes ??= openLanes({ run, roomBytes, threadAfterBytes }, ended)
      const { texts } = lanes
      const lane = Array.from({ length: laneCount }, (_, i) => i).find((i) => !texts.has(i))
      return lane === undefined ? nodeMd5() : openText(lane, lanes)
    },
  }
}

function openLanes(
  { run, roomBytes, threadAfterBytes }: Required<Md5LanesOptions>,
  ended: () => void,
): Lanes {
  const home = createMd5Home(roomBytes)
  const engine = startMd5Engine(home)
  const texts = new Map<number, Text>()
  let thread: WorkThread<readonly Md5Part[]> | undefined
  let bytes = 0
  /** What has come of a text; from now on its other room is filled. */
  const part = (text: Text): Md5Part => {
    if (text.isNew) engine.begin(text.lane)
    const { lane, room, filled } = text
    const blocks = Math.floor(filled / blockBytes)
    const rest = engine.rooms[lane]?.[room]?.subarray(blocks * blockBytes, filled) as Buffer
    engine.rooms[lane]?.[1 - room]?.set(rest)
    Object.assign(text, { isNew: false, room: 1 - room, filled: rest.length })
    bytes += filled
    return { lane, room, blocks }
  }
  return {
    engine,
    texts,
    get isBusy() {
      return thread?.isBusy ?? false
    },
    settled: async () => thread?.settled(),
    take(some) {
      const parts = [...some].map(part)
      if (parts.length > 1 && bytes >= threadAfterBytes) thread ??= openWorkThread(entry, home, run)
      if (thread?.isIdle && parts.length > 1) thread.give(parts)
      else engine.take(parts)
    },
    isAlone: (text) => texts.size === 1 && text.isNew && !thread,
    close(lane) {
      texts.delete(lane)
      if (texts.size > 0 || !thread) return undefined
      ended()
      return thread.end()
    },
  }
}

function openText(lane: number, lanes: Lanes): Md5 {
  const text: Text = { lane, isNew: true, room: 0, filled: 0 }
  const { engine, texts } = lanes
  const rooms = engine.rooms[lane] as Buffer[]
  let bytes = 0
  let alone: Md5 | undefined
  const isOpen = (): boolean => texts.get(lane) === text
  const room = (): Buffer => rooms[text.room] as Buffer
  /** @returns what there is no room for. */
  const add = (chunk: Bytes): Bytes => {
    const some = chunk.subarray(0, room().length - text.filled)
    // What V8 copies into shared memory it copies word by word; `fill` leaves it to the C library.
    if (some.length > 0) room().fill(some, text.filled, text.filled + some.length)
    text.filled += some.length
    bytes += some.length
    return chunk.subarray(some.length)
  }
  const makeRoom = (): void => {
    if (lanes.isAlone(text)) {
      texts.delete(lane)
      alone = nodeMd5()
      // Node is done with it at once.
      void alone.update(room())
    } else lanes.take(texts.values())
  }
  const update = (chunk: Bytes): Promise<void> | undefined => {
    let left = chunk
    while (left.length > 0 && !alone) {
      if (text.filled < room().length) left = add(left)
      else if (lanes.isBusy) return lanes.settled().then(() => update(left))
      else makeRoom()
    }
    return alone?.update(left)
  }
  texts.set(lane, text)
  return {
    update,
    async hex() {
      if (alone) return alone.hex()
      while (lanes.isBusy) await lanes.settled()
      lanes.take([text])
      add(endOf(bytes))
      lanes.take([text])
      return engine.hex(lane)
    },
    close: () => (isOpen() ? lanes.close(lane) : undefined),
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
