// Text to numbers. All readers take the text from `start` to `end` and may look at 32 bytes before it.

import { areDigits, digitsAbove, eightDigits, eightValues, lastDigits, sixteenValues, nonDigits } from './digits'

/** Whether the text last read was a number of the kind asked for. */
export let valid: bool = true

/** Up to 16 digits; `valid` tells whether that is what they are. No digit at all is 0. */
function sixteenDigits(start: usize, end: usize): u64 {
  const length = <u32>(end - start)
  if (length == 0) return 0
  if (length <= 8) {
    const digits = eightDigits(start) << ((8 - <u64>length) << 3)
    if (nonDigits(digits)) valid = false
    return eightValues(digits)
  }
  const high = eightDigits(start) << ((16 - <u64>length) << 3)
  const low = eightDigits(end - 8)
  if (nonDigits(high) | nonDigits(low)) valid = false
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

/** The digits above the last sixteen of the long number that was read last, and what they count. */
let knownDigits: u64 = 0
let knownValue: u64 = 0

/**
 * A whole number of at most 19 digits without a sign, 0 for none, or `UNKNOWN`, which that cannot be. How many digits there
 * are is no branch, for in some columns that is anyone's guess.
 */
// @ts-ignore: decorator
@inline
export function fastInt64(start: usize, end: usize): i64 {
  const length = <u32>(end - start)
  if (length > 19) return UNKNOWN
  const low = lastDigits(end, length)
  if (!areDigits(low)) return UNKNOWN
  const high = digitsAbove(end, length)
  // The times of a day begin with the same digits.
  if (<u32>(high != knownDigits) & <u32>(high != 0)) {
    if (nonDigits(high)) return UNKNOWN
    knownDigits = high
    knownValue = eightValues(high) * 10000000000000000
  }
  // At most 9 999 999 999 999 999 999, which 64 bits hold.
  const value = <i64>((high ? knownValue : 0) + sixteenValues(low))
  return value < 0 ? UNKNOWN : value
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
