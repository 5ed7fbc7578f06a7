// What the encoder calls. Columns of one Parquet file are filled row by row, and taken out page by page; a dictionary is
// taken out when the column chunk ends. What is answered as an address holds until the next call.

import { Column } from './encoder-column'
import { clearDictionary } from './encoder-dictionary'
import { clearRange, isTold, rangeOfDictionary } from './encoder-range'

export { addBools, addNumbers, addPacked, addTexts, place, scratch } from './encoder-column'
export { encoding, nulls, page, pageAt } from './encoder-page'

export function openColumn(kind: u32, hasDictionary: bool, rowsPerPage: u32): usize {
  const column = changetype<Column>(heap.alloc(offsetof<Column>()))
  memory.fill(changetype<usize>(column), 0, offsetof<Column>())
  column.kind = kind
  column.wantsDictionary = hasDictionary
  column.usesDictionary = hasDictionary
  column.rowsPerPage = rowsPerPage
  return changetype<usize>(column)
}

/** Frees what the column holds, and itself. */
export function closeColumn(column: Column): void {
  release(column.values)
  release(column.validity)
  release(column.heap)
  release(column.dictionary)
  release(column.starts)
  release(column.slots)
  release(column.least)
  release(column.most)
  heap.free(changetype<usize>(column))
}

function release(at: usize): void {
  if (at) heap.free(at)
}

export function heapUsed(column: Column): u32 {
  return column.heapUsed
}

/** Where the dictionary is, as a page has it; nothing was put into it if `dictionaryCount` is 0. */
export function dictionaryAt(column: Column): usize {
  rangeOfDictionary(column)
  return column.dictionary
}

export function dictionaryBytes(column: Column): u32 {
  return column.dictionaryBytes
}

export function dictionaryCount(column: Column): u32 {
  return column.dictionaryCount
}

/** Whether the chunk has a smallest and a largest value, which are at `leastAt` and `mostAt`. */
export function hasRange(column: Column): bool {
  return isTold(column)
}

export function leastAt(column: Column): usize {
  return column.least
}

export function leastBytes(column: Column): u32 {
  return column.leastBytes
}

export function mostAt(column: Column): usize {
  return column.most
}

export function mostBytes(column: Column): u32 {
  return column.mostBytes
}

/** The next page begins another chunk. */
export function endChunk(column: Column): void {
  clearDictionary(column)
  clearRange(column)
}
