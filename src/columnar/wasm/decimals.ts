// Text to decimals of at most sixteen characters without sign or exponent. Both their digits and the power of ten that
// divides them are exact doubles up to 15 digits, and so is their quotient the nearest one.

import { areDigits, butLastOf8, butLastOf16, lastDigits, sixteenValues } from './digits'

/** By how many digits are behind the point: at most 15, or 16 where there is no point. */
const powers = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e0,
])
const NO_POINT: u32 = 1 << 15
/** Points as digits, loaded as the other constants are. */
const pointDigits = memory.data<u64>([0x1e1e1e1e1e1e1e1e, 0x1e1e1e1e1e1e1e1e], 16)

/** Which of sixteen digits are points, a bit each. */
// @ts-ignore: decorator
@inline
export function pointsOf(digits: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(digits, v128.load(pointDigits)))
}

/** How many digits are behind the last point of eight, whose bits are the highest of these; 16 if there is none. */
// @ts-ignore: decorator
@inline
function placesOf(points: u32): usize {
  return <usize>clz((points & 0xff000000) | NO_POINT)
}

/** Two times eight digits without the last point of each, if it has one. `points` has their bits above all others. */
// @ts-ignore: decorator
@inline
export function withoutPoints(digits: v128, points: u32): v128 {
  const before = butLastOf8(placesOf(points << 8), placesOf(points))
  return v128.bitselect(i64x2.shl(digits, 8), digits, before)
}

/** What two numbers are divided by that have these points. */
// @ts-ignore: decorator
@inline
export function powersOf(points: u32): v128 {
  const first = powers + (placesOf(points << 8) << 3)
  const second = powers + (placesOf(points) << 3)
  return v128.load64_lane(second, v128.load64_zero(first), 1)
}

/** The double nearest to a decimal, 0 for no text, or NaN when it cannot tell. */
// @ts-ignore: decorator
@inline
export function fastFloat64(start: usize, end: usize): f64 {
  const length = end - start
  if (length > 16) return NaN
  let digits = lastDigits(end, <u32>length)
  const points = pointsOf(digits)
  let places: usize = 0
  if (points) {
    if (length == 1) return NaN
    places = <usize>clz(points << 16)
    const moved = v128.shuffle<u8>(
      i8x16.splat(0), digits, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    )
    digits = v128.bitselect(moved, digits, butLastOf16(places))
  }
  if (!areDigits(digits)) return NaN
  return <f64>sixteenValues(digits) / load<f64>(powers + (places << 3))
}
