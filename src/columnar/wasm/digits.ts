// Digits as bytes, eight in a number of 64 bits or sixteen in a vector, and the numbers that they make.

export const ZEROS: u64 = 0x3030303030303030
const HIGH_BITS: u64 = 0x8080808080808080

/** The eight bytes from `at` on as digits. */
// @ts-ignore: decorator
@inline
export function eightDigits(at: usize): u64 {
  return load<u64>(at) ^ ZEROS
}

/** High bits set where a byte is above 9. A byte that carries into the next one has its own high bit set. */
// @ts-ignore: decorator
@inline
export function nonDigits(digits: u64): u64 {
  return ((digits + 0x7676767676767676) | digits) & HIGH_BITS
}

/** The number that eight digits make: pairs, then fours, then all of them at once. */
// @ts-ignore: decorator
@inline
export function eightValues(digits: u64): u64 {
  digits = (digits * 2561) >> 8
  digits = ((digits & 0x00ff00ff00ff00ff) * 6553601) >> 16
  return ((digits & 0x0000ffff0000ffff) * 42949672960001) >> 32
}

const NONE: u8 = 0
const ALL: u8 = 0xff
/** 24 times nothing, 24 times all, 16 times nothing: what is loaded across an edge keeps the last bytes, or the first. */
const edges = memory.data<u8>([
  NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
  NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL,
  ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL,
  NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
], 64)

// Loaded where they are needed: a constant would be put together anew each time, by three instructions.
const codesOfZero = memory.data<u64>([ZEROS, ZEROS], 16)
const nines = memory.data<u64>([0x0909090909090909, 0x0909090909090909], 16)
const tensAndOnes = memory.data<u16>([2561, 2561, 2561, 2561, 2561, 2561, 2561, 2561], 16)
const hundreds = memory.data<i16>([100, 1, 100, 1, 100, 1, 100, 1], 16)
const tenThousands = memory.data<i16>([10000, 1, 10000, 1, 10000, 1, 10000, 1], 16)

/** Sixteen characters as digits. */
// @ts-ignore: decorator
@inline
export function asDigits(text: v128): v128 {
  return v128.xor(text, v128.load(codesOfZero))
}

/** Of 16 bytes the last `count`; all for 16 to 24. */
// @ts-ignore: decorator
@inline
function lastOf16(count: usize): v128 {
  return v128.load(edges + count, 8)
}

/** Of 16 bytes those before the last `count`; none for 16. */
// @ts-ignore: decorator
@inline
export function butLastOf16(count: usize): v128 {
  return v128.load(edges + count, 32)
}

/** The same of two times eight, the first of which is without its last `count`; none for 8 to 16. */
// @ts-ignore: decorator
@inline
export function butLastOf8(count: usize, other: usize): v128 {
  return v128.load64_lane(edges + other, v128.load64_zero(edges + count, 40), 1, 40)
}

/** The `length` bytes before `end` as digits, with zeros in front: of up to 24 the last 16. */
// @ts-ignore: decorator
@inline
export function lastDigits(end: usize, length: u32): v128 {
  return v128.and(asDigits(v128.load(end - 16)), lastOf16(length))
}

/** The digits above those, of up to 24. */
// @ts-ignore: decorator
@inline
export function digitsAbove(end: usize, length: u32): u64 {
  return eightDigits(end - 24) & load<u64>(edges + <usize>length)
}

/** What is no digit is above 9. */
// @ts-ignore: decorator
@inline
export function areDigits(digits: v128): bool {
  return !v128.any_true(i8x16.sub_sat_u(digits, v128.load(nines)))
}

/** The four numbers that sixteen digits make, four each. */
// @ts-ignore: decorator
@inline
export function foursOf(digits: v128): v128 {
  const pairs = i16x8.shr_u(i16x8.mul(digits, v128.load(tensAndOnes)), 8)
  return i32x4.dot_i16x8_s(pairs, v128.load(hundreds))
}

/** The four numbers that two times four of those make. */
// @ts-ignore: decorator
@inline
export function eightsOf(some: v128, others: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(some, others), v128.load(tenThousands))
}

/** The number that sixteen digits make. */
// @ts-ignore: decorator
@inline
export function sixteenValues(digits: v128): u64 {
  const fours = foursOf(digits)
  const eights = <u64>i64x2.extract_lane(eightsOf(fours, fours), 0)
  return (eights & 0xffffffff) * 100000000 + (eights >> 32)
}
