import type { CellPrinter } from '../columnar/print.ts'
import { textChunks } from '../columnar/text-chunks.ts'
import type { Batch } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

/**
 * Prints batches as CSV by RFC 4180, with `\n`. Null is an empty field, an empty text a quoted one; integers and
 * timestamps are digits to the last one. `header: false` when something before has printed it.
 */
export function toCsv({ header = true }: { readonly header?: boolean } = {}): Transform<Batch, Bytes> {
  return transform(
    'to-csv',
    (run) =>
      async function* (input) {
        const [{ columnOf }, { cellPrinter }] = await Promise.all([
          import('../columnar/column.ts'),
          import('../columnar/print.ts'),
        ])
        let names = header
        for await (const batch of input) {
          run.count('rowsOut', batch.numRows)
          if (names) yield Buffer.from(`${batch.schema.fields.map(({ name }) => quoted(name)).join(',')}\n`)
          names = false
          const cells = batch.data.children.map((data) => cellPrinter(columnOf(data)))
          yield* textChunks(batch.numRows, (row) => rowText(cells, row))
        }
      },
  )
}

function rowText(cells: readonly CellPrinter[], row: number): string {
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    const text = (cells[i] as CellPrinter)(row)
    if (i > 0) line += ','
    if (text !== undefined) line += quoted(text)
  }
  return `${line}\n`
}

const quoted = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
