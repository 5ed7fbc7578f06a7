// DELTA_BINARY_PACKED: differences to the number before, less the smallest of a block, in as few bits as 32 of them need.

import { bitsFor, packBits, writeVarint, writeZigzag } from './encoder-bits'

const BLOCK: u32 = 128
const MINIBLOCKS: u32 = 4
const MINIBLOCK: u32 = BLOCK / MINIBLOCKS

/** The differences of a block. */
const deltas = memory.data(<i32>BLOCK * 8, 16)

/** At most so many bytes for so many numbers: a block has a difference in 10 bytes and a byte for each miniblock. */
export function mostDeltaBytes(count: u32, width: u32): u32 {
  return 40 + (count / BLOCK + 1) * (10 + MINIBLOCKS + BLOCK * width)
}

/** Writes one number or more, signed, of 32 or 64 bits. @returns where they end. */
export function writeDeltas<T>(values: usize, count: u32, to: usize): usize {
  let before = load<T>(values)
  to = writeVarint(BLOCK, to)
  to = writeVarint(MINIBLOCKS, to)
  to = writeVarint(count, to)
  to = writeZigzag(before, to)
  for (let at: u32 = 1; at < count; at += BLOCK) {
    const some = min(BLOCK, count - at)
    const from = values + <usize>at * sizeof<T>()
    // Differences wrap around, and so do those who add them up.
    let least: T = <T>(load<T>(from) - before)
    for (let i: u32 = 0; i < some; i++) {
      const value = load<T>(from + <usize>i * sizeof<T>())
      const delta = <T>(value - before)
      store<T>(deltas + <usize>i * sizeof<T>(), delta)
      least = min(least, delta)
      before = value
    }
    to = writeBlock<T>(least, some, writeZigzag(least, to))
  }
  return to
}

function writeBlock<T>(least: T, some: u32, to: usize): usize {
  const widths = to
  store<u32>(widths, 0)
  to += MINIBLOCKS
  for (let first: u32 = 0; first < some; first += MINIBLOCK) {
    const from = deltas + <usize>first * sizeof<T>()
    const filled = min(MINIBLOCK, some - first)
    let all: T = 0
    for (let i: u32 = 0; i < filled; i++) {
      const rest = <T>(load<T>(from + <usize>i * sizeof<T>()) - least)
      store<T>(from + <usize>i * sizeof<T>(), rest)
      all |= rest
    }
    for (let i = filled; i < MINIBLOCK; i++) store<T>(from + <usize>i * sizeof<T>(), 0)
    const width = sizeof<T>() == 4 ? bitsFor(<u64>(<u32>all)) : bitsFor(<u64>all)
    store<u8>(widths + first / MINIBLOCK, <u8>width)
    to = sizeof<T>() == 4 ? packBits<u32>(from, MINIBLOCK, width, to) : packBits<u64>(from, MINIBLOCK, width, to)
  }
  return to
}
