import { DataError, type Place } from '../core/errors.ts'
import type { RejectedRow } from '../core/run.ts'
import { longestRow, rowComplaints, valueComplaint, widthComplaint } from './complaints.ts'
import type { KernelColumn } from './kernel-columns.ts'
import type { RowFinder } from './row-finder.ts'

const placeOf = (finder: RowFinder, first: number): Place => ({
  row: finder.numberOf(first),
  column: undefined,
  offset: finder.offsetOf(first),
})

/** Those of the `found` rows of a scan that have not `width` fields. One by one: of line breaks alone there are 500 000. */
export function* raggedRows(finder: RowFinder, found: number, width: number): Generator<RejectedRow> {
  for (let row = 0; row < found; row++) {
    const fields = finder.firstOf(row + 1) - finder.firstOf(row)
    if (fields === width) continue
    const text = finder.rowText(finder.firstOf(row))
    yield { at: placeOf(finder, finder.firstOf(row)), why: widthComplaint(fields, width, text), text }
  }
}

/** Bad rows of two kinds, each in order, in order. */
export function* byRow(some: Iterable<RejectedRow>, others: readonly RejectedRow[]): Generator<RejectedRow> {
  const waiting = [...others].reverse()
  for (const row of some) {
    for (let next = waiting.at(-1); next && next.at.row < row.at.row; next = waiting.at(-1)) {
      yield next
      waiting.pop()
    }
    yield row
  }
  yield* waiting.reverse()
}

/** What is wrong with a field that is no value of its column's kind. */
export function badValue(
  finder: RowFinder,
  first: number,
  { name, reading, field }: KernelColumn,
): RejectedRow {
  return {
    at: { ...placeOf(finder, first), column: name },
    why: valueComplaint(finder.fieldText(first, field), reading),
    text: finder.rowText(first),
  }
}

/** The error of the first among the `found` rows of a scan that is longer than rows may be. */
export function longRow(finder: RowFinder, found: number): DataError {
  const offsetOf = (row: number): number => finder.offsetOf(finder.firstOf(row))
  let row = 0
  while (row + 1 < found && offsetOf(row + 1) - offsetOf(row) <= longestRow) row++
  const { row: number, offset } = placeOf(finder, finder.firstOf(row))
  // What is wrong with the header is told as of row 1.
  return new DataError(rowComplaints.tooLong, { at: { row: Math.max(1, number), offset } })
}
