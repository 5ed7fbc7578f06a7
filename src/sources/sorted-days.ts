import { makeData } from 'apache-arrow'
import { columnsOf, makeBatch, typeOf } from '../columnar/arrow-types.ts'
import { isWide } from '../columnar/span.ts'
import { tempFolder } from '../core/durable-file.ts'
import { DataError, UsageError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Shape, type Slot, type Source, source } from '../core/stage.ts'
import { fullBatch, packed } from '../lake/merge-rows.ts'
import { readParquet } from '../lake/parquet-reader.ts'
import type { Numbered } from '../lake/partition-rows.ts'
import { type SortLimits, sortRows } from '../lake/sort-rows.ts'
import { openSpill } from '../lake/spill.ts'
import { gatherTickers, numbersOf, type TickerOrder } from '../lake/ticker-order.ts'
import { orderedByTime } from '../lake/time-order.ts'

/** A Parquet file with rows of one day, and what the manifest says of it. */
export interface DayFile {
  readonly date: string
  readonly path: string
  readonly bytes: number
  readonly rows?: number | undefined
  readonly sha256?: string | undefined
}

export interface SortedDays {
  /** In the order of their days. */
  readonly files: readonly DayFile[]
  /** What they are to become: rows wait in the temporary folder of its lake. */
  readonly slot: Slot
  /** That of the files. */
  readonly shape: Shape
}

/** A month of minute bars, some 3 GB, is sorted in some 40 blocks, which are merged at once. */
const limits: SortLimits = { blockBytes: 64 << 20, files: 64 }

/** The column that rows of one ticker are in the order of. */
const time = 'window_start'

/**
 * Rows of day files, sorted by ticker and then time, with the day as a last column `date`. The files are read twice, the
 * first time for their tickers alone; rows wait on disk, so that memory does not grow with their number.
 *
 * @throws {UsageError} when they have no ticker or no time, {DataError} when a file cannot be read, is not what the manifest
 * says, or has other columns than the first.
 */
export const sortedDays = ({ files, slot, shape }: SortedDays): Source<Batch> =>
  source('sorted-days', (run) => read(files, slot, run), {
    fixed: true,
    shape: { sortedBy: ['ticker', time], days: shape },
  })

async function* read(files: readonly DayFile[], slot: Slot, run: Run): AsyncGenerator<Batch> {
  const order = await orderOf(files, run)
  const spill = openSpill(`${tempFolder(slot, run.epoch)}.days`, run.signal)
  let empty: Batch | undefined
  const rows = async function* (): AsyncGenerator<Numbered> {
    for await (const batch of datedRows(files, run)) {
      empty ??= batch.slice(0, 0) as Batch
      yield { batch, numbers: numbersOf(batch, order) }
    }
  }
  try {
    let some = false
    for await (const { batch } of packed(orderedByTime(sortRows(rows(), spill, limits), time), fullBatch)) {
      some = true
      yield batch
    }
    if (!some && empty) yield empty
  } finally {
    await spill.close()
  }
}

async function orderOf(files: readonly DayFile[], run: Run): Promise<TickerOrder> {
  const tickers = gatherTickers()
  for (const file of files)
    for await (const batch of readParquet(file, run, ['ticker'])) {
      run.signal.throwIfAborted()
      if (columnsOf(batch)['ticker'] !== 'utf8') throw new UsageError(`${file.path}: its tickers are no text`)
      tickers.add(batch)
    }
  return tickers.order()
}

async function* datedRows(files: readonly DayFile[], run: Run): AsyncGenerator<Batch> {
  let first: string | undefined
  for (const { date, sha256: _, ...file } of files) {
    // The first reading has checked the hash.
    for await (const batch of readParquet(file, run)) {
      run.signal.throwIfAborted()
      const dated = withDate(batch, date)
      first ??= checked(dated, file.path)
      if (String(dated.schema) !== first)
        throw new DataError(
          `${file.path} has the columns ${dated.schema}, where the first file has ${first}`,
          {
            hint: 'make the days of one table alike: run its recipe with --replace',
          },
        )
      run.count('rowsIn', batch.numRows)
      yield dated
    }
    run.count('bytesIn', file.bytes)
  }
}

/** What its columns are. */
function checked(batch: Batch, path: string): string {
  const kind = columnsOf(batch)[time]
  if (kind === undefined || !isWide(kind)) throw new UsageError(`${path} has no column ${time} to sort by`)
  return String(batch.schema)
}

function withDate(batch: Batch, date: string): Batch {
  const { numRows, schema, data } = batch
  if (schema.fields.some(({ name }) => name === 'date'))
    throw new UsageError('the day files have a column date already')
  const days = new Int32Array(numRows).fill(Date.parse(date) / 86_400_000)
  const props = { type: typeOf('date'), length: numRows, nullCount: 0, data: days }
  const columns = schema.fields.flatMap(({ name }, i) => {
    const column = data.children[i]
    return column ? [{ name, data: column }] : []
  })
  return makeBatch(
    [...columns, { name: 'date', data: makeData(props as Parameters<typeof makeData>[0]) }],
    numRows,
  )
}
