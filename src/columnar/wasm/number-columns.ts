// Columns of numbers, four rows at once: nearly all fields have at most eight characters. Where one of four is longer, as
// times are, each goes by itself. Whether a field is empty is no branch, for in many columns that is anyone's guess.

import { Column, setBad, setNull, setNulls } from './column'
import { fastFloat64, pointsOf, powersOf, withoutPoints } from './decimals'
import { areDigits, asDigits, eightsOf, foursOf } from './digits'
import { fieldEnd, fieldStart, positions, setField, width, withoutReturn } from './memory'
import { fastInt64, readInt64, UNKNOWN, valid } from './numbers'
import { slowFloat } from './outside'

/** Where the slots of the fields before and of this one are, in `positions`. */
// @ts-ignore: decorator
@inline
function slotsOf(column: Column, first: u32): usize {
  return positions + ((<usize>column.field + <usize>first) << 2) - 4
}

/** The lengths of four fields. */
// @ts-ignore: decorator
@inline
function lengthsOf(a: usize, b: usize, c: usize, d: usize): v128 {
  const ab = v128.load64_lane(b, v128.load64_zero(a), 1)
  const cd = v128.load64_lane(d, v128.load64_zero(c), 1)
  const starts = v128.shuffle<u32>(ab, cd, 0, 2, 4, 6)
  const ends = v128.shuffle<u32>(ab, cd, 1, 3, 5, 7)
  return i32x4.sub(i32x4.add(ends, i32x4.splat(-1)), starts)
}

/** The last eight characters of two fields as digits. */
// @ts-ignore: decorator
@inline
function lastEight(a: usize, b: usize): v128 {
  return asDigits(v128.load64_lane(<usize>load<u32>(b, 4) - 8, v128.load64_zero(<usize>load<u32>(a, 4) - 8), 1))
}

const firstTwo = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4], 16)
const otherTwo = memory.data<u8>([8, 8, 8, 8, 8, 8, 8, 8, 12, 12, 12, 12, 12, 12, 12, 12], 16)
const bytesBehind = memory.data<u8>([7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0], 16)

/** Keeps of eight bytes each the last ones: as many as the first two, or the other two, of four fields are long. */
// @ts-ignore: decorator
@inline
function keptOf(lengths: v128, two: usize): v128 {
  return i8x16.gt_s(i8x16.swizzle(lengths, v128.load(two)), v128.load(bytesBehind))
}

// @ts-ignore: decorator
@inline
function someLonger(lengths: v128): bool {
  return v128.any_true(i32x4.gt_u(lengths, i32x4.splat(8)))
}

// @ts-ignore: decorator
@inline
function emptyOf(lengths: v128): u64 {
  return <u64>(<u32>i32x4.bitmask(i32x4.eq(lengths, i32x4.splat(0))))
}

/** Whole numbers of any width from row `row` of the batch on. */
export function wholeNumbers<T>(column: Column, rows: usize, count: u32, row: u32): void {
  const values = column.values + <usize>row * sizeof<T>()
  let nulls: u64 = 0
  let i: u32 = 0
  if (sizeof<T>() >= 4)
    for (; i + 4 <= count; i += 4) {
      const firsts = rows + (<usize>i << 2)
      const a = slotsOf(column, load<u32>(firsts))
      const b = slotsOf(column, load<u32>(firsts, 4))
      const c = slotsOf(column, load<u32>(firsts, 8))
      const d = slotsOf(column, load<u32>(firsts, 12))
      const lengths = lengthsOf(a, b, c, d)
      const into = values + <usize>i * sizeof<T>()
      if (sizeof<T>() == 8 && someLonger(lengths)) {
        nulls |= emptyOf(lengths) << i
        store<i64>(into, anyNumber(column, a, i, row))
        store<i64>(into, anyNumber(column, b, i + 1, row), 8)
        store<i64>(into, anyNumber(column, c, i + 2, row), 16)
        store<i64>(into, anyNumber(column, d, i + 3, row), 24)
        continue
      }
      const ab = v128.and(lastEight(a, b), keptOf(lengths, firstTwo))
      const cd = v128.and(lastEight(c, d), keptOf(lengths, otherTwo))
      if ((sizeof<T>() < 8 && someLonger(lengths)) || !areDigits(i8x16.max_u(ab, cd))) {
        for (let k: u32 = 0; k < 4; k++) oneNumber<T>(column, load<u32>(firsts + (k << 2)), i + k, row)
        continue
      }
      nulls |= emptyOf(lengths) << i
      const found = eightsOf(foursOf(ab), foursOf(cd))
      if (sizeof<T>() == 4) v128.store(into, found)
      else {
        v128.store(into, i64x2.extend_low_i32x4_u(found))
        v128.store(into, i64x2.extend_high_i32x4_u(found), 16)
      }
    }
  setNulls(column, row, nulls)
  for (; i < count; i++) oneNumber<T>(column, load<u32>(rows + (<usize>i << 2)), i, row)
}

// @ts-ignore: decorator
@inline
function anyNumber(column: Column, slots: usize, inBlock: u32, row: u32): i64 {
  const value = fastInt64(<usize>load<u32>(slots) + 1, load<u32>(slots, 4))
  return value == UNKNOWN ? readNumber<i64>(column, slots, inBlock, row) : value
}

// @ts-ignore: decorator
@inline
function anyDecimal(column: Column, slots: usize, inBlock: u32, row: u32): f64 {
  const value = fastFloat64(<usize>load<u32>(slots) + 1, load<u32>(slots, 4))
  return value == value ? value : readNumber<f64>(column, slots, inBlock, row)
}

/** Decimals from row `row` of the batch on. */
export function decimals(column: Column, rows: usize, count: u32, row: u32): void {
  const values = column.values + (<usize>row << 3)
  let nulls: u64 = 0
  let i: u32 = 0
  for (; i + 4 <= count; i += 4) {
    const firsts = rows + (<usize>i << 2)
    const a = slotsOf(column, load<u32>(firsts))
    const b = slotsOf(column, load<u32>(firsts, 4))
    const c = slotsOf(column, load<u32>(firsts, 8))
    const d = slotsOf(column, load<u32>(firsts, 12))
    const lengths = lengthsOf(a, b, c, d)
    const into = values + (<usize>i << 3)
    if (someLonger(lengths)) {
      nulls |= emptyOf(lengths) << i
      store<f64>(into, anyDecimal(column, a, i, row))
      store<f64>(into, anyDecimal(column, b, i + 1, row), 8)
      store<f64>(into, anyDecimal(column, c, i + 2, row), 16)
      store<f64>(into, anyDecimal(column, d, i + 3, row), 24)
      continue
    }
    let ab = v128.and(lastEight(a, b), keptOf(lengths, firstTwo))
    let cd = v128.and(lastEight(c, d), keptOf(lengths, otherTwo))
    const points = pointsOf(ab) | (pointsOf(cd) << 16)
    if (points) {
      ab = withoutPoints(ab, points << 16)
      cd = withoutPoints(cd, points)
    }
    // A point that ends a field may be all there is of it.
    if (points & 0x80808080 || !areDigits(i8x16.max_u(ab, cd))) {
      for (let k: u32 = 0; k < 4; k++) oneNumber<f64>(column, load<u32>(firsts + (k << 2)), i + k, row)
      continue
    }
    nulls |= emptyOf(lengths) << i
    const found = eightsOf(foursOf(ab), foursOf(cd))
    const upper = v128.shuffle<u32>(found, found, 2, 3, 2, 3)
    v128.store(into, f64x2.div(f64x2.convert_low_i32x4_u(found), powersOf(points << 16)))
    v128.store(into, f64x2.div(f64x2.convert_low_i32x4_u(upper), powersOf(points)), 16)
  }
  setNulls(column, row, nulls)
  for (; i < count; i++) oneNumber<f64>(column, load<u32>(rows + (<usize>i << 2)), i, row)
}

function oneNumber<T>(column: Column, first: u32, inBlock: u32, row: u32): void {
  const value = readNumber<T>(column, slotsOf(column, first), inBlock, row)
  store<T>(column.values + <usize>(row + inBlock) * sizeof<T>(), value)
}

/** Any number; the fast ways know no quotes, signs and exponents. */
function readNumber<T>(column: Column, slots: usize, inBlock: u32, row: u32): T {
  const start: usize = <usize>load<u32>(slots) + 1
  let end: usize = load<u32>(slots, 4)
  if (column.field + 1 == width) end = withoutReturn(start, end)
  if (end == start) {
    setNull(column, row + inBlock)
    return 0
  }
  if (isFloat<T>()) {
    const value = fastFloat64(start, end)
    return <T>(value == value ? value : slowNumber<f64>(column, inBlock, start, end))
  }
  let whole = fastInt64(start, end)
  if (whole == UNKNOWN) whole = slowNumber<i64>(column, inBlock, start, end)
  const value = <T>whole
  if (sizeof<T>() < 8 && <i64>value != whole) setBad(column, inBlock)
  return value
}

function slowNumber<T>(column: Column, inBlock: u32, start: usize, end: usize): T {
  setField(start, end)
  if (isFloat<T>()) {
    const value = <T>slowFloat(fieldStart, fieldEnd)
    // Only what is no number answers NaN, which no decimal is.
    if (value == value) return value
  } else {
    const value = <T>readInt64(fieldStart, fieldEnd)
    if (valid) return value
  }
  setBad(column, inBlock)
  return 0
}
