// Each value once, and what is said of a row is its number.

import { Column, exchange, INT32, TEXT } from './encoder-column'

/** One that needs more is none: readers keep it in a fast cache, and what is in it hardly repeats. */
const MOST_BYTES: u32 = 1 << 20

/** Slots that are looked at for one value: only values made to collide need more, and would take minutes. */
const MOST_STEPS: u32 = 1024

const FIRST_SLOT_BITS: u32 = 8
const SPREAD: u64 = 0x9e3779b97f4a7c15

/** Where the numbers of the page's values are put. */
let numbers: usize = 0
let numbersRoom: u32 = 0

/**
 * The numbers of the values of a page, of which new ones are put into the dictionary.
 *
 * @returns 0 when that would make it too large: then it is as it was.
 */
export function numbersOf(column: Column): usize {
  // The hybrid pads them with up to 8.
  if (column.count + 8 > numbersRoom) {
    numbers = exchange(numbers, (column.count + 8) << 2)
    numbersRoom = column.count + 8
  }
  const bytes = column.dictionaryBytes
  const count = column.dictionaryCount
  makeRoom(column)
  const fits =
    column.kind == TEXT ? findTexts(column) : column.kind == INT32 ? findNumbers<i32>(column) : findNumbers<i64>(column)
  if (fits) return numbers
  column.dictionaryBytes = bytes
  column.dictionaryCount = count
  return 0
}

export function clearDictionary(column: Column): void {
  column.dictionaryBytes = 0
  column.dictionaryCount = 0
  column.usesDictionary = column.wantsDictionary
  if (column.slots) memory.fill(column.slots, 0, (<usize>4) << column.slotBits)
}

// @ts-ignore: decorator
@inline
function slotOf(hash: u64, bits: u32): u32 {
  return <u32>((hash * SPREAD) >> (64 - bits))
}

function findNumbers<T>(column: Column): bool {
  const values = column.values
  const count = column.count
  let before: T = 0
  let number: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const value = load<T>(values + <usize>i * sizeof<T>())
    if (i == 0 || value != before) {
      number = numberOf<T>(column, value)
      if (number == 0) return false
      before = value
    }
    store<u32>(numbers + (<usize>i << 2), number - 1)
  }
  return true
}

function numberOf<T>(column: Column, value: T): u32 {
  const mask = ((<u32>1) << column.slotBits) - 1
  let slot = slotOf(<u64>value, column.slotBits)
  for (let steps: u32 = 0; ; steps++) {
    if (steps == MOST_STEPS) return 0
    const number = load<u32>(column.slots + (<usize>slot << 2))
    if (number == 0) break
    if (load<T>(column.dictionary + <usize>(number - 1) * sizeof<T>()) == value) return number
    slot = (slot + 1) & mask
  }
  const at = extend(column, sizeof<T>())
  if (at == 0) return 0
  store<T>(at, value)
  store<u32>(column.slots + (<usize>slot << 2), column.dictionaryCount)
  makeRoom(column)
  return column.dictionaryCount
}

function findTexts(column: Column): bool {
  const count = column.count
  let at = column.heap
  let before: usize = 0
  let lengthBefore: u32 = 0
  let number: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(column.values + (<usize>i << 2))
    if (i == 0 || length != lengthBefore || !sameBytes(at, before, length)) {
      number = textNumber(column, at, length)
      if (number == 0) return false
      before = at
      lengthBefore = length
    }
    store<u32>(numbers + (<usize>i << 2), number - 1)
    at += length
  }
  return true
}

function textNumber(column: Column, at: usize, length: u32): u32 {
  const mask = ((<u32>1) << column.slotBits) - 1
  let slot = slotOf(hashOf(at, length), column.slotBits)
  for (let steps: u32 = 0; ; steps++) {
    if (steps == MOST_STEPS) return 0
    const number = load<u32>(column.slots + (<usize>slot << 2))
    if (number == 0) break
    const known = column.dictionary + load<u32>(column.starts + (<usize>(number - 1) << 2))
    if (load<u32>(known) == length && sameBytes(known + 4, at, length)) return number
    slot = (slot + 1) & mask
  }
  const start = column.dictionaryBytes
  const to = extend(column, 4 + length)
  if (to == 0) return 0
  store<u32>(to, length)
  memory.copy(to + 4, at, length)
  store<u32>(column.starts + (<usize>(column.dictionaryCount - 1) << 2), start)
  store<u32>(column.slots + (<usize>slot << 2), column.dictionaryCount)
  makeRoom(column)
  return column.dictionaryCount
}

/** Of the bytes from `at` on those that belong to a text of which `left` bytes, from 1 to 7, are left. */
// @ts-ignore: decorator
@inline
function lastBytes(at: usize, left: u32): u64 {
  return load<u64>(at) & (((<u64>1) << (left << 3)) - 1)
}

export function sameBytes(one: usize, other: usize, length: u32): bool {
  let left = length
  while (left >= 8) {
    if (load<u64>(one) != load<u64>(other)) return false
    one += 8
    other += 8
    left -= 8
  }
  return left == 0 || lastBytes(one, left) == lastBytes(other, left)
}

function hashOf(at: usize, length: u32): u64 {
  let hash: u64 = length
  let left = length
  while (left >= 8) {
    hash = (rotl<u64>(hash, 29) ^ load<u64>(at)) * SPREAD
    at += 8
    left -= 8
  }
  if (left > 0) hash = (rotl<u64>(hash, 29) ^ lastBytes(at, left)) * SPREAD
  return hash ^ (hash >> 32)
}

/** Room for one more value, of so many bytes, which is counted; 0 if there is none. */
function extend(column: Column, bytes: u32): usize {
  const used = column.dictionaryBytes
  if (used + bytes > MOST_BYTES) return 0
  // Texts are compared 8 bytes at a time, also the last one.
  if (used + bytes + 8 > column.dictionaryRoom) {
    column.dictionaryRoom = max(used + bytes + 8, max(column.dictionaryRoom << 1, 256))
    column.dictionary = column.dictionary
      ? heap.realloc(column.dictionary, column.dictionaryRoom)
      : heap.alloc(column.dictionaryRoom)
  }
  column.dictionaryBytes = used + bytes
  column.dictionaryCount++
  return column.dictionary + used
}

/** So that one more number finds a slot soon: half of them are free. */
function makeRoom(column: Column): void {
  if (!column.slots) {
    column.slotBits = FIRST_SLOT_BITS
    column.slots = heap.alloc((<usize>4) << FIRST_SLOT_BITS)
    memory.fill(column.slots, 0, (<usize>4) << FIRST_SLOT_BITS)
  } else if (column.dictionaryCount << 1 >= (<u32>1) << column.slotBits) {
    column.slots = exchange(column.slots, (<usize>8) << column.slotBits)
    column.slotBits++
    fillSlots(column)
  }
  if (column.kind == TEXT && column.dictionaryCount >= column.startsRoom) {
    column.startsRoom = max(column.startsRoom << 1, 128)
    const bytes = column.startsRoom << 2
    column.starts = column.starts ? heap.realloc(column.starts, bytes) : heap.alloc(bytes)
  }
}

function fillSlots(column: Column): void {
  const mask = ((<u32>1) << column.slotBits) - 1
  memory.fill(column.slots, 0, (<usize>4) << column.slotBits)
  for (let i: u32 = 0; i < column.dictionaryCount; i++) {
    let slot = slotOf(hashOfNumber(column, i), column.slotBits)
    while (load<u32>(column.slots + (<usize>slot << 2))) slot = (slot + 1) & mask
    store<u32>(column.slots + (<usize>slot << 2), i + 1)
  }
}

function hashOfNumber(column: Column, i: u32): u64 {
  if (column.kind == INT32) return <u64>load<i32>(column.dictionary + (<usize>i << 2))
  if (column.kind != TEXT) return load<u64>(column.dictionary + (<usize>i << 3))
  const text = column.dictionary + load<u32>(column.starts + (<usize>i << 2))
  return hashOf(text + 4, load<u32>(text))
}
