// Inflates (RFC 1951) what is put into the memory, and leaves off wherever the input ends or the room for the output. All that
// it needs to go on are its memory and its globals.

import { bitCount, bits, giveBack, inPos, setBits, toByte } from './inflate-bits'
import {
  BETWEEN,
  beginBlock,
  block,
  CODED,
  countStored,
  endBlock,
  isLast,
  longestHeader,
  NO_FAULT,
  stored,
} from './inflate-block'
import {
  DISTANCE_BITS,
  distances,
  END,
  LITERAL,
  LITERALS_ONLY,
  makeEntries,
  narrow,
  OTHER,
  SUBTABLE,
  WIDE_BITS,
  wide,
} from './inflate-tables'

export { bitCount, bits, giveBack, inPos } from './inflate-bits'
export { block, isLast, stored } from './inflate-block'

/** What `inflate` answers; what is more is a fault. */
const HUNGRY: u32 = 0
const FULL: u32 = 1
const DONE: u32 = 2
const NEXT_BLOCK: u32 = 3
const NO_SYMBOL: u32 = 22
const TOO_FAR_BACK: u32 = 23

/** Nothing further back can be referred to. */
const windowBytes: usize = 1 << 15
/** Input that is left alone by the fast loop, which looks ahead without asking. */
const inSlack: usize = 32

/** Where the next byte of output goes, and where those begin that can be referred to. */
export let outPos: usize = 0
export let oldest: usize = 0

makeEntries()

/** For each distance below 16: which of the bytes there make up 16 of a match, and how many of them are whole repetitions. */
const patterns: usize = memory.data(16 * 16, 16)
const strides: usize = memory.data(16)
for (let distance: u32 = 1; distance < 16; distance++) {
  for (let index: u32 = 0; index < 16; index++)
    store<u8>(patterns + (distance << 4) + index, <u8>(index % distance))
  store<u8>(strides + distance, <u8>(16 - (16 % distance)))
}

/** Where the memory begins that is free. */
export function heapBase(): usize {
  return __heap_base
}

export function setInput(at: usize): void {
  setBits(at, bits, bitCount)
}

/** A stream begins, of whose past nothing is known. */
export function begin(): void {
  setBits(inPos, 0, 0)
  endBlock()
  oldest = outPos
}

/** The output is taken: what comes next goes to `base`, and before it stands what may be referred to. */
export function slide(base: usize): void {
  const kept = min(outPos - oldest, windowBytes)
  memory.copy(base - kept, outPos - kept, kept)
  outPos = base
  oldest = base - kept
}

/**
 * Inflates what comes before `inEnd` until the output reaches `outEnd`, beyond which it may go by 512 bytes. The last bytes
 * before `inEnd` are left until more come, `longestHeader` at most. At the end of the stream the input is at the byte after it.
 */
export function inflate(inEnd: usize, outEnd: usize): u32 {
  for (;;) {
    if (block == BETWEEN) {
      if (inPos + longestHeader > inEnd) return HUNGRY
      const fault = beginBlock()
      if (fault != NO_FAULT) return fault
    }
    const outcome = block == CODED ? decode(inEnd - inSlack, outEnd) : copyStored(inEnd, outEnd)
    if (outcome != NEXT_BLOCK) return outcome
    endBlock()
    if (isLast) {
      toByte()
      return DONE
    }
  }
  return HUNGRY
}

function copyStored(inEnd: usize, outEnd: usize): u32 {
  while (stored) {
    if (inPos >= inEnd) return HUNGRY
    if (outPos >= outEnd) return FULL
    const bytes = min(<usize>stored, min(inEnd - inPos, outEnd - outPos))
    memory.copy(outPos, inPos, bytes)
    outPos += bytes
    setBits(inPos + bytes, 0, 0)
    countStored(<u32>bytes)
  }
  return NEXT_BLOCK
}

// @ts-ignore: decorator
@inline
function extraBits(from: u64, entry: u32): usize {
  return <usize>(from & (((<u64>1) << (<u64>entry)) - 1)) >> ((entry >> 8) & 15)
}

// @ts-ignore: decorator
@inline
function inSubtable(entry: u32, next: u64): usize {
  return <usize>((entry >> 16) + (<u32>next & ((1 << ((entry >> 8) & 15)) - 1))) << 2
}

/**
 * The fast loop: in each turn up to three literals and mostly a match, for which 56 bits are enough. The entry of the next
 * turn is looked up before the match is copied, since neither waits for the other. Shifts take the lowest six bits of an
 * entry, and of the count only those six are right.
 */
function decode(inSafe: usize, outEnd: usize): u32 {
  let at = inPos
  let out = outPos
  let next = bits
  let count = bitCount
  let outcome: u32 = HUNGRY
  const first = oldest
  next |= load<u64>(at) << (<u64>count)
  at += 7 - ((count >> 3) & 7)
  count |= 56
  let pair = load<u64>(wide + ((<usize>next & ((1 << WIDE_BITS) - 1)) << 3))
  for (;;) {
    if (out >= outEnd) {
      outcome = FULL
      break
    }
    if (at > inSafe) break
    let entry = <u32>pair
    let before = next
    next >>= pair
    count -= entry
    store<u32>(out, <u32>(pair >> 32))
    out += (entry >> 6) & 3
    if (entry & OTHER) {
      if (entry & SUBTABLE) {
        entry = load<u32>(narrow + inSubtable(entry, next))
        before = next
        next >>= <u64>entry
        count -= entry
        if (entry & LITERAL) {
          store<u8>(out++, <u8>(entry >> 8))
          entry = OTHER | LITERALS_ONLY
        }
      }
      if (entry & OTHER) {
        if (!(entry & LITERALS_ONLY)) {
          outcome = entry & END ? NEXT_BLOCK : NO_SYMBOL
          break
        }
        next |= load<u64>(at) << (<u64>count)
        at += 7 - ((count >> 3) & 7)
        count |= 56
        pair = load<u64>(wide + ((<usize>next & ((1 << WIDE_BITS) - 1)) << 3))
        continue
      }
    }
    const length: usize = <usize>(entry >> 16) + extraBits(before, entry)
    entry = load<u32>(distances + ((<usize>next & ((1 << DISTANCE_BITS) - 1)) << 2))
    if (entry & SUBTABLE) {
      next >>= <u64>entry
      count -= entry
      entry = load<u32>(distances + inSubtable(entry, next))
    }
    if (entry & OTHER) {
      outcome = NO_SYMBOL
      break
    }
    const distance: usize = <usize>(entry >> 16) + extraBits(next, entry)
    next >>= <u64>entry
    count -= entry
    if (distance > out - first) {
      outcome = TOO_FAR_BACK
      break
    }
    next |= load<u64>(at) << (<u64>count)
    at += 7 - ((count >> 3) & 7)
    count |= 56
    pair = load<u64>(wide + ((<usize>next & ((1 << WIDE_BITS) - 1)) << 3))
    copyMatch(out, distance, out + length)
    out += length
  }
  setBits(at, next, count & 63)
  outPos = out
  return outcome
}

/** Copies 16 bytes at a time, and so up to 15 too many. */
// @ts-ignore: decorator
@inline
function copyMatch(out: usize, distance: usize, end: usize): void {
  let from = out - distance
  if (distance >= 16) {
    do {
      v128.store(out, v128.load(from))
      from += 16
      out += 16
    } while (out < end)
    return
  }
  const repeated = i8x16.swizzle(v128.load(from), v128.load(patterns + (distance << 4)))
  const stride = <usize>load<u8>(strides + distance)
  do {
    v128.store(out, repeated)
    out += stride
  } while (out < end)
}
