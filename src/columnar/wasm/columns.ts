// One column after the other: a loop that knows its kind has no other branch than its data's.

import { badRows, beginBlock, beginRows, Column, ROWS_PER_BLOCK, setBad, setNull, setNulls } from './column'
import {
  badFields,
  fieldEnd,
  fieldStart,
  findText,
  goodRows,
  positions,
  quote,
  scratch,
  unquote,
  width,
  withoutReturn,
} from './memory'
import { decimals, wholeNumbers } from './number-columns'
import { fastInt64, readBool, readDate, UNKNOWN, valid } from './numbers'
import { slowTime } from './outside'

const UTF8: u32 = 0
const BOOL: u32 = 1
const INT8: u32 = 2
const INT16: u32 = 3
const INT32: u32 = 4
const INT64: u32 = 5
const FLOAT64: u32 = 6
const DATE: u32 = 7
const TIME: u32 = 8

/**
 * Reads `count` good rows from the one numbered `first` on, into all columns, as rows of the batch from `row` on.
 *
 * @returns how many of them have a field that could not be read.
 */
export function readColumns(columns: usize, howMany: u32, first: u32, count: u32, row: u32): u32 {
  beginRows()
  memory.fill(badFields, 0xff, <usize>count << 1)
  for (let done: u32 = 0; done < count; done += ROWS_PER_BLOCK) {
    const rows = goodRows + (<usize>(first + done) << 2)
    const some = min(ROWS_PER_BLOCK, count - done)
    beginBlock(badFields + (<usize>done << 1))
    for (let i: u32 = 0; i < howMany; i++)
      readColumn(changetype<Column>(columns + i * offsetof<Column>()), rows, some, row + done)
  }
  return badRows
}

function readColumn(column: Column, rows: usize, count: u32, row: u32): void {
  const kind = column.kind
  if (kind == UTF8) texts(column, rows, count, row)
  else if (kind == FLOAT64) decimals(column, rows, count, row)
  else if (kind == INT64) wholeNumbers<i64>(column, rows, count, row)
  else if (kind == INT32) wholeNumbers<i32>(column, rows, count, row)
  else if (kind == INT16) wholeNumbers<i16>(column, rows, count, row)
  else if (kind == INT8) wholeNumbers<i8>(column, rows, count, row)
  else if (kind == TIME) times(column, rows, count, row)
  else if (kind == DATE) dates(column, rows, count, row)
  else if (kind == BOOL) bools(column, rows, count, row)
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
  const base = positions + (<usize>column.field << 2) - 4
  const isLast = column.field + 1 == width
  const heap = column.heap
  const offsets = column.offsets + (<usize>(row + 1) << 2)
  const quotes = i8x16.splat(quote)
  let used = column.heapUsed
  let nulls: u64 = 0
  for (let i: u32 = 0; i < count; i++) {
    const slots = base + (<usize>load<u32>(rows + (<usize>i << 2)) << 2)
    const start: usize = <usize>load<u32>(slots) + 1
    let end: usize = load<u32>(slots, 4)
    if (isLast) end = withoutReturn(start, end)
    let length = <u32>(end - start)
    nulls |= <u64>(length == 0) << i
    const quoted = <u32>(load<u8>(start) == quote)
    const text = v128.load(start + quoted)
    v128.store(heap + used, text)
    length -= quoted << 1
    if (length > 16) {
      if (quoted) length = unquote(start + 1, end - 1, heap + used)
      else memory.copy(heap + used + 16, start + 16, length - 16)
    } else if (i8x16.bitmask(i8x16.eq(text, quotes)) & ((1 << length) - 1))
      length = unquote(start + 1, end - 1, heap + used)
    used += length
    store<u32>(offsets + (<usize>i << 2), used)
  }
  setNulls(column, row, nulls)
  column.heapUsed = used
}
