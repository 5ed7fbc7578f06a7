import { longestRow, rowComplaints } from './complaints.ts'
import type { Kernel } from './kernel.ts'
import { inputBytes, type KernelInput } from './kernel-input.ts'
import { rowsPerBatch } from './row-reader.ts'

/** What separates fields and what surrounds them, as bytes; `quote` 0xFF, which no UTF-8 has, for none. */
export interface DialectBytes {
  readonly delimiter: number
  readonly quote: number
}

/**
 * The rows of the input, as the kernel finds them. A row is known by its `first`: the number of the position that ends
 * its first field.
 */
export interface RowFinder {
  /** Finds the rows that end in the input, and answers how many; what was known of those before is void. */
  scan(): number
  /** Of row `row` of the scan, counted from 0; also of the row after the last. */
  firstOf(row: number): number
  /** Of a row among those that were sifted out as good. */
  goodRow(at: number): number
  /** Of the `count` rows read last, those with a bad field, and which. */
  badFields(count: number): (readonly [at: number, field: number])[]
  /** Counted from the start of the stream, where the header is row 0. */
  numberOf(first: number): number
  /** Where in the stream a row begins, in bytes. */
  offsetOf(first: number): number
  /** A row as it is written, without its line break. */
  rowText(first: number): string
  /** A field without its quotes. */
  fieldText(first: number, field: number): string
  /** Takes the first `rows` rows away. */
  release(rows: number): void
  /** The row that has not ended yet, and what is wrong with it, if anything is. */
  unended(): { readonly row: number; readonly fault: string | undefined }
}

/** Lays out what of the kernel's memory does not depend on the columns. */
export function createRowFinder(
  kernel: Kernel,
  input: KernelInput,
  { delimiter, quote }: DialectBytes,
): RowFinder {
  const { exports } = kernel
  const slots = (inputBytes + 16) * 4
  const [positions, rowStarts, goodRows] = [kernel.take(slots), kernel.take(slots), kernel.take(slots)]
  const badFields = kernel.take(rowsPerBatch * 2)
  exports.layOut(positions, rowStarts, goodRows, badFields, kernel.take(inputBytes + 64) + 32)
  exports.setDialect(delimiter, quote)
  let found = 0
  let released = 0
  let faultInRow = 0

  const word = (at: number, index: number): number => kernel.bytes().readUInt32LE(at + index * 4)
  const firstOf = (row: number): number => word(rowStarts, row)
  const startOf = (first: number): number => word(positions, first - 1) + 1
  // Rows are found in order, so their firsts ascend.
  const rowOf = (first: number): number => lastWhere(found, (row) => firstOf(row) <= first)
  return {
    scan() {
      input.begin()
      found = exports.scan(input.start, input.start + input.length)
      faultInRow = exports.faultAt.value - startOf(firstOf(found))
      return found
    },
    firstOf,
    goodRow: (at) => word(goodRows, at),
    badFields: (count) =>
      Array.from(
        { length: count },
        (_, i) => [i, kernel.bytes().readUInt16LE(badFields + i * 2)] as const,
      ).filter(([, field]) => field !== 0xffff),
    numberOf: (first) => released + rowOf(first),
    offsetOf: (first) => input.offset + startOf(first) - input.start,
    rowText(first) {
      const end = startOf(firstOf(rowOf(first) + 1)) - 1
      const text = kernel.bytes().toString('utf8', startOf(first), end)
      return end === input.addedBreak ? text : text.replace(/\r$/, '')
    },
    fieldText(first, field) {
      exports.findText(first, field)
      return kernel.bytes().toString('utf8', exports.fieldStart.value, exports.fieldEnd.value)
    },
    release(rows) {
      input.drop(startOf(firstOf(rows)) - input.start)
      released += rows
    },
    unended: () => ({ row: Math.max(1, released), fault: faultOf(kernel, input, faultInRow) }),
  }
}

function faultOf({ exports }: Kernel, { length, ended }: KernelInput, at: number): string | undefined {
  const { fault } = exports
  // A row is too long or not, however much of it is here.
  if (fault.value !== 0 && at >= longestRow) return rowComplaints.tooLong
  if (fault.value === 1) return rowComplaints.opensInside
  if (fault.value === 2) return rowComplaints.closesInside
  if (length > longestRow) return rowComplaints.tooLong
  return ended && exports.openQuote.value ? rowComplaints.neverClosed : undefined
}

/** The last number below `end` for which `holds`; it holds for 0, and from some number on no longer. */
export function lastWhere(end: number, holds: (at: number) => boolean): number {
  let [inside, outside] = [0, end]
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1
    if (holds(middle)) inside = middle
    else outside = middle
  }
  return inside
}
