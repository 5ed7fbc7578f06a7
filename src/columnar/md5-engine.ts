import { md5Bytes } from './md5-bytes.ts'
import { compileWasm, type SharedMemory, shareMemory, startWasm } from './web-assembly.ts'

/** What `wasm/md5.ts` exports. */
interface Md5Exports {
  stateAt(): number
  addedAt(): number
  heapBase(): number
  addBlocks(text0: number, text1: number, text2: number, text3: number, blocks: number): void
}

/** So many texts are gone on with at a time. */
export const laneCount = 4
export const blockBytes = 64

/** What an engine consists of. Another thread that is sent it can start one with the same states and texts. */
export interface Md5Home {
  readonly module: object
  readonly memory: SharedMemory
  /** Bytes of a room. */
  readonly roomBytes: number
}

/** A part of a text: whole blocks, from the beginning of a room on. */
export interface Md5Part {
  readonly lane: number
  readonly room: number
  readonly blocks: number
}

/** Four states, and memory for the texts that go into them. Only one thread at a time may call it. */
export interface Md5Engine {
  /** Of every lane two: one is filled while the other is taken. */
  readonly rooms: readonly (readonly Buffer[])[]
  /** Makes the state of a lane that of an empty text. */
  begin(lane: number): void
  /** Takes parts of texts into their states, of each text one. */
  take(parts: readonly Md5Part[]): void
  /** The state of a lane as 32 hexadecimal digits. */
  hex(lane: number): string
}

const words = 4
const roomsOfLane = 2
/** RFC 1321, section 3.3. */
const emptyState = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
/** RFC 1321, section 3.4. */
const numberOf = (step: number): number => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32)

/** @param roomBytes of one room, a multiple of 64. */
export const createMd5Home = (roomBytes: number): Md5Home => ({
  module: compileWasm(md5Bytes),
  memory: shareMemory(firstRoomAt + laneCount * roomsOfLane * roomBytes),
  roomBytes,
})

/** The module itself needs less. */
const firstRoomAt = 1 << 12

export function startMd5Engine({ module, memory, roomBytes }: Md5Home): Md5Engine {
  // The module is ours, and this is what it exports.
  const wasm = startWasm(module, {}, memory) as Md5Exports
  const { buffer } = memory
  const numbers = new Uint32Array(buffer, wasm.addedAt(), 64 * laneCount)
  for (const i of numbers.keys()) numbers[i] = numberOf(Math.floor(i / laneCount))
  const states = new Uint32Array(buffer, wasm.stateAt(), words * laneCount)
  const addressOf = (lane: number, room: number): number =>
    firstRoomAt + (lane * roomsOfLane + room) * roomBytes
  const rooms = Array.from({ length: laneCount }, (_, lane) =>
    Array.from({ length: roomsOfLane }, (_, room) => Buffer.from(buffer, addressOf(lane, room), roomBytes)),
  )

  /** Goes on with some texts for as many blocks as all of them have; the states of the other lanes are as they were. */
  const step = (parts: readonly Md5Part[], from: number, blocks: number): void => {
    const before = states.slice()
    const at = Array<number>(laneCount).fill(firstRoomAt)
    for (const { lane, room } of parts) at[lane] = addressOf(lane, room) + from * blockBytes
    const [text0 = 0, text1 = 0, text2 = 0, text3 = 0] = at
    wasm.addBlocks(text0, text1, text2, text3, blocks)
    for (const i of states.keys())
      if (!parts.some(({ lane }) => lane === i % laneCount)) states[i] = before[i] as number
  }
  return {
    rooms,
    begin(lane) {
      for (const [i, word] of emptyState.entries()) states[i * laneCount + lane] = word
    },
    take(parts) {
      let from = 0
      for (;;) {
        const left = parts.filter(({ blocks }) => blocks > from)
        if (left.length === 0) return
        const to = Math.min(...left.map(({ blocks }) => blocks))
        step(left, from, to - from)
        from = to
      }
    },
    hex(lane) {
      const state = Buffer.alloc(words * 4)
      for (let i = 0; i < words; i++) state.writeUInt32LE(states[i * laneCount + lane] as number, i * 4)
      return state.toString('hex')
    },
  }
}
