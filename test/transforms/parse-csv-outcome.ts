import { DataError, placeText } from '../../src/core/errors.ts'
import { createRun, noCounts, type RejectedRow, type Run } from '../../src/core/run.ts'
import type { Batch, Columns } from '../../src/core/schema.ts'
import type { Bytes, Transform } from '../../src/core/stage.ts'
import { type Row, rowsOf, schemaOf } from '../helpers/batches.ts'

/** All that can be told of how a text was read, in a form in which two parsers can be compared. */
export interface Outcome {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  readonly rowsIn: number
  readonly filtered: number
  /** `row 3, column n (byte 120): "x" is not ...`, all of them, in the order in which they were told. */
  readonly rejected: readonly string[]
  /** The rejected rows as they are written. */
  readonly rejectedRows: readonly string[]
  readonly warnings: readonly string[]
  /** What ended the reading, if something did: columns and rows are then not told. */
  readonly error?: string
}

export type CsvStage = Transform<Bytes, Batch<Partial<Columns>>>

/** What is shared between openings is shared by all of them: a compiled kernel. */
const shared = createRun()

/** Reads pieces of a text to their end, or to an error of the data; any other error is thrown. */
export async function outcomeOf(pieces: Iterable<Bytes>, stage: CsvStage): Promise<Outcome> {
  const counts = noCounts()
  const rejected: string[] = []
  const rejectedRows: string[] = []
  const warnings: string[] = []
  const run: Run = Object.assign(Object.create(shared) as Run, {
    count(what: keyof typeof counts, n: number) {
      counts[what] += n
    },
    reject({ at, why, text }: RejectedRow) {
      rejected.push(`${placeText(at)}: ${why}`)
      rejectedRows.push(text)
    },
    warn: (text: string) => void warnings.push(text),
  })
  const opened = stage.open(run)
  if (typeof opened !== 'function') throw new TypeError(`${stage.name} is no function`)
  const output: Batch[] = []
  let ended: { error?: string } = {}
  try {
    for await (const batch of opened(each(pieces))) output.push(batch as Batch)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    ended = { error: ownWords(error) }
    output.length = 0
  }
  const [first] = output
  return {
    columns: first ? schemaOf(first) : [],
    rows: output.flatMap(rowsOf),
    ...{ rowsIn: counts.rowsIn, filtered: counts.filtered, rejected, rejectedRows, warnings },
    ...ended,
  }
}

/** Without what csv-parse says, which stands in brackets behind our own words. */
const ownWords = ({ message, cause }: DataError): string =>
  cause instanceof Error ? message.replace(` (${cause.message})`, '') : message

async function* each(pieces: Iterable<Bytes>): AsyncGenerator<Bytes> {
  yield* pieces
}

/** A text in pieces that end at these places, in whatever order they are given. */
export function piecesOf(bytes: Bytes, ends: readonly number[]): Bytes[] {
  const cuts = [...ends.map((end) => end % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return cuts.map((end, i) => bytes.subarray(cuts[i - 1] ?? 0, end))
}
