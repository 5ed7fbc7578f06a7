// One column after the other: a loop that knows its kind has no other branch than its data's.

import {
  badFields,
  fieldEnd,
  fieldStart,
  findText,
  goodRows,
  positions,
  quote,
  scratch,
  setField,
  unquote,
  width,
  withoutReturn,
} from './memory'
import { fastFloat64, fastInt64, readBool, readDate, readFloat64, readInt64, UNKNOWN, valid } from './numbers'
import { slowTime } from './outside'

/** A column as the reader describes it, in this order. */
@unmanaged
class Column {
  /** Which field of a row. */
  field: u32
  kind: u32
  values: usize
  validity: usize
  /** For text: where each begins in `heap`. */
  offsets: usize
  heap: usize
  // Counted here, since the batch began.
  heapUsed: u32
  nulls: u32
}

const UTF8: u32 = 0
const BOOL: u32 = 1
const INT8: u32 = 2
const INT16: u32 = 3
const INT32: u32 = 4
const INT64: u32 = 5
const FLOAT64: u32 = 6
const DATE: u32 = 7
const TIME: u32 = 8

/** So many rows, and where their fields are, stay in the nearest cache while one column after the other is read. */
const ROWS_PER_BLOCK: u32 = 128

let badRows: u32 = 0
/** The `badFields` of the first row of the block. */
let badBlock: usize = 0

/**
 * Reads `count` good rows from the one numbered `first` on, into all columns, as rows of the batch from `row` on.
 *
 * @returns how many of them have a field that could not be read.
 */
export function readColumns(columns: usize, howMany: u32, first: u32, count: u32, row: u32): u32 {
  badRows = 0
  memory.fill(badFields, 0xff, <usize>count << 1)
  for (let done: u32 = 0; done < count; done += ROWS_PER_BLOCK) {
    const rows = goodRows + (<usize>(first + done) << 2)
    const some = min(ROWS_PER_BLOCK, count - done)
    badBlock = badFields + (<usize>done << 1)
    for (let i: u32 = 0; i < howMany; i++)
      readColumn(changetype<Column>(columns + i * offsetof<Column>()), rows, some, row + done)
  }
  return badRows
}

function readColumn(column: Column, rows: usize, count: u32, row: u32): void {
  const kind = column.kind
  if (kind == UTF8) texts(column, rows, count, row)
  else if (kind == FLOAT64) numbers<f64>(column, rows, count, row)
  else if (kind == INT64) numbers<i64>(column, rows, count, row)
  else if (kind == INT32) numbers<i32>(column, rows, count, row)
  else if (kind == INT16) numbers<i16>(column, rows, count, row)
  else if (kind == INT8) numbers<i8>(column, rows, count, row)
  else if (kind == TIME) times(column, rows, count, row)
  else if (kind == DATE) dates(column, rows, count, row)
  else if (kind == BOOL) bools(column, rows, count, row)
}

// @ts-ignore: decorator
@inline
function setNull(column: Column, row: u32): void {
  const at = column.validity + (row >> 3)
  store<u8>(at, <u8>(<u32>load<u8>(at) & ~((<u32>1) << (row & 7))))
  column.nulls++
}

/** Of several bad fields of a row the first counts. */
function setBad(column: Column, inBlock: u32): void {
  const at = badBlock + (<usize>inBlock << 1)
  const known = load<u16>(at)
  if (known == 0xffff) badRows++
  if (column.field < <u32>known) store<u16>(at, <u16>column.field)
}

/** Numbers: nearly all take the fast way, which knows no quotes, signs and exponents. */
function numbers<T>(column: Column, rows: usize, count: u32, row: u32): void {
  const base = positions + (<usize>column.field << 2)
  const isLast = column.field + 1 == width
  const values = column.values + <usize>row * sizeof<T>()
  for (let i: u32 = 0; i < count; i++) {
    const at = base + (<usize>load<u32>(rows + (<usize>i << 2)) << 2)
    const start: usize = load<u32>(at - 4) + 1
    let end: usize = load<u32>(at)
    if (isLast) end = withoutReturn(start, end)
    let value: T = 0
    if (end == start) setNull(column, row + i)
    else if (isFloat<T>()) {
      value = <T>fastFloat64(start, end)
      if (value != value) value = <T>slowNumber<f64>(column, i, start, end)
    } else {
      let whole = fastInt64(start, end)
      if (whole == UNKNOWN) whole = slowNumber<i64>(column, i, start, end)
      value = <T>whole
      if (sizeof<T>() < 8 && <i64>value != whole) setBad(column, i)
    }
    store<T>(values + <usize>i * sizeof<T>(), value)
  }
}

function slowNumber<T>(column: Column, inBlock: u32, start: usize, end: usize): T {
  setField(start, end)
  const value: T = isFloat<T>() ? <T>readFloat64(fieldStart, fieldEnd) : <T>readInt64(fieldStart, fieldEnd)
  if (valid) return value
  setBad(column, inBlock)
  return 0
}

/** Whole numbers below it may be milliseconds. */
const LEAST_NANOSECONDS: i64 = 1000000000000000

/** Times, of which those in nanoseconds are as fast as other numbers. */
function times(column: Column, rows: usize, count: u32, row: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    let value: i64 = 0
    if (hasText(column, load<u32>(rows + (i << 2)), row + i)) {
      value = fastInt64(fieldStart, fieldEnd)
      // So is what could not be told.
      if (value < LEAST_NANOSECONDS) {
        value = slowTime(fieldStart, fieldEnd)
        if (value == UNKNOWN) {
          value = 0
          setBad(column, i)
        }
      }
    }
    store<i64>(column.values + (<usize>(row + i) << 3), value)
  }
}

function dates(column: Column, rows: usize, count: u32, row: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    let value: i32 = 0
    if (hasText(column, load<u32>(rows + (i << 2)), row + i)) {
      value = readDate(fieldStart, fieldEnd)
      if (!valid) setBad(column, i)
    }
    store<i32>(column.values + (<usize>(row + i) << 2), value)
  }
}

function bools(column: Column, rows: usize, count: u32, row: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    let value: u32 = 0
    if (hasText(column, load<u32>(rows + (i << 2)), row + i)) {
      value = readBool(fieldStart, fieldEnd)
      if (!valid) setBad(column, i)
    }
    const at = column.values + ((row + i) >> 3)
    const bit = (row + i) & 7
    // The bits of later rows as 0, not as a batch before left them.
    store<u8>(at, <u8>((<u32>load<u8>(at) & (((<u32>1) << bit) - 1)) | (value << bit)))
  }
}

/** Finds a field without its quotes; `false` if it is empty and so null, which is noted. */
function hasText(column: Column, first: u32, row: u32): bool {
  findText(first, column.field)
  // Quotes around nothing are a text, if an empty one.
  if (fieldEnd > fieldStart || fieldStart == scratch) return true
  setNull(column, row)
  return false
}

/** Texts one after the other. Copies 16 bytes at once where they are fewer: the heap has room for that. */
function texts(column: Column, rows: usize, count: u32, row: u32): void {
  const base = positions + (<usize>column.field << 2)
  const isLast = column.field + 1 == width
  const heap = column.heap
  const offsets = column.offsets + (<usize>(row + 1) << 2)
  const mark = quote
  let used = column.heapUsed
  for (let i: u32 = 0; i < count; i++) {
    const at = base + (<usize>load<u32>(rows + (<usize>i << 2)) << 2)
    const start: usize = load<u32>(at - 4) + 1
    let end: usize = load<u32>(at)
    if (isLast) end = withoutReturn(start, end)
    let length = <u32>(end - start)
    if (length == 0) setNull(column, row + i)
    else if (load<u8>(start) == mark) length = copyQuoted(start + 1, end - 1, heap + used)
    else copyText(start, length, heap + used)
    used += length
    store<u32>(offsets + (<usize>i << 2), used)
  }
  column.heapUsed = used
}

// @ts-ignore: decorator
@inline
function copyText(from: usize, length: u32, to: usize): void {
  v128.store(to, v128.load(from))
  if (length > 16) memory.copy(to + 16, from + 16, length - 16)
}

function copyQuoted(from: usize, end: usize, to: usize): u32 {
  const length = <u32>(end - from)
  if (length <= 16) {
    const text = v128.load(from)
    const quotes = i8x16.bitmask(i8x16.eq(text, i8x16.splat(quote))) & ((1 << length) - 1)
    if (!quotes) {
      v128.store(to, text)
      return length
    }
  }
  return unquote(from, end, to)
}
