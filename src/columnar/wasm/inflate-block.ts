// Where a block begins: sections 3.2.3 to 3.2.7 of RFC 1951.

import { bitCount, bits, refill, take, toByte } from './inflate-bits'
import { codeLengths, LENGTH_BITS, makeCodeLengths, makeDistances, makeLiterals } from './inflate-tables'

/** So much of the input may be looked at, at most, to read what a block begins with. */
export const longestHeader: usize = 640

export const NO_FAULT: u32 = 0
const BLOCK_TYPE: u32 = 16
const STORED_LENGTH: u32 = 17
const TOO_MANY_SYMBOLS: u32 = 18
const CODE_LENGTHS: u32 = 19
const LITERAL_CODE: u32 = 20
const DISTANCE_CODE: u32 = 21

export const BETWEEN: u32 = 0
export const STORED: u32 = 1
export const CODED: u32 = 2
/** What is being read. */
export let block: u32 = BETWEEN
/** No block comes after this one. */
export let isLast: bool = false
/** Bytes of a stored block that are still to come. */
export let stored: u32 = 0

const order: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
const lengths: usize = memory.data(288 + 32)

export function endBlock(): void {
  block = BETWEEN
}

export function countStored(bytes: u32): void {
  stored -= bytes
}

/** Reads what stands before a block's data, and makes its tables. @returns what is wrong with it. */
export function beginBlock(): u32 {
  refill()
  isLast = take(1) != 0
  const type = take(2)
  if (type == 3) return BLOCK_TYPE
  block = type == 0 ? STORED : CODED
  return type == 0 ? readStoredLength() : type == 1 ? fixCodes() : readCodes()
}

function readStoredLength(): u32 {
  take(bitCount & 7)
  refill()
  stored = take(16)
  const isRight = (stored ^ take(16)) == 0xffff
  toByte()
  return isRight ? NO_FAULT : STORED_LENGTH
}

function fixCodes(): u32 {
  memory.fill(lengths, 8, 144)
  memory.fill(lengths + 144, 9, 112)
  memory.fill(lengths + 256, 7, 24)
  memory.fill(lengths + 280, 8, 8)
  memory.fill(lengths + 288, 5, 32)
  makeLiterals(lengths, 288)
  makeDistances(lengths + 288, 32)
  return NO_FAULT
}

function readCodes(): u32 {
  const literals = take(5) + 257
  const distances = take(5) + 1
  const codeLengthsThere = take(4) + 4
  if (literals > 286 || distances > 30) return TOO_MANY_SYMBOLS
  memory.fill(lengths, 0, 19)
  refill()
  for (let index: u32 = 0; index < codeLengthsThere; index++) {
    if (index == 16) refill()
    store<u8>(lengths + <usize>load<u8>(order + index), <u8>take(3))
  }
  if (!makeCodeLengths(lengths)) return CODE_LENGTHS
  const fault = readLengths(literals + distances)
  if (fault) return fault
  if (load<u8>(lengths + 256) == 0 || !makeLiterals(lengths, literals)) return LITERAL_CODE
  return makeDistances(lengths + literals, distances) ? NO_FAULT : DISTANCE_CODE
}

/** Reads the lengths of all codewords, most of which say how often one repeats. */
function readLengths(count: u32): u32 {
  let done: u32 = 0
  while (done < count) {
    refill()
    const entry = load<u32>(codeLengths + (<usize>(<u32>bits & ((1 << LENGTH_BITS) - 1)) << 2))
    take(entry & 63)
    const symbol = entry >> 16
    if (symbol < 16) {
      store<u8>(lengths + done, <u8>symbol)
      done++
      continue
    }
    if (symbol == 16 && done == 0) return CODE_LENGTHS
    const value: u8 = symbol == 16 ? load<u8>(lengths + done - 1) : 0
    const times = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7)
    if (done + times > count) return CODE_LENGTHS
    memory.fill(lengths + done, value, times)
    done += times
  }
  return NO_FAULT
}
