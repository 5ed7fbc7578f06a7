import { md5Bytes } from './md5-bytes.ts'
import { compileWasm, startWasm, type WasmMemory } from './web-assembly.ts'

/** What `wasm/md5.ts` exports. */
interface Md5Exports {
  readonly memory: WasmMemory
  stateAt(): number
  addedAt(): number
  heapBase(): number
  addBlocks(text0: number, text1: number, text2: number, text3: number, blocks: number): void
}

/** So many texts are gone on with at a time. */
export const laneCount = 4
export const blockBytes = 64

/** What is kept of the text in a lane, the first `taken` bytes of which are in its state. */
export interface Kept {
  readonly lane: number
  filled: number
  taken: number
}

/** Four states, and as much memory for the texts that go into them. */
export interface Md5Engine {
  /** The memory of a lane. */
  readonly rooms: readonly Buffer[]
  /** Makes the state of a lane that of an empty text. */
  begin(lane: number): void
  /** Takes all whole blocks of these texts into their states; what is left stands at the beginning. */
  take(texts: readonly Kept[]): void
  /** The state of a lane as 32 hexadecimal digits. */
  hex(lane: number): string
}

const pageBytes = 1 << 16
const words = 4
/** RFC 1321, section 3.3. */
const emptyState = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
/** RFC 1321, section 3.4. */
const numberOf = (step: number): number => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32)

/** @param roomBytes of one lane, a multiple of 64. */
export function startMd5Engine(roomBytes: number): Md5Engine {
  // The module is ours, and this is what it exports.
  const wasm = startWasm(compileWasm(md5Bytes)) as Md5Exports
  const first = Math.ceil(wasm.heapBase() / blockBytes) * blockBytes
  const missing = first + laneCount * roomBytes - wasm.memory.buffer.byteLength
  if (missing > 0) wasm.memory.grow(Math.ceil(missing / pageBytes))
  const { buffer } = wasm.memory
  const numbers = new Uint32Array(buffer, wasm.addedAt(), 64 * laneCount)
  for (const i of numbers.keys()) numbers[i] = numberOf(Math.floor(i / laneCount))
  const states = new Uint32Array(buffer, wasm.stateAt(), words * laneCount)
  const roomAt = (lane: number): number => first + lane * roomBytes
  const rooms = Array.from({ length: laneCount }, (_, lane) => Buffer.from(buffer, roomAt(lane), roomBytes))

  /** Goes on with some texts, as far as the one that ends first; the states of the other lanes are as they were. */
  const step = (texts: readonly Kept[], blocks: number): void => {
    const before = states.slice()
    const at = Array<number>(laneCount).fill(roomAt(0))
    for (const { lane, taken } of texts) at[lane] = roomAt(lane) + taken
    const [text0 = 0, text1 = 0, text2 = 0, text3 = 0] = at
    wasm.addBlocks(text0, text1, text2, text3, blocks)
    for (const i of states.keys())
      if (!texts.some(({ lane }) => lane === i % laneCount)) states[i] = before[i] as number
    for (const text of texts) text.taken += blocks * blockBytes
  }
  return {
    rooms,
    begin(lane) {
      for (const [i, word] of emptyState.entries()) states[i * laneCount + lane] = word
    },
    take(texts) {
      const blocksOf = ({ filled, taken }: Kept): number => Math.floor((filled - taken) / blockBytes)
      for (;;) {
        const some = texts.filter((text) => blocksOf(text) > 0)
        if (some.length === 0) break
        step(some, Math.min(...some.map(blocksOf)))
      }
      for (const text of texts) {
        rooms[text.lane]?.copyWithin(0, text.taken, text.filled)
        text.filled -= text.taken
        text.taken = 0
      }
    },
    hex(lane) {
      const state = Buffer.alloc(words * 4)
      for (let i = 0; i < words; i++) state.writeUInt32LE(states[i * laneCount + lane] as number, i * 4)
      return state.toString('hex')
    },
  }
}
