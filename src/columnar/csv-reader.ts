import { DataError, excerpt } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { byRow, longRow, raggedRows } from './bad-rows.ts'
import { type BatchFiller, createBatchFiller } from './batch-filler.ts'
import { longestRow } from './complaints.ts'
import { noHeader, readHeader } from './csv-header.ts'
import { openKernel } from './kernel.ts'
import { kernelInput } from './kernel-input.ts'
import { createRowFinder, type DialectBytes } from './row-finder.ts'

export interface CsvReaderOptions extends DialectBytes {
  /** Of the known columns only these; a field of another costs nothing but the finding of its end. */
  readonly only?: readonly string[] | undefined
  /** Known columns that may be in nanoseconds or milliseconds. */
  readonly times?: readonly string[] | undefined
  /** A row whose `column` is not wanted is counted as filtered before anything else of it is read. */
  readonly filter?: { readonly column: string; isWanted(text: string): boolean } | undefined
  /** Of the first byte in its stream. */
  readonly offset?: number
}

/** CSV in pieces of any size in, typed batches out. */
export interface CsvReader {
  /** Borrows the chunk until it returns. */
  feed(chunk: Uint8Array): Batch[]
  /** The rest; a batch of no rows if there never was one. */
  end(): Batch[]
}

/** What the kernel is told when every row is wanted. */
const noFilter = -1

/**
 * Reads CSV with the kernel. Its memory is laid out once the header is known, and does not grow after that.
 *
 * @throws {DataError} from `feed` and `end`, as `parseCsv` says.
 */
export function createCsvReader(
  module: object,
  columns: Columns,
  { only, times, filter, offset = 0, ...dialect }: CsvReaderOptions,
  run: Pick<Run, 'count' | 'reject'>,
): CsvReader {
  const kernel = openKernel(module, (text) => filter?.isWanted(text) ?? true)
  const input = kernelInput(kernel, offset)
  const finder = createRowFinder(kernel, input, dialect)
  let batches: BatchFiller | undefined
  let width = 0
  let filterField = noFilter

  const readNames = (): void => {
    const first = finder.firstOf(0)
    if (finder.offsetOf(finder.firstOf(1)) - finder.offsetOf(first) > longestRow) throw longRow(finder, 1)
    width = finder.firstOf(1) - first
    kernel.exports.setWidth(width)
    const names = Array.from({ length: width }, (_, i) => finder.fieldText(first, i))
    const readings = readHeader(names, columns, times)
    const fields = [...readings].map(([name, reading], field) => ({ name, reading, field }))
    const isAsked = (name: string): boolean => !only || !Object.hasOwn(columns, name) || only.includes(name)
    if (filter) filterField = fields.findIndex(({ name }) => name === filter.column)
    if (filter && filterField < 0)
      throw new DataError(`the header lacks ${filter.column}: ${excerpt(names.join(','))}`)
    finder.release(1)
    const wanted = fields.filter(({ name }) => isAsked(name))
    batches = createBatchFiller(kernel, finder, wanted)
  }
  const readRows = (filler: BatchFiller, found: number): void => {
    const good = kernel.exports.sift(found, filterField)
    if (kernel.exports.longest.value > longestRow) throw longRow(finder, found)
    const ragged = kernel.exports.ragged.value
    run.count('rowsIn', found)
    if (filter) run.count('filtered', found - ragged - good)
    const badValues = filler.add(good)
    for (const row of byRow(ragged > 0 ? raggedRows(finder, found, width) : [], badValues)) run.reject(row)
  }
  const read = (): void => {
    let found = finder.scan()
    if (!batches && found > 0) {
      readNames()
      found = finder.scan()
    }
    if (batches) readRows(batches, found)
    finder.release(found)
    const { row, fault } = finder.unended()
    if (fault !== undefined) throw new DataError(fault, { at: { row, offset: input.offset } })
  }
  return {
    feed(chunk) {
      for (let at = 0; at < chunk.length; ) {
        at += input.fill(at === 0 ? chunk : chunk.subarray(at))
        if (input.isReady) read()
      }
      return batches?.takeFull() ?? []
    },
    end() {
      input.end()
      read()
      if (!batches) throw noHeader()
      return batches.takeLast()
    },
  }
}
