// A column as the reader describes it, and what is noted of its rows.

@unmanaged
export class Column {
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

/**
 * So many rows, and where their fields are, stay in the nearest cache while one column after the other is read. Not more:
 * which of them are null is told by the bits of one number.
 */
export const ROWS_PER_BLOCK: u32 = 64

export let badRows: u32 = 0
/** The `badFields` of the first row of the block. */
let badBlock: usize = 0

export function beginRows(): void {
  badRows = 0
}

export function beginBlock(badFields: usize): void {
  badBlock = badFields
}

// @ts-ignore: decorator
@inline
export function setNull(column: Column, row: u32): void {
  const at = column.validity + (row >> 3)
  store<u8>(at, <u8>(<u32>load<u8>(at) & ~((<u32>1) << (row & 7))))
  column.nulls++
}

/** The same for those of the 64 rows from `row` on whose bits are set. */
// @ts-ignore: decorator
@inline
export function setNulls(column: Column, row: u32, nulls: u64): void {
  if (!nulls) return
  const at = column.validity + (row >> 3)
  const shift = <u64>(row & 7)
  store<u64>(at, load<u64>(at) & ~(nulls << shift))
  if (shift) store<u8>(at + 8, <u8>(<u32>load<u8>(at + 8) & ~(<u32>(nulls >> (64 - shift)))))
  column.nulls += <u32>popcnt(nulls)
}

/** Of several bad fields of a row the first counts. */
export function setBad(column: Column, inBlock: u32): void {
  const at = badBlock + (<usize>inBlock << 1)
  const known = load<u16>(at)
  if (known == 0xffff) badRows++
  if (column.field < <u32>known) store<u16>(at, <u16>column.field)
}
