// Where things lie in the one linear memory. The reader lays it out once, after `heapBase`; nothing is ever allocated.

/** One `u32` for each field: the address of the delimiter or line break that ends it. Slot 0 stands before the first field. */
export let positions: usize = 0
/** One `u32` for each row: which of the positions ends its first field; one more for the row after the last. */
export let rowStarts: usize = 0
/** The same, of the rows that are wanted and have the right number of fields. */
export let goodRows: usize = 0
/** One `u16` for each row of a batch: the first of its fields that could not be read, or 0xFFFF. */
export let badFields: usize = 0
/** Room for any field without its quotes; 32 bytes before it may be read. */
export let scratch: usize = 0

export let delimiter: u8 = 0x2c
export let quote: u8 = 0x22
/** Fields of a row, as the header has them. */
export let width: u32 = 0
/** Where a line break was added that the file has not, so that a CR before it is data. */
export let addedBreak: usize = 0

export const CR: u8 = 0x0d
export const LF: u8 = 0x0a

export function layOut(
  positionsAt: usize,
  rowStartsAt: usize,
  goodRowsAt: usize,
  badFieldsAt: usize,
  scratchAt: usize,
): void {
  positions = positionsAt
  rowStarts = rowStartsAt
  goodRows = goodRowsAt
  badFields = badFieldsAt
  scratch = scratchAt
}

export function setDialect(delimiterByte: u8, quoteByte: u8): void {
  delimiter = delimiterByte
  quote = quoteByte
}

export function setWidth(fields: u32): void {
  width = fields
}

export function setAddedBreak(at: usize): void {
  addedBreak = at
}

// The bounds of the field last looked at: AssemblyScript returns one value only.
export let fieldStart: usize = 0
export let fieldEnd: usize = 0

/** The end of a row's last field: a CR before the line break is none of it. */
// @ts-ignore: decorator
@inline
export function withoutReturn(start: usize, end: usize): usize {
  return end > start && load<u8>(end - 1) == CR && end != addedBreak ? end - 1 : end
}

/** Puts what is between `start` and `end` into `fieldStart` and `fieldEnd`, without quotes around it. */
export function setField(start: usize, end: usize): void {
  fieldStart = start
  fieldEnd = end
  if (end == start || load<u8>(start) != quote) return
  fieldStart = scratch
  fieldEnd = scratch + unquote(start + 1, end - 1, scratch)
}

/** The same for field `field` of the row whose first field ends at position number `first`. */
export function findText(first: u32, field: u32): void {
  const at = positions + (<usize>(first + field) << 2)
  const start: usize = load<u32>(at - 4) + 1
  const end: usize = load<u32>(at)
  setField(start, field + 1 == width ? withoutReturn(start, end) : end)
}

/** Copies what is between `from` and `to`, of each two quotes one, and answers how many bytes that is. */
export function unquote(from: usize, to: usize, into: usize): u32 {
  let out = into
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at)
    store<u8>(out++, byte)
    if (byte == quote) at++
  }
  return <u32>(out - into)
}
