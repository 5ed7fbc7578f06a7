import { kernelBytes } from './kernel-bytes.ts'
import { parseFloat64, parseTime } from './numbers.ts'
import { compileWasm, startWasm, type WasmMemory } from './web-assembly.ts'

interface Global {
  readonly value: number
}

/** What `wasm/kernel.ts` exports. Addresses and sizes are in bytes. */
export interface KernelExports {
  readonly memory: WasmMemory
  heapBase(): number
  layOut(positions: number, rowStarts: number, goodRows: number, badFields: number, scratch: number): void
  setDialect(delimiter: number, quote: number): void
  setWidth(fields: number): void
  setAddedBreak(at: number): void
  scan(start: number, end: number): number
  /** 1: a quote opens inside a field, 2: one closes inside; 0: the quotes are right. */
  readonly fault: Global
  readonly faultAt: Global
  readonly openQuote: Global
  /** Finds a field of a row that has `width` of them, without its quotes. */
  findText(first: number, field: number): void
  readonly fieldStart: Global
  readonly fieldEnd: Global
  sift(rows: number, tickerField: number): number
  readonly ragged: Global
  readonly longest: Global
  readColumns(columns: number, howMany: number, first: number, count: number, row: number): number
}

/** An instance of the kernel, with memory of its own. */
export interface Kernel {
  readonly exports: KernelExports
  /** Sets bytes aside for good, all of them 0. Views of the memory made before it are void. */
  take(bytes: number): number
  /** The memory as bytes; made anew after `take`. */
  bytes(): Buffer
}

const pageBytes = 1 << 16

/** Compiles the kernel; an instance takes no time after that. */
export const compileKernel = (): object => compileWasm(kernelBytes)

/** A kernel that asks `isWanted` of each ticker that differs from the one before. */
export function openKernel(module: object, isWanted: (ticker: string) => boolean): Kernel {
  let view = Buffer.alloc(0)
  const outside = {
    slowFloat: (start: number, end: number) =>
      parseFloat64(view.toString('latin1', start, end)) ?? Number.NaN,
    // The least of all whole numbers, which is no time, for what is none.
    slowTime: (start: number, end: number) => parseTime(view.toString('latin1', start, end)) ?? -(2n ** 63n),
    isWanted: (start: number, end: number) => Number(isWanted(view.toString('utf8', start, end))),
  }
  // The module is ours, and this is what it exports.
  const exports = startWasm(module, outside) as KernelExports
  let free = exports.heapBase()
  return {
    exports,
    take(bytes) {
      const at = (free + 63) & ~63
      free = at + bytes
      const missing = free - exports.memory.buffer.byteLength
      if (missing > 0) exports.memory.grow(Math.ceil(missing / pageBytes))
      view = Buffer.from(exports.memory.buffer)
      return at
    },
    bytes: () => view,
  }
}
