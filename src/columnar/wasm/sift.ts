// Which rows are worth reading: the right number of fields, and a ticker that is wanted.

import { fieldEnd, fieldStart, findText, goodRows, positions, rowStarts, scratch, width } from './memory'
import { isWanted } from './outside'

/** Rows with another number of fields than the header. */
export let ragged: u32 = 0
/** The longest row in bytes, with its line break. */
export let longest: u32 = 0

/** The field that holds the ticker, or -1 if all rows are wanted. */
export const EVERY_ROW: i32 = -1

const memo = memory.data(64, 16)
let memoLength: u32 = 0xffffffff
let memoWanted: bool = false

/**
 * Lists the good ones among the `rows` rows found.
 *
 * @returns how many they are.
 */
export function sift(rows: u32, tickerField: i32): u32 {
  ragged = 0
  longest = 0
  let good = goodRows
  let first = load<u32>(rowStarts)
  for (let row: u32 = 0; row < rows; row++) {
    const next = load<u32>(rowStarts + ((<usize>(row + 1)) << 2))
    const bytes =
      load<u32>(positions + ((<usize>(next - 1)) << 2)) - load<u32>(positions + ((<usize>(first - 1)) << 2))
    if (bytes > longest) longest = bytes
    if (next - first != width) ragged++
    else if (tickerField == EVERY_ROW || tickerWanted(first, <u32>tickerField)) {
      store<u32>(good, first)
      good += 4
    }
    first = next
  }
  return <u32>((good - goodRows) >> 2)
}

/** Rows come grouped by ticker, so mostly it is that of the row before. */
function tickerWanted(first: u32, field: u32): bool {
  findText(first, field)
  // Nothing at all is no ticker, unlike quotes around nothing.
  if (fieldEnd == fieldStart && fieldStart != scratch) return false
  const length = <u32>(fieldEnd - fieldStart)
  if (length == memoLength && memory.compare(fieldStart, memo, length) == 0) return memoWanted
  memoWanted = isWanted(fieldStart, fieldEnd) != 0
  memoLength = 0xffffffff
  if (length <= 64) {
    memory.copy(memo, fieldStart, length)
    memoLength = length
  }
  return memoWanted
}
