import { columnOf } from '../columnar/column.ts'
import { type CellPrinter, cellPrinter } from '../columnar/print.ts'
import { textChunks } from '../columnar/text-chunks.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

const quotedKinds: ReadonlySet<Kind> = new Set(['utf8', 'date'])

/**
 * Prints batches as one JSON object a line, nulls written out. Integers and timestamps are digits to the last one:
 * readers that hold numbers as doubles, as jq 1.6 and JavaScript do, round those of 17 digits and more.
 */
export function toNdjson(): Transform<Batch, Bytes> {
  return transform(
    'to-ndjson',
    (run) =>
      async function* (input) {
        for await (const batch of input) {
          run.count('rowsOut', batch.numRows)
          const fields = batch.schema.fields.map(({ name }, i) => {
            const column = columnOf(batch.data.children[i] as Parameters<typeof columnOf>[0])
            const print = cellPrinter(column)
            return {
              key: `${JSON.stringify(name)}:`,
              print: quotedKinds.has(column.kind) ? jsonText(print) : print,
            }
          })
          yield* textChunks(batch.numRows, (row) => rowText(fields, row))
        }
      },
  )
}

function jsonText(print: CellPrinter): CellPrinter {
  return (row) => {
    const text = print(row)
    return text === undefined ? undefined : JSON.stringify(text)
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
