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

// What the byte before a block was, as bit 0.
let afterEnd: u64 = 1
let afterClose: u64 = 0
let afterCloseCr: u64 = 0

/**
 * The first quote of a block that stands where none may: one opens where a field begins or, doubled, where one has just
 * closed; after one that closes comes the end of the field, or the next of a pair.
 */
function quoteFaults(quotes: u64, inside: u64, ends: u64, cr: u64, lf: u64, mask: u64): u64 {
  const opens = quotes & inside
  const closes = quotes & ~inside
  const closed = (closes << 1) | afterClose
  const misplaced = opens & ~((ends << 1) | afterEnd | closed)
  const closedCr = closed & cr
  const followed = closed & ~(ends | opens | closedCr)
  const brokenCr = ((closedCr << 1) | afterCloseCr) & ~(lf & ends)
  afterClose = closes >> 63
  afterCloseCr = closedCr >> 63
  const first = (misplaced | followed | brokenCr) & mask
  if (first) fault = misplaced & ~brokenCr & (first & -first) ? OPENS_INSIDE : CLOSES_INSIDE
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
  const breaks = i8x16.splat(LF)
  const quoteBytes = i8x16.splat(quote)
  const crs = i8x16.splat(CR)
  store<u32>(positions, <u32>(start - 1))
  store<u32>(rowStarts, 1)
  let out: usize = positions + 4
  let rowOut: usize = rowStarts + 4
  let carried: u64 = 0
  afterEnd = 1
  afterClose = 0
  afterCloseCr = 0
  fault = NONE
  for (let at = start; at < end; at += 64) {
    const mask: u64 = end - at < 64 ? ((<u64>1) << <u64>(end - at)) - 1 : ~(<u64>0)
    const quotes = bitsOf(at, quoteBytes) & mask
    const lf = bitsOf(at, breaks) & mask
    const inside = parity(quotes) ^ carried
    let ends = (bitsOf(at, delimiters) | lf) & mask & ~inside
    if (quotes | afterClose | afterCloseCr) {
      // A CR before a break that was added is no part of a line break.
      const added: u64 = addedBreak - at < 64 ? (<u64>1) << <u64>(addedBreak - at) : 0
      const first = quoteFaults(quotes, inside, ends, bitsOf(at, crs), lf & ~added, mask)
      if (first) {
        faultAt = at + <usize>ctz(first)
        ends &= (first & -first) - 1
        rowOut = storeRows(ends & lf, ends, out, rowOut)
        storeEnds(ends, at, out)
        return <u32>((rowOut - rowStarts) >> 2) - 1
      }
    }
    carried = <u64>((<i64>inside) >> 63)
    afterEnd = ends >> 63
    const rows = lf & ends
    if (rows) rowOut = storeRows(rows, ends, out, rowOut)
    out = storeEnds(ends, at, out)
  }
  openQuote = carried != 0
  return <u32>((rowOut - rowStarts) >> 2) - 1
}

/** Notes for each line break in `rows` which position comes after it. */
// @ts-ignore: decorator
@inline
function storeRows(rows: u64, ends: u64, out: usize, rowOut: usize): usize {
  const known = <u32>((out - positions) >> 2)
  while (rows) {
    const upTo = rows ^ (rows - 1)
    store<u32>(rowOut, known + <u32>popcnt(ends & upTo))
    rowOut += 4
    rows &= rows - 1
  }
  return rowOut
}

/** Notes the address of each bit; may write eight slots more than it counts. */
// @ts-ignore: decorator
@inline
function storeEnds(ends: u64, at: usize, out: usize): usize {
  const after = out + (<usize>popcnt(ends) << 2)
  while (ends) {
    store<u32>(out, <u32>(at + <usize>ctz(ends)), 0)
    ends &= ends - 1
    store<u32>(out, <u32>(at + <usize>ctz(ends)), 4)
    ends &= ends - 1
    store<u32>(out, <u32>(at + <usize>ctz(ends)), 8)
    ends &= ends - 1
    store<u32>(out, <u32>(at + <usize>ctz(ends)), 12)
    ends &= ends - 1
    out += 16
  }
  return after
}
