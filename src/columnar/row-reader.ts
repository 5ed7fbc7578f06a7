import type { Batch } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'
import { type ColumnBuilder, columnBuilder } from './column-builder.ts'
import { valueComplaint } from './complaints.ts'
import type { Reading } from './csv-header.ts'

/** Rows in a batch that is full. */
export const rowsPerBatch = 32_768

interface Field {
  readonly name: string
  readonly reading: Reading
  readonly builder: ColumnBuilder
}

/** Texts row by row in, typed batches out. */
export interface RowReader {
  /** Rows in the batch now being filled. */
  readonly rows: number
  /** Adds a row, or answers which of its values is wrong and adds nothing. A `null` is null; so is a missing value. */
  add(texts: readonly (string | null)[]): { readonly column: string; readonly why: string } | undefined
  /** The rows added since the last time; a batch of none when there are none. */
  take(): Batch
}

/** Reads rows whose fields come in the order of `readings`: a map, for an object would put a column named `1` first. */
export function createRowReader(readings: ReadonlyMap<string, Reading>): RowReader {
  const fields: Field[] = [...readings].map(([name, reading]) => ({
    name,
    reading,
    builder: columnBuilder(reading, rowsPerBatch),
  }))
  let rows = 0
  return {
    get rows() {
      return rows
    },
    add(texts) {
      for (let i = 0; i < fields.length; i++) {
        const { name, reading, builder } = fields[i] as Field
        const text = texts[i]
        if (text === null || text === undefined) builder.setNull(rows)
        else if (!builder.set(rows, text)) return { column: name, why: valueComplaint(text, reading) }
      }
      rows++
      return undefined
    },
    take() {
      const taken = rows
      rows = 0
      return makeBatch(
        fields.map(({ name, builder }) => ({ name, data: builder.take(taken) })),
        taken,
      )
    },
  }
}
