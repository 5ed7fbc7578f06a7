import { type CsvError, type Options, Parser } from 'csv-parse'
import { parse as parseSync } from 'csv-parse/sync'
import { longestRow, rowComplaints, widthComplaint } from '../columnar/complaints.ts'
import { noHeader, readHeader } from '../columnar/csv-header.ts'
import { createRecordBytes } from '../columnar/record-bytes.ts'
import { createRowReader, type RowReader, rowsPerBatch } from '../columnar/row-reader.ts'
import { utf8Checker } from '../columnar/utf8-checker.ts'
import { DataError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

export interface CsvDialect {
  /** `,` where nothing is said. */
  readonly delimiter?: string
  /** `"` where nothing is said; `null`: no quoting at all. */
  readonly quote?: string | null
  /** What makes a quote inside a quoted field plain; the quote itself where nothing is said. */
  readonly escape?: string
  /** What a line that is to be passed over begins with. */
  readonly comment?: string | null
  /** `none`: the fields come in the order of the columns. */
  readonly header?: 'first line' | 'none'
  /** Of the columns of nanoseconds those that may be in milliseconds, with a point or fewer than 16 digits. */
  readonly milliseconds?: readonly string[] | undefined
}

/** A batch is also full when it was made of so many bytes, so that long rows do not gather. */
const bytesPerBatch = 1 << 24

/**
 * Reads CSV of any dialect with csv-parse, into batches typed as `columns` says. Fields are found by their header,
 * whatever its case and order. Columns that the header lacks are missing from the batches, those it has beyond
 * `columns` come as text: `normalize` settles both. An empty field is null, a quoted empty one is an empty text.
 * The first batch comes even if there are no rows, so that what follows sees the columns.
 *
 * Rows with a wrong number of fields or a value that is not of its column's kind go to `run.reject`.
 *
 * @throws {DataError} when quotes do not match, a row is longer than 1 MiB, the text is not UTF-8, or a header is
 * missing or names a column twice.
 */
export function parseCsvCompat<const C extends Columns>(
  columns: C,
  dialect: CsvDialect = {},
): Transform<Bytes, Batch<Partial<C>>> {
  return transform(
    'parse-csv-compat',
    (run) =>
      async function* (input) {
        const reading = createReading(columns, dialect, run)
        const checkText = utf8Checker()
        for await (const chunk of input) {
          checkText(chunk)
          yield* reading.feed(chunk) as Batch<Partial<C>>[]
        }
        checkText()
        yield* reading.end() as Batch<Partial<C>>[]
      },
  )
}

/** csv-parse driven a chunk at a time: bytes in, batches out, and each row's place known to the byte. */
function createReading(columns: Columns, dialect: CsvDialect, run: Run) {
  const options = optionsOf(dialect)
  const parser = new Parser({ ...options, bom: true, max_record_size: longestRow })
  const records = createRecordBytes()
  const batches = createBatches(columns, options, run, dialect.milliseconds)
  if (dialect.header === 'none') batches.open(Object.keys(columns))

  // Taking rows as they are pushed is the one way to know, at full speed, where each begins; and because nothing ever
  // waits to be read, `write` parses at once.
  parser.push = (record: (string | null)[] | null) => {
    if (record === null) return true
    const start = records.start
    const bytes = records.next(parser.info.bytes)
    batches.add(record, bytes, start + commentBytes(bytes, options.comment))
    return true
  }
  // Told by `errored`, at once; the event comes a tick later and would be thrown if nobody listened.
  parser.once('error', () => {})
  const check = (): void => {
    if (parser.errored)
      throw explained(parser.errored as CsvError, { row: batches.rows + 1, offset: records.start })
  }
  return {
    feed(chunk: Bytes): Batch[] {
      records.feed(chunk)
      parser.write(chunk)
      check()
      return batches.take()
    },
    end(): Batch[] {
      parser.end()
      check()
      return batches.takeLast()
    },
  }
}

/** Lines passed over come with the bytes of the row behind them. */
function commentBytes(bytes: Buffer, comment: string | null): number {
  const mark = Buffer.from(comment ?? '')
  let at = 0
  while (mark.length > 0 && bytes.subarray(at, at + mark.length).equals(mark))
    at = bytes.indexOf('\n', at) + 1
  return at
}

/** Rows of texts in, typed batches out; what cannot be typed is rejected. */
function createBatches(
  columns: Columns,
  options: ReturnType<typeof optionsOf>,
  run: Run,
  milliseconds: readonly string[] | undefined,
) {
  const ready: Batch[] = []
  let reader: RowReader | undefined
  let width = 0
  let rows = 0
  let bytesRead = 0
  let anyReady = false
  const open = (names: readonly string[]): void => {
    width = names.length
    reader = createRowReader(readHeader(names, columns, milliseconds))
  }
  return {
    open,
    /** Rows seen, the header not counted. */
    get rows() {
      return rows
    },
    add(record: (string | null)[], bytes: Buffer, offset: number): void {
      if (!reader) {
        open(record as string[])
        return
      }
      rows++
      run.count('rowsIn', 1)
      emptyToNull(record, bytes, options)
      const wrong =
        record.length === width
          ? reader.add(record)
          : {
              column: undefined,
              why: widthComplaint(record.length, width, bytes.toString('utf8')),
            }
      if (wrong) {
        const text = bytes.toString('utf8').replace(/\r?\n$/, '')
        run.reject({ at: { row: rows, column: wrong.column, offset }, why: wrong.why, text })
      }
      bytesRead += bytes.length
      if (reader.rows < rowsPerBatch && bytesRead < bytesPerBatch) return
      ready.push(reader.take())
      anyReady = true
      bytesRead = 0
    },
    take: () => ready.splice(0),
    /** The rest; a batch of no rows if there never was one. */
    takeLast(): Batch[] {
      if (!reader) throw noHeader()
      return reader.rows > 0 || !anyReady ? [...ready.splice(0), reader.take()] : ready.splice(0)
    },
  }
}

const optionsOf = ({ delimiter = ',', quote = '"', comment = null, ...dialect }: CsvDialect) =>
  ({
    delimiter,
    quote,
    escape: dialect.escape ?? quote,
    comment,
    comment_no_infix: true,
    // Told one by one, and not found out from the first line: files of mixed line breaks exist.
    record_delimiter: ['\r\n', '\n'],
    // A row of another width is ours to report, and to go on from.
    relax_column_count: true,
  }) satisfies Options

/** An empty field is null and a quoted empty one an empty text, which only the raw bytes of a row tell apart. */
function emptyToNull(record: (string | null)[], bytes: Buffer, options: ReturnType<typeof optionsOf>): void {
  if (!record.includes('')) return
  const quoted =
    options.quote !== null && bytes.includes(options.quote.repeat(2))
      ? quotedFields(bytes, options)
      : undefined
  for (let i = 0; i < record.length; i++) if (record[i] === '' && !quoted?.[i]) record[i] = null
}

/** csv-parse tells what was quoted only at a tenth of its speed: asked for one row at a time, when it matters. */
function quotedFields(bytes: Buffer, options: ReturnType<typeof optionsOf>): boolean[] | undefined {
  const cast = (_text: string, { quoting }: { quoting: boolean }): boolean => quoting
  return parseSync(bytes, { ...options, bom: true, cast })[0] as unknown as boolean[] | undefined
}

const meanings: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: rowComplaints.neverClosed,
  CSV_INVALID_CLOSING_QUOTE: rowComplaints.closesInside,
  INVALID_OPENING_QUOTE: rowComplaints.opensInside,
  CSV_MAX_RECORD_SIZE: rowComplaints.tooLong,
}

function explained(error: CsvError, at: { row: number; offset: number }): unknown {
  const meaning = meanings[error.code]
  return meaning === undefined ? error : new DataError(`${meaning} (${error.message})`, { at, cause: error })
}
