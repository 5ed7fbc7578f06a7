import type { CellPrinter } from '../columnar/print.ts'
import { textChunks } from '../columnar/text-chunks.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

/**
 * Prints batches as one JSON object a line, nulls written out. Integers and timestamps are digits to the last one:
 * readers that hold numbers as doubles, as jq 1.6 and JavaScript do, round those of 17 digits and more.
 */
export function toNdjson(): Transform<Batch, Bytes> {
  return transform(
    'to-ndjson',
    (run) =>
      async function* (input) {
        const [{ columnOf }, { cellPrinter }] = await Promise.all([
          import('../columnar/column.ts'),
          import('../columnar/print.ts'),
        ])
        for await (const batch of input) {
          run.count('rowsOut', batch.numRows)
          const fields = batch.schema.fields.map(({ name }, i) => {
            const column = columnOf(batch.data.children[i] as Parameters<typeof columnOf>[0])
            const print = cellPrinter(column)
            return { key: `${JSON.stringify(name)}:`, print: jsonPrinter(column.kind, print) }
          })
          yield* textChunks(batch.numRows, (row) => rowText(fields, row))
        }
      },
  )
}

/** Text is quoted; a double that JSON has no word for, as the infinite ones, is null. */
function jsonPrinter(kind: Kind, print: CellPrinter): CellPrinter {
  if (kind === 'utf8' || kind === 'date') return (row) => JSON.stringify(print(row))
  if (kind !== 'float64') return print
  return (row) => {
    const text = print(row)
    return Number.isFinite(Number(text)) ? text : undefined
  }
}

function rowText(
  fields: readonly { readonly key: string; readonly print: CellPrinter }[],
  row: number,
): string {
  let line = '{'
  for (const { key, print } of fields) line += `${line.length > 1 ? ',' : ''}${key}${print(row) ?? 'null'}`
  return `${line}}\n`
}
