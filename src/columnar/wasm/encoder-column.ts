// The rows of a page that is being filled: values without nulls, one after the other, and one bit a row for what is null.

export const INT32: u32 = 0
export const INT64: u32 = 1
export const FLOAT64: u32 = 2
export const TEXT: u32 = 3
export const BOOL: u32 = 4

/** Texts are compared and hashed 8 bytes at a time, also the last one. */
const SLACK: u32 = 16

@unmanaged
export class Column {
  kind: u32
  rowsPerPage: u32
  wantsDictionary: bool
  /** No longer in this chunk, once it has grown too large. */
  usesDictionary: bool
  hasRange: bool
  /** A value of the chunk is no number. */
  hasNaN: bool

  // The page.
  rows: u32
  count: u32
  /** Numbers as they are, of texts the lengths as `u32`, of bools a byte each. */
  values: usize
  validity: usize
  heap: usize
  heapUsed: u32
  heapRoom: u32

  // The dictionary of the chunk: its page, where each of its texts begins in that, and a hash table of numbers from 1 on.
  dictionary: usize
  dictionaryRoom: u32
  dictionaryBytes: u32
  dictionaryCount: u32
  starts: usize
  startsRoom: u32
  slots: usize
  slotBits: u32

  // The least and the greatest value of the chunk; copies, of texts in heaps of their own.
  least: usize
  leastRoom: u32
  leastBytes: u32
  most: usize
  mostRoom: u32
  mostBytes: u32
}

// @ts-ignore: decorator
@inline
export function widthOf(kind: u32): u32 {
  return kind == INT32 || kind == TEXT ? 4 : kind == BOOL ? 1 : 8
}

let scratchAt: usize = 0
let scratchRoom: u32 = 0

/** Room for what is handed in. It may move at the next call. */
export function scratch(bytes: u32): usize {
  if (bytes > scratchRoom) {
    scratchAt = exchange(scratchAt, bytes)
    scratchRoom = bytes
  }
  return scratchAt
}

/** Other memory, of so many bytes, for what is at `old`, if anything. Where there is none left the old one stays. */
export function exchange(old: usize, bytes: usize): usize {
  const at = heap.alloc(bytes)
  if (old) heap.free(old)
  return at
}

/** Where the next values go: of a column of texts their bytes, of which there are so many, else the numbers themselves. */
export function place(column: Column, textBytes: u32): usize {
  if (!column.values) {
    column.values = heap.alloc(column.rowsPerPage * widthOf(column.kind) + SLACK)
    column.validity = heap.alloc(((column.rowsPerPage + 7) >> 3) + 8)
  }
  if (column.kind != TEXT) return column.values + <usize>column.count * widthOf(column.kind)
  const needed = column.heapUsed + textBytes + SLACK
  if (needed > column.heapRoom) {
    const room = max(needed, column.heapRoom << 1)
    column.heap = column.heap ? heap.realloc(column.heap, room) : heap.alloc(room)
    column.heapRoom = room
  }
  return column.heap + column.heapUsed
}

/** Takes in `rows` numbers that were put to `place`, none of them null. */
export function addPacked(column: Column, rows: u32): void {
  setAll(column, rows)
  column.count += rows
}

/** Takes in those of `rows` numbers at `from` that the bitmap says are there. */
export function addNumbers(column: Column, from: usize, bits: usize, firstBit: u32, rows: u32): void {
  const to = place(column, 0)
  const width = widthOf(column.kind)
  copyBits(column, bits, firstBit, rows)
  column.count += width == 4 ? pack<u32>(from, to, bits, firstBit, rows) : pack<u64>(from, to, bits, firstBit, rows)
}

function pack<T>(from: usize, to: usize, bits: usize, firstBit: u32, rows: u32): u32 {
  let count: u32 = 0
  for (let i: u32 = 0; i < rows; i++) {
    store<T>(to + <usize>count * sizeof<T>(), load<T>(from + <usize>i * sizeof<T>()))
    count += bitAt(bits, firstBit + i)
  }
  return count
}

/** Takes in `rows` bits; `bits` is 0 where none of them is null. */
export function addBools(column: Column, from: usize, firstValue: u32, bits: usize, firstBit: u32, rows: u32): void {
  const to = place(column, 0)
  let count: u32 = 0
  for (let i: u32 = 0; i < rows; i++) {
    store<u8>(to + count, <u8>bitAt(from, firstValue + i))
    count += bits ? bitAt(bits, firstBit + i) : 1
  }
  if (bits) copyBits(column, bits, firstBit, rows)
  else setAll(column, rows)
  column.count += count
}

/** Takes in `rows` texts whose bytes were put to `place`, as Arrow has them; `bits` is 0 where none of them is null. */
export function addTexts(column: Column, offsets: usize, bits: usize, firstBit: u32, rows: u32): void {
  const from = column.heap + column.heapUsed
  const first = load<u32>(offsets)
  let to = from
  let values = column.values + (<usize>column.count << 2)
  let start = first
  for (let i: u32 = 0; i < rows; i++) {
    const end = load<u32>(offsets + (<usize>(i + 1) << 2))
    if (!bits || bitAt(bits, firstBit + i)) {
      const length = end - start
      const at = from + (start - first)
      // What a null leaves behind is none of a text.
      if (to != at) memory.copy(to, at, length)
      to += length
      store<u32>(values, length)
      values += 4
    }
    start = end
  }
  if (bits) copyBits(column, bits, firstBit, rows)
  else setAll(column, rows)
  column.heapUsed += <u32>(to - from)
  column.count = <u32>((values - column.values) >> 2)
}

// @ts-ignore: decorator
@inline
function bitAt(bits: usize, at: u32): u32 {
  return (<u32>load<u8>(bits + (at >> 3)) >> (at & 7)) & 1
}

function copyBits(column: Column, bits: usize, firstBit: u32, rows: u32): void {
  const at = column.rows
  if (((at | firstBit) & 7) == 0)
    memory.copy(column.validity + (at >> 3), bits + (firstBit >> 3), (rows + 7) >> 3)
  else for (let i: u32 = 0; i < rows; i++) setBit(column, at + i, bitAt(bits, firstBit + i))
  column.rows += rows
}

function setAll(column: Column, rows: u32): void {
  const at = column.rows
  const whole = (at + 7) & ~7
  const end = at + rows
  for (let i = at; i < min(whole, end); i++) setBit(column, i, 1)
  if (end > whole) memory.fill(column.validity + (whole >> 3), 0xff, (end - whole + 7) >> 3)
  column.rows = end
}

function setBit(column: Column, at: u32, bit: u32): void {
  const byte = column.validity + (at >> 3)
  const others = <u32>load<u8>(byte) & ~((<u32>1) << (at & 7))
  store<u8>(byte, <u8>(others | (bit << (at & 7))))
}
