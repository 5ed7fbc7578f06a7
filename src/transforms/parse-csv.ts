import { createCsvReader } from '../columnar/csv-reader.ts'
import { compileKernel } from '../columnar/kernel.ts'
import { tickerMatcher } from '../columnar/ticker-matcher.ts'
import { utf8Checker } from '../columnar/utf8-checker.ts'
import { UsageError } from '../core/errors.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

export interface ParseCsvOptions {
  /** One ASCII character; `,` where nothing is said. */
  readonly delimiter?: string
  /** One ASCII character, doubled inside of quotes; `"` where nothing is said; `null`: no quoting at all. */
  readonly quote?: string | null
  /** Of `columns` only these; the fields of the others are passed over. */
  readonly only?: readonly string[] | undefined
  /** Only rows of these tickers, named as `keep` names them; nothing else of the others is read. */
  readonly tickers?: readonly string[] | undefined
}

/**
 * Reads CSV as RFC 4180 has it, at the speed of WebAssembly, into batches typed as `columns` says. Fields are found by
 * their header, whatever its case and order. Columns that the header lacks are missing from the batches, those it has
 * beyond `columns` come as text: `normalize` settles both. An empty field is null, a quoted empty one is an empty text.
 * The first batch comes even if there are no rows, so that what follows sees the columns. Lines end in LF or CRLF.
 *
 * Memory does not depend on the input: some 20 MB, and 9 MB more for a column of long texts.
 *
 * Rows with a wrong number of fields or a value that is not of its column's kind go to `run.reject`. For other dialects
 * there is `parseCsvCompat`.
 *
 * @throws {DataError} when quotes do not match, a row is longer than 1 MiB, the text is not UTF-8, or a header is
 * missing or names a column twice; {UsageError} when delimiter or quote is none.
 */
export function parseCsv<const C extends Columns>(
  columns: C,
  { delimiter = ',', quote = '"', only, tickers }: ParseCsvOptions = {},
): Transform<Bytes, Batch<Partial<C>>> {
  const dialect = {
    delimiter: byteOf(delimiter, 'delimiter'),
    quote: quote === null ? 0xff : byteOf(quote, 'quote'),
  }
  if (dialect.delimiter === dialect.quote)
    throw new UsageError(`${delimiter} cannot be both delimiter and quote`)
  const patterns = tickers && [...new Set(tickers)].sort()
  return transform(
    'parse-csv',
    (run) =>
      async function* (input) {
        const matcher = patterns && tickerMatcher(patterns)
        const filter = matcher && { column: 'ticker', isWanted: matcher.isWanted }
        const kernel = run.share('csv kernel', compileKernel)
        const reader = createCsvReader(kernel, columns, { ...dialect, only, filter }, run)
        const checkText = utf8Checker()
        for await (const chunk of input) {
          checkText(chunk)
          yield* reader.feed(chunk) as Batch<Partial<C>>[]
        }
        checkText()
        yield* reader.end() as Batch<Partial<C>>[]
        for (const pattern of matcher?.unmatched() ?? []) run.warn(`no row has the ticker ${pattern}`)
      },
    { shape: patterns ? { tickers: patterns } : {} },
  )
}

function byteOf(text: string, what: string): number {
  // A quote that is a digit could not be told from a number.
  if (!/^[^\n\r\d\u0080-\uFFFF]$/.test(text))
    throw new UsageError(
      `${JSON.stringify(text)} cannot be a ${what}: parseCsv takes one ASCII character that is no digit`,
      { hint: 'parseCsvCompat reads other dialects' },
    )
  return text.charCodeAt(0)
}
