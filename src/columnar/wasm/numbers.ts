// Text to numbers, eight digits at a time. All readers take the text from `start` to `end` and may look at 32 bytes before it.

import { slowFloat } from './outside'

/** Whether the text last read was a number of the kind asked for. */
export let valid: bool = true

const ZEROS: u64 = 0x3030303030303030
const HIGH_BITS: u64 = 0x8080808080808080

/** The `length` (1 to 8) bytes from `start` on as digits, with zeros in front; what is no digit is above 9. */
// @ts-ignore: decorator
@inline
function firstDigits(start: usize, length: u32): u64 {
  return (load<u64>(start) ^ ZEROS) << ((8 - <u64>length) << 3)
}

/** The eight bytes from `start` on as digits. */
// @ts-ignore: decorator
@inline
function allDigits(start: usize): u64 {
  return load<u64>(start) ^ ZEROS
}

/** High bits set where a byte is above 9. A byte that carries into the next one has its own high bit set. */
// @ts-ignore: decorator
@inline
function strangers(digits: u64): u64 {
  return ((digits + 0x7676767676767676) | digits) & HIGH_BITS
}

/** The number that eight digits make: pairs, then fours, then all of them at once. */
// @ts-ignore: decorator
@inline
function eightValues(digits: u64): u64 {
  digits = (digits * 2561) >> 8
  digits = ((digits & 0x00ff00ff00ff00ff) * 6553601) >> 16
  return ((digits & 0x0000ffff0000ffff) * 42949672960001) >> 32
}

/** Row `n` keeps the last `n` of 16 bytes. */
const lastLanes = memory.data(272, 16)

/** The `length` (1 to 16) bytes before `end` as digits, with zeros in front; what is no digit is above 9. */
// @ts-ignore: decorator
@inline
function lastDigits(end: usize, length: u32): v128 {
  const digits = v128.xor(v128.load(end - 16), i8x16.splat(0x30))
  return v128.and(digits, v128.load(lastLanes + (<usize>length << 4)))
}

// @ts-ignore: decorator
@inline
function areDigits(digits: v128): bool {
  return !v128.any_true(i8x16.gt_u(digits, i8x16.splat(9)))
}

/** The number that sixteen digits make: pairs, fours, eights, all of them. */
// @ts-ignore: decorator
@inline
function sixteenValues(digits: v128): u64 {
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10))
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i32x4.splat(0x00010064))
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i32x4.splat(0x00012710))
  return (
    <u64>(<u32>i32x4.extract_lane(eights, 0)) * 100000000 + <u64>(<u32>i32x4.extract_lane(eights, 1))
  )
}

/** Up to 16 digits; `valid` tells whether that is what they are. No digit at all is 0. */
function sixteenDigits(start: usize, end: usize): u64 {
  const length = <u32>(end - start)
  if (length == 0) return 0
  if (length <= 8) {
    const digits = firstDigits(start, length)
    if (strangers(digits)) valid = false
    return eightValues(digits)
  }
  const high = firstDigits(start, length - 8)
  const low = allDigits(end - 8)
  if (strangers(high) | strangers(low)) valid = false
  return eightValues(high) * 100000000 + eightValues(low)
}

/** A whole number with its sign: `valid` only from -2^63 to 2^63 - 1. */
export function readInt64(start: usize, end: usize): i64 {
  let negative = false
  valid = end > start
  if (!valid) return 0
  const first = load<u8>(start)
  if (first == 0x2d || first == 0x2b) {
    negative = first == 0x2d
    valid = ++start < end
  }
  if (end - start > 19) {
    while (end - start > 19 && load<u8>(start) == 0x30) start++
    if (end - start > 19) {
      valid = false
      return 0
    }
  }
  let magnitude: u64
  if (end - start <= 16) magnitude = sixteenDigits(start, end)
  else {
    // At most 9 999 999 999 999 999 999, which 64 bits hold.
    magnitude = sixteenDigits(start, end - 16) * 10000000000000000 + sixteenDigits(end - 16, end)
  }
  if (magnitude > 0x7fffffffffffffff + <u64>negative) valid = false
  return negative ? -(<i64>magnitude) : <i64>magnitude
}

/** What `fastInt64` answers when it cannot tell. */
export const UNKNOWN: i64 = i64.MIN_VALUE

/** A whole number of 1 to 19 digits without a sign, or `UNKNOWN`, which that cannot be. */
// @ts-ignore: decorator
@inline
export function fastInt64(start: usize, end: usize): i64 {
  const length = <u32>(end - start)
  if (length - 1 < 8) {
    const digits = firstDigits(start, length)
    return strangers(digits) ? UNKNOWN : <i64>eightValues(digits)
  }
  if (length - 9 < 8) {
    const digits = lastDigits(end, length)
    return areDigits(digits) ? <i64>sixteenValues(digits) : UNKNOWN
  }
  if (length - 17 > 2) return UNKNOWN
  const low = v128.xor(v128.load(end - 16), i8x16.splat(0x30))
  const high = firstDigits(start, length - 16)
  if (strangers(high) || !areDigits(low)) return UNKNOWN
  // At most 9 999 999 999 999 999 999, which 64 bits hold.
  const value = eightValues(high) * 10000000000000000 + sixteenValues(low)
  return <i64>value < 0 ? UNKNOWN : <i64>value
}

const powers = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
])
/** Row `n` takes byte `n` out of 16 and puts a 0 in front. */
const withoutLane = memory.data(256, 16)

/** Fills the tables that `fastFloat64` looks up. */
export function makeTables(): void {
  for (let n = 0; n <= 16; n++)
    for (let lane = 0; lane < 16; lane++) {
      store<u8>(lastLanes + n * 16 + lane, lane >= 16 - n ? 0xff : 0)
      if (n < 16) store<u8>(withoutLane + n * 16 + lane, lane > n ? lane : lane - 1)
    }
}

/** A point as a digit. */
const POINT: i8 = 0x1e
const POINTS: u64 = 0x1e1e1e1e1e1e1e1e
const ONES: u64 = 0x0101010101010101

/** The same of at most 8 characters, which nearly all prices are. */
// @ts-ignore: decorator
@inline
function shortFloat64(start: usize, length: u32): f64 {
  let digits = firstDigits(start, length)
  // The lowest bit found is that of the first point.
  const notPoint = digits ^ POINTS
  const points = (notPoint - ONES) & ~notPoint & HIGH_BITS
  let places: u64 = 0
  if (points) {
    if (length == 1) return NaN
    const before = (points & -points) >> 7
    places = 7 - (ctz(before) >> 3)
    digits = (digits & ~((before << 8) - 1)) | ((digits & (before - 1)) << 8)
  }
  if (strangers(digits)) return NaN
  return <f64>eightValues(digits) / load<f64>(powers + (<usize>places << 3))
}

/**
 * The double nearest to a decimal of at most 16 characters without sign or exponent, or NaN when it cannot tell. Both the
 * digits and the power of ten that divides them are exact up to 15 digits, and so is their quotient.
 */
// @ts-ignore: decorator
@inline
export function fastFloat64(start: usize, end: usize): f64 {
  const length = end - start
  if (length - 1 < 8) return shortFloat64(start, <u32>length)
  if (length > 16) return NaN
  let digits = lastDigits(end, <u32>length)
  const points = i8x16.bitmask(i8x16.eq(digits, i8x16.splat(POINT)))
  let places: usize = 0
  if (points) {
    const point = <usize>ctz(points)
    places = 15 - point
    digits = i8x16.swizzle(digits, v128.load(withoutLane + (point << 4)))
  }
  if (!areDigits(digits)) return NaN
  return <f64>sixteenValues(digits) / load<f64>(powers + (places << 3))
}

/** The double nearest to any decimal. */
export function readFloat64(start: usize, end: usize): f64 {
  const value = slowFloat(start, end)
  // Only what is no number answers NaN, which no decimal is.
  valid = value == value
  return value
}

/** Days since 1970-01-01 of a date as `2024-03-01`. */
export function readDate(start: usize, end: usize): i32 {
  valid = end - start == 10 && load<u8>(start + 4) == 0x2d && load<u8>(start + 7) == 0x2d
  if (!valid) return 0
  const year = <i32>sixteenDigits(start, start + 4)
  const month = <i32>sixteenDigits(start + 5, start + 7)
  const day = <i32>sixteenDigits(start + 8, end)
  if (!valid || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
    valid = false
    return 0
  }
  // Years that begin in March end with their leap day. The years of 400 have 146 097 days.
  const marchYear = year - i32(month < 3) + 400
  const dayOfYear = (153 * (month + (month < 3 ? 9 : -3)) + 2) / 5 + day - 1
  return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719468 - 146097
}

function daysOf(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
}

/** 1 for true and 0 for false, in any case. */
export function readBool(start: usize, end: usize): u32 {
  const length = end - start
  valid = true
  if (length == 4 && (load<u32>(start) | 0x20202020) == 0x65757274) return 1
  valid = length == 5 && (load<u32>(start) | 0x20202020) == 0x736c6166 && (load<u8>(start + 4) | 0x20) == 0x65
  return 0
}
