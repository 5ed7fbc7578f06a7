// A page as Parquet has it, before compression: which rows are null, and the values of the others.

import { bitsFor, packBits, writeVarint } from './encoder-bits'
import { BOOL, Column, exchange, INT32, INT64, TEXT, widthOf } from './encoder-column'
import { mostDeltaBytes, writeDeltas } from './encoder-deltas'
import { numbersOf } from './encoder-dictionary'
import { rangeOfPage } from './encoder-range'
import { mostRunBytes, writeRun, writeRuns } from './encoder-runs'

/** Encodings by their numbers in the format. */
const PLAIN: u32 = 0
const DELTA_BINARY_PACKED: u32 = 5
const DELTA_LENGTH_BYTE_ARRAY: u32 = 6
const RLE_DICTIONARY: u32 = 8

/** Where the page is, and how its values are encoded. */
export let pageAt: usize = 0
export let encoding: u32 = PLAIN
/** Rows of it that are null. */
export let nulls: u32 = 0
let pageRoom: u32 = 0

/** Makes a page of all rows that were added since the last one, of which there is one at least. @returns its bytes. */
export function page(column: Column): u32 {
  const numbers = column.usesDictionary && column.count > 0 ? numbersOf(column) : 0
  column.usesDictionary = column.usesDictionary && (column.count == 0 || numbers != 0)
  if (!column.usesDictionary) rangeOfPage(column)
  nulls = column.rows - column.count
  const needed = mostBytes(column)
  if (needed > pageRoom) {
    pageAt = exchange(pageAt, needed)
    pageRoom = needed
  }
  const levelsEnd = writeLevels(column, pageAt)
  const end = column.count == 0 ? writeNothing(levelsEnd) : writeValues(column, numbers, levelsEnd)
  column.rows = 0
  column.count = 0
  column.heapUsed = 0
  return <u32>(end - pageAt)
}

function mostBytes(column: Column): u32 {
  const levels = 32 + (column.rows >> 3)
  const values = max(mostDeltaBytes(column.count, widthOf(column.kind)), mostRunBytes(column.count, 32))
  return levels + values + column.heapUsed + 64
}

/** One bit a row says that it has a value: as a run where all have or none has, else as Arrow has them. */
function writeLevels(column: Column, at: usize): usize {
  let to = at + 4
  if (nulls == 0 || column.count == 0) to = writeRun(nulls == 0 ? 1 : 0, column.rows, 1, to)
  else {
    const bytes = (column.rows + 7) >> 3
    to = writeVarint((<u64>bytes << 1) | 1, to)
    memory.copy(to, column.validity, bytes)
    to += bytes
    // What the last byte has of no row must not depend on what lay there before.
    const left = column.rows & 7
    if (left > 0) store<u8>(to - 1, <u8>(<u32>load<u8>(to - 1) & (((<u32>1) << left) - 1)))
  }
  store<u32>(at, <u32>(to - at - 4))
  return to
}

/** No reader decodes values of which there are none; plainly is how all of them can. */
function writeNothing(to: usize): usize {
  encoding = PLAIN
  return to
}

function writeValues(column: Column, numbers: usize, to: usize): usize {
  const kind = column.kind
  const values = column.values
  const count = column.count
  if (numbers) {
    encoding = RLE_DICTIONARY
    // A width of 0 would do for a single value, but not for each reader.
    const width = max(1, bitsFor(column.dictionaryCount - 1))
    store<u8>(to, <u8>width)
    return writeRuns(numbers, count, width, to + 1)
  }
  if (kind == INT64 || kind == INT32) {
    encoding = DELTA_BINARY_PACKED
    return kind == INT64 ? writeDeltas<i64>(values, count, to) : writeDeltas<i32>(values, count, to)
  }
  if (kind == TEXT) {
    encoding = DELTA_LENGTH_BYTE_ARRAY
    to = writeDeltas<i32>(values, count, to)
    memory.copy(to, column.heap, column.heapUsed)
    return to + column.heapUsed
  }
  encoding = PLAIN
  if (kind == BOOL) return writeBits(values, count, to)
  memory.copy(to, values, <usize>count << 3)
  return to + (<usize>count << 3)
}

function writeBits(values: usize, count: u32, to: usize): usize {
  return packBits<u8>(values, count, 1, to)
}
