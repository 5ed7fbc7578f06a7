import type { OutputFile } from '../core/output.ts'
import type { Dataset } from '../datasets/dataset.ts'
import { dayColumns } from '../datasets/day-window.ts'
import type { Footer } from './parquet-footer.ts'
import { type ColumnValues, readPages } from './parquet-pages.ts'
import { type OrderFault, tallyOrder } from './row-order.ts'

/** A file whose footer is as it should be. */
export interface Readable {
  readonly file: OutputFile
  readonly footer: Footer
  readonly dataset: Dataset | undefined
}

/** What all pages of a file told. */
export interface PagesVerdict {
  readonly wrong: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Reads all pages of a file: each column is to have the rows that its row group counts, and, where the dataset's files are
 * in an order, the rows are to be in that. Where they are not, an order is only told.
 *
 * @throws {Error} when a page cannot be read.
 */
export async function verifyPages(
  path: string,
  readable: Readable,
  signal: AbortSignal | undefined,
): Promise<PagesVerdict> {
  const { footer, dataset } = readable
  const order = watchOrder(readable)
  for await (const chunk of readPages(path, footer, order.columns)) {
    signal?.throwIfAborted()
    const { rowGroup, column, length } = chunk
    const rows = Number(footer.metadata.row_groups[rowGroup]?.num_rows)
    if (length !== rows)
      return {
        wrong: [`row group ${rowGroup + 1} has ${length} values of ${column}, and is to have ${rows}`],
        notes: [],
      }
    order.take(chunk)
  }
  return dataset?.order ? { wrong: order.faults(), notes: [] } : { wrong: [], notes: order.faults() }
}

/** Puts the columns of a row group side by side, and looks at the order of its rows. */
function watchOrder({ file, footer, dataset }: Readable) {
  const names = Object.keys(footer.columns)
  const { by } = dataset?.order ?? {}
  const time = names.find((name) => (by === undefined ? dayColumns.has(name) : name === by))
  const hasTicker = names.includes('ticker')
  // Without tickers to tell them apart, no time is expected to rise.
  const isTold = hasTicker || file.path.includes('/ticker=')
  const columns = isTold ? names.filter((name) => name === 'ticker' || name === time) : []
  const order = tallyOrder({ grouped: by !== undefined })
  const group = new Map<string, readonly unknown[]>()
  return {
    columns,
    take({ column, length, values = [] }: ColumnValues): void {
      if (!columns.includes(column)) return
      group.set(column, values)
      if (group.size < columns.length) return
      const [tickers, times] = [group.get('ticker'), group.get(time ?? '')]
      for (let row = 0; row < length; row++) order.add(tickers?.[row], times?.[row])
      group.clear()
    },
    faults(): string[] {
      const { scattered, backwards } = order
      return [
        ...(scattered
          ? [`${faultText(scattered)} comes after other tickers: its rows do not lie together`]
          : []),
        ...(backwards ? [`${faultText(backwards)} has a ${time} before that of the row before it`] : []),
      ]
    },
  }
}

const faultText = ({ row, ticker }: OrderFault): string => `row ${row}${ticker === '' ? '' : ` of ${ticker}`}`
