import { inflaterBytes } from './inflater-bytes.ts'
import { compileWasm, startWasm, type WasmMemory } from './web-assembly.ts'

interface Global {
  value: number | bigint
}

/** All that changes in `wasm/inflater.ts` besides its memory. */
const globalNames = ['inPos', 'bits', 'bitCount', 'block', 'isLast', 'stored', 'outPos', 'oldest'] as const

/** What `wasm/inflater.ts` exports. */
type InflaterExports = Readonly<Record<(typeof globalNames)[number], Global>> & {
  readonly memory: WasmMemory
  heapBase(): number
  giveBack(): void
  setInput(at: number): void
  begin(): void
  slide(base: number): void
  inflate(inEnd: number, outEnd: number): number
}

/** All that an inflater knows, for another one to go on with, in this thread or another. */
export interface SavedInflater {
  readonly memory: Uint8Array
  readonly globals: readonly (number | bigint)[]
  readonly inEnd: number
}

/** Why it went no further: it wants input, its output wants to be taken, or the stream is at its end. */
export type Outcome = 'hungry' | 'full' | 'done'

/** Inflates DEFLATE streams (RFC 1951), one after the other, out of what is put into it. Its memory never grows. */
export interface Inflater {
  /** Takes as much of the input as there is room for, and answers how many bytes that was. */
  put(bytes: Uint8Array): number
  /** What was put and is not yet used: a view, until the next call. */
  readonly rest: Uint8Array
  /** Takes bytes away from the beginning of the rest. */
  skip(bytes: number): void
  /** A stream begins with the rest. */
  begin(): void
  /** Nothing more will be put: what it holds back to look ahead is inflated, too. */
  end(): void
  /** Goes on as far as it can. @returns why it stopped, or what is wrong with the stream. */
  inflate(): Outcome | { readonly fault: string }
  /** What has been inflated since it was last taken: a view, until the next call. */
  readonly output: Uint8Array
  /** A copy of it. */
  take(): Uint8Array<ArrayBuffer>
  save(): SavedInflater
}

const outcomes: readonly Outcome[] = ['hungry', 'full', 'done']
/** By what the module answers, from 16 on. */
const faults: readonly string[] = [
  'a block of no known type',
  'the length of a stored block contradicts itself',
  'too many symbols',
  'no code for the lengths of codewords',
  'no code for literals and lengths',
  'no code for distances',
  'a codeword that stands for nothing',
  'a reference to before the beginning',
]
const firstFault = 16

const inputBytes = 1 << 18
/** Read as zeros after the end of the input, so that looking ahead finds some. */
const paddingBytes = 1024
const windowBytes = 1 << 15
const outputBytes = 1 << 20
/** As far as the inflater may go beyond where it should stop, and a look ahead. */
const overrunBytes = 512

const pageBytes = 1 << 16

/** Compiles the inflater. What is made of it may be sent to other threads. */
export const compileInflater = (): object => compileWasm(inflaterBytes)

export function openInflater(module: object, saved?: SavedInflater): Inflater {
  // The module is ours, and this is what it exports.
  const wasm = startWasm(module) as InflaterExports
  const inAt = (wasm.heapBase() + 63) & ~63
  const outAt = inAt + inputBytes + paddingBytes + windowBytes
  const end = outAt + outputBytes
  wasm.memory.grow(Math.ceil((end - wasm.memory.buffer.byteLength) / pageBytes))
  const memory = new Uint8Array(wasm.memory.buffer)
  let inEnd = inAt
  let padding = 0
  const used = (): number => Number(wasm.inPos.value) - (Number(wasm.bitCount.value) >> 3)
  if (saved) {
    memory.set(saved.memory)
    inEnd = saved.inEnd
    for (const [index, name] of globalNames.entries()) wasm[name].value = saved.globals[index] ?? 0
  } else {
    wasm.setInput(inAt)
    wasm.slide(outAt)
    wasm.begin()
  }
  const output = (): Uint8Array => memory.subarray(outAt, Number(wasm.outPos.value))
  return {
    put(bytes) {
      wasm.giveBack()
      const from = Number(wasm.inPos.value)
      memory.copyWithin(inAt, from, inEnd)
      inEnd -= from - inAt
      wasm.setInput(inAt)
      const taken = Math.min(bytes.length, inAt + inputBytes - inEnd)
      memory.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), inEnd)
      inEnd += taken
      return taken
    },
    get rest() {
      return memory.subarray(used(), inEnd)
    },
    skip: (bytes) => wasm.setInput(used() + bytes),
    begin: wasm.begin,
    end() {
      padding = paddingBytes
      memory.fill(0, inEnd, inEnd + padding)
    },
    inflate() {
      const answer = wasm.inflate(inEnd + padding, end - overrunBytes)
      if (padding > 0 && used() > inEnd) return 'hungry'
      return outcomes[answer] ?? { fault: faults[answer - firstFault] ?? `fault ${answer}` }
    },
    get output() {
      return output()
    },
    take() {
      const taken = output().slice()
      wasm.slide(outAt)
      return taken
    },
    save: () => ({ memory: memory.slice(), globals: globalNames.map((name) => wasm[name].value), inEnd }),
  }
}
