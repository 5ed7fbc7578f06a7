import type { Batch, Columns } from '../../../src/core/schema.ts'
import type { Bytes } from '../../../src/core/stage.ts'
import type { Ask } from '../ask.ts'
import type { Facts } from '../check.ts'
import { tallyBatches } from '../readers/batches.ts'

/** A parser at work. */
export interface Parsing {
  /** As it goes, ways to add to the facts what came out: whoever takes the time calls them when the clock stands. */
  readonly results: AsyncIterable<() => void>
  facts(): Facts
}

interface Parser {
  readonly reads: 'gzip' | 'text'
  /** Loads it, and begins with nothing else before the first result is asked for. */
  open(chunks: AsyncIterable<Bytes>, columns: Columns, ask: Ask): Promise<Parsing>
}

export const parsers = {
  gunzip: {
    reads: 'gzip',
    async open(chunks) {
      const { inflate } = await import('./inflate.ts')
      return bytesOf(inflate(chunks))
    },
  },
  inflater: {
    reads: 'gzip',
    async open(chunks) {
      const { inflateHere } = await import('./inflate.ts')
      return bytesOf(inflateHere(chunks))
    },
  },
  kernel: {
    reads: 'text',
    async open(chunks, columns, ask) {
      const { byKernel } = await import('./kernel.ts')
      return batches(byKernel(chunks, columns, ask))
    },
  },
  'parse-csv': {
    reads: 'text',
    async open(chunks, columns, { ticker, columns: only }) {
      const [{ byStage }, { parseCsv }] = await Promise.all([
        import('./stage.ts'),
        import('../../../src/transforms/parse-csv.ts'),
      ])
      return batches(
        byStage(chunks, parseCsv(columns, { only, tickers: ticker === undefined ? ticker : [ticker] })),
      )
    },
  },
  'parse-csv-compat': {
    reads: 'text',
    async open(chunks, columns) {
      const [{ byStage }, { parseCsvCompat }] = await Promise.all([
        import('./stage.ts'),
        import('../../../src/transforms/parse-csv-compat.ts'),
      ])
      return batches(byStage(chunks, parseCsvCompat(columns)))
    },
  },
  'plain JavaScript': {
    reads: 'text',
    async open(chunks, columns, ask) {
      const { byPlainReader } = await import('./plain.ts')
      return batches(byPlainReader(chunks, columns, ask))
    },
  },
  'csv-parse': {
    reads: 'text',
    async open(chunks, columns, ask) {
      const { byCsvParse, typedRows } = await import('./csv-parse.ts')
      const { add, facts } = tallyBatches()
      const typed = typedRows(columns, ask)
      return { results: looked(byCsvParse(chunks, ask), (rows) => add(typed(rows))), facts }
    },
  },
  'csv-parse to batches': {
    reads: 'text',
    async open(chunks, columns, ask) {
      const { byCsvParse, typedRows } = await import('./csv-parse.ts')
      return batches(mapped(byCsvParse(chunks, ask), typedRows(columns, ask)))
    },
  },
} as const satisfies Record<string, Parser>

export type ParserName = keyof typeof parsers

function bytesOf(chunks: AsyncIterable<Bytes>): Parsing {
  let bytes = 0
  const look = (chunk: Bytes): void => {
    bytes += chunk.length
  }
  return { results: looked(chunks, look), facts: () => ({ exact: { bytes: String(bytes) }, close: {} }) }
}

function batches(results: AsyncIterable<Batch>): Parsing {
  const { add, facts } = tallyBatches()
  return { results: looked(results, add), facts }
}

async function* mapped<A, B>(results: AsyncIterable<A>, made: (result: A) => B): AsyncGenerator<B> {
  for await (const result of results) yield made(result)
}

async function* looked<T>(results: AsyncIterable<T>, look: (result: T) => void): AsyncGenerator<() => void> {
  for await (const result of results) yield () => look(result)
}
