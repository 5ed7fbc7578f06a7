// The least and the greatest value of a column chunk, as a footer has them.

import { BOOL, Column, exchange, FLOAT64, INT32, INT64, TEXT } from './encoder-column'

/** Longer texts make no range: a footer would grow by them, and who reads it goes without. */
const LONGEST: u32 = 256

export function clearRange(column: Column): void {
  column.hasRange = false
  column.hasNaN = false
  column.leastBytes = 0
  column.mostBytes = 0
}

/** Widens the range by the values of the page. */
export function rangeOfPage(column: Column): void {
  if (column.kind == TEXT) widenByTexts(column)
  else if (column.kind == FLOAT64) widenByFloats(column, column.values, column.count)
  else if (column.kind == INT64) widenByNumbers<i64>(column, column.values, column.count)
  else if (column.kind == INT32) widenByNumbers<i32>(column, column.values, column.count)
  else if (column.kind == BOOL) widenByNumbers<u8>(column, column.values, column.count)
}

/** The same by all that the dictionary holds. */
export function rangeOfDictionary(column: Column): void {
  const count = column.dictionaryCount
  if (column.kind == TEXT)
    for (let i: u32 = 0; i < count; i++) {
      const text = column.dictionary + load<u32>(column.starts + (<usize>i << 2))
      widenByText(column, text + 4, load<u32>(text))
    }
  else if (column.kind == FLOAT64) widenByFloats(column, column.dictionary, count)
  else if (column.kind == INT64) widenByNumbers<i64>(column, column.dictionary, count)
  else if (column.kind == INT32) widenByNumbers<i32>(column, column.dictionary, count)
}

function widenByNumbers<T>(column: Column, values: usize, count: u32): void {
  if (count == 0) return
  let least = load<T>(values)
  let most = least
  if (column.hasRange) {
    least = load<T>(column.least)
    most = load<T>(column.most)
  }
  for (let i: u32 = 0; i < count; i++) {
    const value = load<T>(values + <usize>i * sizeof<T>())
    least = min(least, value)
    most = max(most, value)
  }
  setRange<T>(column, least, most)
}

/**
 * What is no number is in no range, and where there is one no range is told: it is above all others to some readers, who
 * would leave out what ends below. A zero may stand for the other one, so each end has the one further out.
 */
function widenByFloats(column: Column, values: usize, count: u32): void {
  let least = Infinity
  let most = -Infinity
  let hasNaN = false
  if (column.hasRange) {
    least = load<f64>(column.least)
    most = load<f64>(column.most)
  }
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3))
    if (value < least) least = value
    if (value > most) most = value
    if (value != value) hasNaN = true
  }
  if (hasNaN) column.hasNaN = true
  if (least > most) return
  setRange<f64>(column, least == 0 ? -0.0 : least, most == 0 ? 0.0 : most)
}

function setRange<T>(column: Column, least: T, most: T): void {
  if (!column.least) {
    column.least = heap.alloc(8)
    column.most = heap.alloc(8)
  }
  store<T>(column.least, least)
  store<T>(column.most, most)
  column.leastBytes = sizeof<T>()
  column.mostBytes = sizeof<T>()
  column.hasRange = true
}

function widenByTexts(column: Column): void {
  let at = column.heap
  for (let i: u32 = 0; i < column.count; i++) {
    const length = load<u32>(column.values + (<usize>i << 2))
    widenByText(column, at, length)
    at += length
  }
}

function widenByText(column: Column, at: usize, length: u32): void {
  if (!column.hasRange) {
    column.hasRange = true
    setLeast(column, at, length)
    setMost(column, at, length)
  } else if (isBefore(at, length, column.least, column.leastBytes)) setLeast(column, at, length)
  else if (isBefore(column.most, column.mostBytes, at, length)) setMost(column, at, length)
}

function setLeast(column: Column, at: usize, length: u32): void {
  if (length > column.leastRoom || !column.least) {
    column.leastRoom = max(length, 32)
    column.least = exchange(column.least, column.leastRoom + 8)
  }
  memory.copy(column.least, at, length)
  column.leastBytes = length
}

function setMost(column: Column, at: usize, length: u32): void {
  if (length > column.mostRoom || !column.most) {
    column.mostRoom = max(length, 32)
    column.most = exchange(column.most, column.mostRoom + 8)
  }
  memory.copy(column.most, at, length)
  column.mostBytes = length
}

/** Byte by byte, as readers compare text; a text before those that begin with it. */
function isBefore(one: usize, oneBytes: u32, other: usize, otherBytes: u32): bool {
  const both = min(oneBytes, otherBytes)
  for (let i: u32 = 0; i < both; i++) {
    const left = load<u8>(one + i)
    const right = load<u8>(other + i)
    if (left != right) return left < right
  }
  return oneBytes < otherBytes
}

/** Whether all values are in the range, and both ends short enough to be told. */
export function isTold(column: Column): bool {
  return column.hasRange && !column.hasNaN && max(column.leastBytes, column.mostBytes) <= LONGEST
}
