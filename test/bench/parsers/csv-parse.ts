import { Parser } from 'csv-parse'
import { createRowReader } from '../../../src/columnar/row-reader.ts'
import type { Batch, Columns, Kind } from '../../../src/core/schema.ts'
import type { Bytes } from '../../../src/core/stage.ts'
import type { Ask } from '../ask.ts'

type Rows = (string | null)[][]

/**
 * csv-parse to arrays of texts and no further, with its own options. Rows are taken as it pushes them: by its events or
 * its iterator they come later and no faster.
 */
export async function* byCsvParse(
  chunks: AsyncIterable<Bytes>,
  { columns, ticker }: Ask,
): AsyncGenerator<Rows> {
  const parser = new Parser({})
  let names: string[] | undefined
  let wanted: number[] | undefined
  let tickerAt = 0
  let rows: Rows = []
  parser.push = (row: string[] | null) => {
    if (row === null) return true
    if (names === undefined) {
      names = row
      tickerAt = names.indexOf('ticker')
      wanted = columns?.map((name) => row.indexOf(name))
    } else if (ticker === undefined || row[tickerAt] === ticker) {
      rows.push(wanted ? wanted.map((at) => row[at] as string) : row)
    }
    return true
  }
  const taken = (): Rows => {
    const some = rows
    rows = []
    return some
  }
  for await (const chunk of chunks) {
    parser.write(chunk)
    if (parser.errored) throw parser.errored
    yield taken()
  }
  parser.end()
  yield taken()
}

/** Types rows of texts, as the kernel does. An empty field is null: no sample has a quoted empty one. */
export function typedRows(columns: Columns, ask: Ask): (rows: Rows) => Batch {
  const names = Object.keys(columns).filter((name) => ask.columns?.includes(name) ?? true)
  const reader = createRowReader(new Map(names.map((name) => [name, columns[name] as Kind])))
  return (rows) => {
    for (const row of rows) {
      const wrong = reader.add(row.map((text) => (text === '' ? null : text)))
      if (wrong) throw new Error(`${wrong.column}: ${wrong.why}`)
    }
    return reader.take()
  }
}
