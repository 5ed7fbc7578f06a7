// The hybrid of Parquet: what repeats as its length and its value, all else packed by eights.

import { packBits, writeVarint } from './encoder-bits'

/** Fewer of the same are as small packed. */
const LEAST_RUN: u32 = 16

/** At most so many bytes: of what is packed, a header for each run between. */
export function mostRunBytes(count: u32, width: u32): u32 {
  return 64 + ((count * width) >> 3) + count
}

/** Writes `count` numbers of at most `width` bits. Up to 8 numbers and 8 bytes after them are touched. */
export function writeRuns(values: usize, count: u32, width: u32, to: usize): usize {
  let written: u32 = 0
  let at: u32 = 0
  while (at < count) {
    const value = load<u32>(values + (<usize>at << 2))
    let end = at + 1
    while (end < count && load<u32>(values + (<usize>end << 2)) == value) end++
    // What is packed before it is filled up to an eight.
    const first = at + ((written - at) & 7)
    if (end >= first + LEAST_RUN) {
      to = writePacked(values, written, first, width, to)
      to = writeRun(value, end - first, width, to)
      written = end
    }
    at = end
  }
  memory.fill(values + (<usize>count << 2), 0, 8 << 2)
  return writePacked(values, written, count, width, to)
}

export function writeRun(value: u32, count: u32, width: u32, to: usize): usize {
  to = writeVarint(<u64>count << 1, to)
  store<u32>(to, value)
  return to + ((width + 7) >> 3)
}

function writePacked(values: usize, first: u32, end: u32, width: u32, to: usize): usize {
  if (end == first) return to
  const eights = (end - first + 7) >> 3
  to = writeVarint(((<u64>eights) << 1) | 1, to)
  return packBits<u32>(values + (<usize>first << 2), eights << 3, width, to)
}
