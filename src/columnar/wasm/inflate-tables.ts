// The tables by which codewords are read. An entry is found by the next bits of the input, as many as the table has, and says
// what they begin with:
//
//   bits 31 to 16  the base of a length or a distance; of an entry that refers to a subtable, where that begins
//   bit 15         OTHER: none of both, but one of the next three, or nothing that a codeword may be
//   bit 14, 13, 12 SUBTABLE, END of the block, LITERALS_ONLY
//   bits 11 to 8   bits of the codeword, without those that are added to the base; or of the subtable's index
//   bits 7 and 6   how many literals stand before it; in `narrow` 1 for an entry that is one, which has it in bits 15 to 8
//   bits 5 to 0    bits in all

export const OTHER: u32 = 1 << 15
export const SUBTABLE: u32 = 1 << 14
export const END: u32 = 1 << 13
export const LITERALS_ONLY: u32 = 1 << 12
/** In `narrow`. */
export const LITERAL: u32 = 3 << 6

export const WIDE_BITS: u32 = 10
export const DISTANCE_BITS: u32 = 9
/** No codeword of a code length is longer. */
export const LENGTH_BITS: u32 = 7
const longestCodeword: u32 = 15

/** Entries of 64 bits: above one of the above, which follows them, up to three literals that come first. */
export const wide: usize = memory.data(8 << 10, 64)
/** Literals and lengths one by one, and after the first 1 << WIDE_BITS entries all their subtables: 1 334 entries at most. */
export const narrow: usize = memory.data(4 * 1344, 64)
/** Distances, with their subtables: 592 entries at most. */
export const distances: usize = memory.data(4 * 592, 64)
/** Lengths of codewords. */
export const codeLengths: usize = memory.data(4 << 7, 64)

const literalEntries: usize = memory.data(4 * 288)
const distanceEntries: usize = memory.data(4 * 32)
const codeLengthEntries: usize = memory.data(4 * 19)

const counts: usize = memory.data(4 * 16)
const offsets: usize = memory.data(4 * 16)
const sorted: usize = memory.data(2 * 288)

/** What each symbol's entry is, but for its codeword: section 3.2.5 of the RFC. */
export function makeEntries(): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++)
    store<u32>(literalEntries + (symbol << 2), (symbol << 8) | (1 << 6))
  store<u32>(literalEntries + (256 << 2), OTHER | END)
  let base: u32 = 3
  for (let symbol: u32 = 257; symbol < 285; symbol++) {
    const extra: u32 = symbol < 265 ? 0 : (symbol - 261) >> 2
    store<u32>(literalEntries + (symbol << 2), (base << 16) | extra)
    base += 1 << extra
  }
  store<u32>(literalEntries + (285 << 2), 258 << 16)
  store<u32>(literalEntries + (286 << 2), OTHER)
  store<u32>(literalEntries + (287 << 2), OTHER)
  base = 1
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra: u32 = symbol < 4 ? 0 : (symbol - 2) >> 1
    store<u32>(distanceEntries + (symbol << 2), (base << 16) | extra)
    base += 1 << extra
  }
  store<u32>(distanceEntries + (30 << 2), OTHER)
  store<u32>(distanceEntries + (31 << 2), OTHER)
  for (let symbol: u32 = 0; symbol < 19; symbol++) store<u32>(codeLengthEntries + (symbol << 2), symbol << 16)
}

/** Each of these makes a table from the lengths of `count` codewords, and answers whether those are a code. */
export function makeCodeLengths(lengths: usize): bool {
  return build(codeLengths, LENGTH_BITS, lengths, 19, codeLengthEntries) && !isIncomplete
}

export function makeDistances(lengths: usize, count: u32): bool {
  return build(distances, DISTANCE_BITS, lengths, count, distanceEntries)
}

export function makeLiterals(lengths: usize, count: u32): bool {
  if (!build(narrow, WIDE_BITS, lengths, count, literalEntries)) return false
  widen()
  return true
}

// @ts-ignore: decorator
@inline
function at(table: usize, index: u32): u32 {
  return load<u32>(table + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
function put(table: usize, index: u32, entry: u32): void {
  store<u32>(table + (<usize>index << 2), entry)
}

/** The entry of the next symbol in order of codewords, of which `length` bits are left to be read. */
// @ts-ignore: decorator
@inline
function entryOf(symbolAt: usize, entries: usize, length: u32): u32 {
  const entry = at(entries, <u32>load<u16>(symbolAt))
  return entry & LITERAL ? entry | length : entry + ((length << 8) | length)
}

/** The codeword after `code` of the same length, its first bit lowest as all of them are here. */
// @ts-ignore: decorator
@inline
function following(code: u32, length: u32): u32 {
  const bit: u32 = 1 << (31 - clz<u32>(code ^ ((1 << length) - 1)))
  return (code & (bit - 1)) | bit
}

/** Some bits begin no codeword: allowed where there is one of one bit, or none at all. */
let isIncomplete: bool = false

function build(table: usize, tableBits: u32, lengths: usize, count: u32, entries: usize): bool {
  memory.fill(counts, 0, 4 * 16)
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length = <u32>load<u8>(lengths + symbol)
    put(counts, length, at(counts, length) + 1)
  }
  let free: i32 = 1
  let sum: u32 = 0
  let longest: u32 = 0
  put(offsets, 0, 0)
  for (let length: u32 = 1; length <= longestCodeword; length++) {
    sum += at(counts, length - 1)
    put(offsets, length, sum)
    free = (free << 1) - <i32>at(counts, length)
    if (free < 0) return false
    if (at(counts, length)) longest = length
  }
  isIncomplete = free > 0
  if (isIncomplete && longest > 1) return false
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length = <u32>load<u8>(lengths + symbol)
    const index = at(offsets, length)
    put(offsets, length, index + 1)
    store<u16>(sorted + (<usize>index << 1), <u16>symbol)
  }
  const first = sorted + (<usize>at(counts, 0) << 1)
  if (isIncomplete) fillIncomplete(table, tableBits, longest ? entryOf(first, entries, 1) : OTHER)
  else fill(table, tableBits, first, entries)
  return true
}

function fillIncomplete(table: usize, tableBits: u32, entry: u32): void {
  for (let index: u32 = 0; index < (<u32>1) << tableBits; index++)
    put(table, index, index & 1 ? OTHER : entry)
}

/** Fills the table in the order of codewords. It is as long as they are, and doubled when they get longer. */
function fill(table: usize, tableBits: u32, first: usize, entries: usize): void {
  let next = first
  let code: u32 = 0
  let length: u32 = 1
  let left = at(counts, 1)
  let size: u32 = 2
  let filled: u32 = 1 << tableBits
  let prefix: u32 = 0
  let subtable: u32 = 0
  for (;;) {
    while (left == 0) {
      if (length < tableBits) {
        memory.copy(table + (<usize>size << 2), table, <usize>size << 2)
        size <<= 1
      }
      left = at(counts, ++length)
    }
    if (length <= tableBits) put(table, code, entryOf(next, entries, length))
    else {
      const mask: u32 = (1 << tableBits) - 1
      if (subtable == 0 || (code & mask) != prefix) {
        prefix = code & mask
        subtable = filled
        const indexBits = subtableBits(length - tableBits, left, tableBits)
        filled += 1 << indexBits
        put(table, prefix, OTHER | SUBTABLE | (subtable << 16) | (indexBits << 8) | tableBits)
      }
      const entry = entryOf(next, entries, length - tableBits)
      const stride: u32 = 1 << (length - tableBits)
      for (let index = subtable + (code >> tableBits); index < filled; index += stride) put(table, index, entry)
    }
    if (code == ((<u32>1) << length) - 1) break
    code = following(code, length)
    next += 2
    left--
  }
  for (; size < (<u32>1) << tableBits; size <<= 1)
    memory.copy(table + (<usize>size << 2), table, <usize>size << 2)
}

/** Bits that tell the codewords of a subtable apart, of which `left` begin it with `indexBits` beyond the table's. */
function subtableBits(indexBits: u32, left: u32, tableBits: u32): u32 {
  for (let used = left; used < (<u32>1) << indexBits; ) {
    indexBits++
    used = (used << 1) + at(counts, tableBits + indexBits)
  }
  return indexBits
}

/** Makes `wide`: each entry has as many literals as its bits hold, and then a length if that is in them too. */
function widen(): void {
  for (let index: u32 = 0; index < (<u32>1) << WIDE_BITS; index++) {
    let entry = at(narrow, index)
    let rest = index
    let literals: u32 = 0
    let count: u32 = 0
    let used: u32 = 0
    while (entry & LITERAL && count < 3 && used + (entry & 63) <= WIDE_BITS) {
      literals |= ((entry >> 8) & 0xff) << (count << 3)
      count++
      used += entry & 63
      rest >>= entry & 63
      entry = at(narrow, rest)
    }
    if (count) {
      const isLength = !(entry & (LITERAL | OTHER)) && used + ((entry >> 8) & 15) <= WIDE_BITS
      entry = isLength ? entry + ((used << 8) | used) : OTHER | LITERALS_ONLY | used
    }
    store<u64>(wide + (<usize>index << 3), ((<u64>literals) << 32) | (<u64>(entry | (count << 6))))
  }
}
