import { type CsvReaderOptions, createCsvReader } from '../../src/columnar/csv-reader.ts'
import { compileKernel } from '../../src/columnar/kernel.ts'
import { DataError, type Place, placeText } from '../../src/core/errors.ts'
import type { RejectedRow } from '../../src/core/run.ts'
import type { Batch, Columns } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'

const module = compileKernel()

/** What a reader of its own made of some pieces of text. */
export interface Reading {
  readonly batches: readonly Batch[]
  readonly rejected: readonly RejectedRow[]
  readonly rowsIn: number
  /** What ended it, without the place. */
  readonly error?: string
  readonly at?: Place | undefined
}

/** Reads to the end or to an error of the data; any other error is thrown. Text need not be UTF-8. */
export function readCsv(
  pieces: Iterable<Bytes>,
  columns: Columns,
  options: Partial<CsvReaderOptions> = {},
): Reading {
  let rowsIn = 0
  const rejected: RejectedRow[] = []
  const batches: Batch[] = []
  const run = {
    count(what: string, n: number) {
      if (what === 'rowsIn') rowsIn += n
    },
    reject: (row: RejectedRow) => void rejected.push(row),
  }
  try {
    const reader = createCsvReader(module, columns, { delimiter: 0x2c, quote: 0x22, ...options }, run)
    for (const piece of pieces) batches.push(...reader.feed(piece))
    batches.push(...reader.end())
    return { batches, rejected, rowsIn }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    const { at, message } = error
    return { batches, rejected, rowsIn, at, error: at ? message.replace(`${placeText(at)}: `, '') : message }
  }
}
