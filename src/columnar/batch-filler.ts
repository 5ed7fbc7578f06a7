import { DataError } from '../core/errors.ts'
import type { RejectedRow } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { badValue } from './bad-rows.ts'
import { longestRow } from './complaints.ts'
import { takeRows } from './gather.ts'
import type { Kernel } from './kernel.ts'
import { type KernelColumn, kernelColumns } from './kernel-columns.ts'
import { lastWhere, type RowFinder } from './row-finder.ts'
import { rowsPerBatch } from './row-reader.ts'

/** A row belongs to a batch that began less than so many bytes before it: where batches end is a matter of the text alone. */
const bytesPerBatch = 1 << 23
/** What columns of text may take together: with very many of them batches are smaller. */
const mostTextBytes = 1 << 30
/** Columns that have room below 2 GiB, each for its share and the longest row: JavaScript has addresses as signed numbers. */
const mostColumns = 700
/** A bad field is told as a number of 16 bits. */
const mostFields = 0xffff

/** Collects good rows of scan after scan into batches. */
export interface BatchFiller {
  /** Reads the good rows of a scan, `count` of them; answers those that have a value not of its column's kind. */
  add(count: number): RejectedRow[]
  /** Batches that are full. */
  takeFull(): Batch[]
  /** The rest; a batch of no rows if there never was one. */
  takeLast(): Batch[]
}

/**
 * Lays out the columns in the kernel's memory, which does not grow after that.
 *
 * @throws {DataError} when they are too many.
 */
export function createBatchFiller(
  kernel: Kernel,
  finder: RowFinder,
  columns: readonly KernelColumn[],
): BatchFiller {
  const span = spanOf(columns)
  const place = kernelColumns(kernel, columns, { rows: rowsPerBatch, textBytes: span + longestRow })
  const full: Batch[] = []
  /** Rows of the batch now being filled that have a bad value. */
  let bad = new Set<number>()
  let filled = 0
  let firstOffset = 0
  let any = false

  const take = (): Batch => {
    const batch = place.take(filled)
    const rows = bad.size > 0 ? Uint32Array.from({ length: filled }, (_, i) => i) : undefined
    const kept = rows
      ? takeRows(
          batch,
          rows.filter((row) => !bad.has(row)),
        )
      : batch
    bad = new Set()
    filled = 0
    any = true
    return kept
  }
  /** How many of the good rows from number `from` to `to` go into this batch. */
  const fitting = (from: number, to: number): number => {
    const most = Math.min(to - from, rowsPerBatch - filled)
    const isIn = (row: number): boolean => finder.offsetOf(finder.goodRow(row)) < firstOffset + span
    if (isIn(from + most - 1)) return most
    if (!isIn(from)) return 0
    return lastWhere(most, (i) => isIn(from + i)) + 1
  }
  const readSlice = (from: number, count: number): RejectedRow[] => {
    const wrong = kernel.exports.readColumns(place.address, columns.length, from, count, filled)
    if (wrong === 0) return []
    return finder.badFields(count).map(([i, field]) => {
      bad.add(filled + i)
      const column = columns.find((one) => one.field === field) as KernelColumn
      return badValue(finder, finder.goodRow(from + i), column)
    })
  }
  return {
    add(count) {
      const rejected: RejectedRow[] = []
      for (let from = 0; from < count; ) {
        if (filled === 0) firstOffset = finder.offsetOf(finder.goodRow(from))
        const some = fitting(from, count)
        for (const row of readSlice(from, some)) rejected.push(row)
        filled += some
        from += some
        if (filled === rowsPerBatch || from < count) full.push(take())
      }
      return rejected
    },
    takeFull: () => full.splice(0),
    takeLast: () => (filled > 0 || !any ? [...full.splice(0), take()] : full.splice(0)),
  }
}

/** How many bytes of text a batch spans. */
function spanOf(columns: readonly KernelColumn[]): number {
  if (columns.length > mostColumns || (columns.at(-1)?.field ?? 0) >= mostFields)
    throw new DataError(
      `${columns.length} columns are too many: at most ${mostColumns} can be read at once`,
      {
        hint: 'parseCsvCompat reads any number of them',
      },
    )
  const texts = columns.filter(({ reading }) => reading === 'utf8').length
  return Math.min(bytesPerBatch, Math.max(longestRow, Math.floor(mostTextBytes / texts)))
}
