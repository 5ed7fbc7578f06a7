import { createCsvReader } from '../../../src/columnar/csv-reader.ts'
import { compileKernel } from '../../../src/columnar/kernel.ts'
import type { Batch, Columns } from '../../../src/core/schema.ts'
import type { Bytes } from '../../../src/core/stage.ts'
import type { Ask } from '../ask.ts'

const dialect = { delimiter: 44, quote: 34 }

/** The kernel and what drives it, compiled anew, without the stage around it. */
export async function* byKernel(
  chunks: AsyncIterable<Bytes>,
  columns: Columns,
  { columns: only, ticker }: Ask,
): AsyncGenerator<Batch> {
  const filter =
    ticker === undefined ? undefined : { column: 'ticker', isWanted: (text: string) => text === ticker }
  const run = { count: () => {}, reject: fail }
  const reader = createCsvReader(compileKernel(), columns, { ...dialect, only, filter }, run)
  for await (const chunk of chunks) yield* reader.feed(chunk)
  yield* reader.end()
}

function fail({ why }: { readonly why: string }): never {
  throw new Error(why)
}
