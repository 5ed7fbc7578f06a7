import { longestRow } from './complaints.ts'
import type { Kernel } from './kernel.ts'

/** Bytes held at once: the beginning of the longest row, and what comes after it. */
export const inputBytes = 2 * longestRow
/** Scanning less than this at a time costs more than it is worth. */
const bytesPerScan = 1 << 19
const byteOrderMark = Buffer.from('\uFEFF')
const lineFeed = 10

/** The bytes that the kernel reads, from the beginning of a row on. */
export interface KernelInput {
  /** Their address; one that never changes. */
  readonly start: number
  readonly length: number
  /** Of the first of them in the stream. */
  readonly offset: number
  /** Enough came to be worth a scan. */
  readonly isReady: boolean
  /** Where the line break stands that the last row lacked; 0 if it had one. */
  readonly addedBreak: number
  /** `end` was called. */
  readonly ended: boolean
  /** Takes as much of a chunk as there is room for, and answers how many bytes that was. */
  fill(chunk: Uint8Array): number
  /** Takes a byte order mark away, if the stream begins with one. */
  begin(): void
  /** Nothing more will come: adds the line break that the last row may lack. */
  end(): void
  /** Takes the first `bytes` away, which have been read. */
  drop(bytes: number): void
}

/** Input whose first byte is byte `offset` of its stream. */
export function kernelInput(kernel: Kernel, offset: number): KernelInput {
  // The kernel looks a little beyond what it reads, on both sides.
  const start = kernel.take(inputBytes + 192) + 64
  let length = 0
  let scanAt = bytesPerScan
  let dropped = 0
  let begun = false
  let ended = false
  let addedBreak = 0
  const noteBreak = (at: number): void => {
    addedBreak = at
    kernel.exports.setAddedBreak(at)
  }
  const drop = (bytes: number): void => {
    kernel.bytes().copyWithin(start, start + bytes, start + length)
    length -= bytes
    dropped += bytes
    scanAt = Math.min(inputBytes, length + bytesPerScan)
    if (addedBreak > 0) noteBreak(addedBreak - bytes)
  }
  const begin = (): void => {
    const mark = kernel.bytes().subarray(start, start + Math.min(length, byteOrderMark.length))
    if (!begun && mark.equals(byteOrderMark)) drop(mark.length)
    begun = true
  }
  return {
    start,
    get length() {
      return length
    },
    get offset() {
      return offset + dropped
    },
    get isReady() {
      return length >= scanAt
    },
    get addedBreak() {
      return addedBreak
    },
    get ended() {
      return ended
    },
    fill(chunk) {
      const taken = Math.min(chunk.length, inputBytes - length)
      kernel.bytes().set(taken === chunk.length ? chunk : chunk.subarray(0, taken), start + length)
      length += taken
      return taken
    },
    begin,
    end() {
      // A mark and nothing else is no text.
      begin()
      const end = start + length
      if (length > 0 && kernel.bytes()[end - 1] !== lineFeed) {
        kernel.bytes()[end] = lineFeed
        length++
        noteBreak(end)
      }
      ended = true
    },
    drop,
  }
}
