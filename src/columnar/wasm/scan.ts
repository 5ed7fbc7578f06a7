// Finds where fields and rows end, 64 bytes at a time and without a state machine: one bit a byte says what is a delimiter,
// a line break, a quote; the parity of the quotes before a byte says whether it is inside of some.

import { addedBreak, CR, delimiter, LF, positions, quote, rowStarts } from './memory'

/** What `fault` says. */
const NONE: u32 = 0
const OPENS_INSIDE: u32 = 1
const CLOSES_INSIDE: u32 = 2

/** What is wrong with the quotes at `faultAt`; rows that end before it are found all the same. */
export let fault: u32 = NONE
export let faultAt: usize = 0
/** Whether the bytes end inside quotes. */
export let openQuote: bool = false

// @ts-ignore: decorator
@inline
function bitsOf(at: usize, byte: v128): u64 {
  return (
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), byte)))) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), byte)))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), byte)))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), byte)))) << 48)
  )
}

/** Bit `i` is the parity of the bits up to and with `i`. */
// @ts-ignore: decorator
@inline
function parity(bits: u64): u64 {
  bits ^= bits << 1
  bits ^= bits << 2
  bits ^= bits << 4
  bits ^= bits << 8
  bits ^= bits << 16
  bits ^= bits << 32
  return bits
}

/** Loaded where they are needed: a constant would be put together anew for each comparison. */
const lineFeeds = memory.data<u8>([LF, LF, LF, LF, LF, LF, LF, LF, LF, LF, LF, LF, LF, LF, LF, LF])

/** Whether the byte before a block is a CR behind a quote that closes, as bit 0. */
let afterCloseCr: u64 = 0

/**
 * The first quote of a block that stands where none may, or 0: one that opens is `misplaced` where no field begins, nor,
 * doubled, where one has just closed; what comes after one that has `closed` and is no end of a field, nor the next of a
 * pair, is a `stranger`, unless it is the CR of a line break.
 */
function firstFault(misplaced: u64, closed: u64, strangers: u64, cr: u64, breaks: u64, mask: u64): u64 {
  const closedCr = closed & cr
  const brokenCr = ((closedCr << 1) | afterCloseCr) & ~breaks
  afterCloseCr = closedCr >> 63
  const faults = (misplaced | (strangers & ~closedCr) | brokenCr) & mask
  const first = faults & -faults
  if (first) fault = misplaced & ~brokenCr & first ? OPENS_INSIDE : CLOSES_INSIDE
  return first
}

/**
 * Finds the ends of all fields and rows from `start`, where a row begins, to `end`. Up to 63 bytes after `end` are read and
 * left out of account.
 *
 * @returns how many rows end there.
 */
export function scan(start: usize, end: usize): u32 {
  const delimiters = i8x16.splat(delimiter)
  const breaks = v128.load(lineFeeds)
  const quoteBytes = i8x16.splat(quote)
  store<u32>(positions, <u32>(start - 1))
  store<u32>(rowStarts, 1)
  let out: usize = positions + 4
  let rowOut: usize = rowStarts + 4
  // What the byte before a block was: all bits or bit 0.
  let carried: u64 = 0
  let afterEnd: u64 = 1
  let afterClose: u64 = 0
  afterCloseCr = 0
  fault = NONE
  for (let at = start; at < end; at += 64) {
    let quotes = bitsOf(at, quoteBytes)
    let lf = bitsOf(at, breaks)
    let ends = bitsOf(at, delimiters) | lf
    let mask: u64 = ~(<u64>0)
    if (end - at < 64) {
      mask = ((<u64>1) << <u64>(end - at)) - 1
      quotes &= mask
      lf &= mask
      ends &= mask
    }
    const inside = parity(quotes) ^ carried
    ends &= ~inside
    const opens = quotes & inside
    const closes = quotes & ~inside
    const closed = (closes << 1) | afterClose
    const misplaced = opens & ~((ends << 1) | afterEnd | closed)
    const strangers = closed & ~(ends | opens)
    // Nothing to ask of most blocks, with quotes or without.
    if (misplaced | strangers | afterCloseCr) {
      // A CR before a break that was added is no part of a line break.
      const added: u64 = addedBreak - at < 64 ? (<u64>1) << <u64>(addedBreak - at) : 0
      const cr = bitsOf(at, i8x16.splat(CR))
      const first = firstFault(misplaced, closed, strangers, cr, lf & ~added & ends, mask)
      if (first) {
        faultAt = at + <usize>ctz(first)
        ends &= first - 1
        rowOut = storeRows(ends & lf, ends, out, rowOut)
        storeEnds(ends, at, out)
        return <u32>((rowOut - rowStarts) >> 2) - 1
      }
    }
    carried = <u64>((<i64>inside) >> 63)
    afterEnd = ends >> 63
    afterClose = closes >> 63
    rowOut = storeRows(ends & lf, ends, out, rowOut)
    out = storeEnds(ends, at, out)
  }
  openQuote = carried != 0
  return <u32>((rowOut - rowStarts) >> 2) - 1
}

/** Notes for each line break in `rows` which position comes after it; may write one slot more than it counts. */
// @ts-ignore: decorator
@inline
function storeRows(rows: u64, ends: u64, out: usize, rowOut: usize): usize {
  const known = <u32>((out - positions) >> 2)
  // Whether there is a first one is anyone's guess, so that is not asked.
  store<u32>(rowOut, known + <u32>popcnt(ends & (rows ^ (rows - 1))))
  rowOut += <usize>(rows != 0) << 2
  rows &= rows - 1
  while (rows) {
    store<u32>(rowOut, known + <u32>popcnt(ends & (rows ^ (rows - 1))))
    rowOut += 4
    rows &= rows - 1
  }
  return rowOut
}

/** Notes the address of each bit; may write twelve slots more than it counts. */
// @ts-ignore: decorator
@inline
function storeEnds(ends: u64, at: usize, out: usize): usize {
  const after = out + (<usize>popcnt(ends) << 2)
  ends = storeFour(ends, at, out)
  ends = storeFour(ends, at, out + 16)
  ends = storeFour(ends, at, out + 32)
  while (ends) {
    out += 16
    ends = storeFour(ends, at, out + 32)
  }
  return after
}

// @ts-ignore: decorator
@inline
function storeFour(ends: u64, at: usize, out: usize): u64 {
  store<u32>(out, <u32>(at + <usize>ctz(ends)), 0)
  ends &= ends - 1
  store<u32>(out, <u32>(at + <usize>ctz(ends)), 4)
  ends &= ends - 1
  store<u32>(out, <u32>(at + <usize>ctz(ends)), 8)
  ends &= ends - 1
  store<u32>(out, <u32>(at + <usize>ctz(ends)), 12)
  return ends & (ends - 1)
}
