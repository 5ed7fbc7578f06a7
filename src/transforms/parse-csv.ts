import { tickerMatcher } from '../columnar/ticker-matcher.ts'
import { utf8Checker } from '../columnar/utf8-checker.ts'
import { UsageError } from '../core/errors.ts'
import type { Batch, Columns } from '../core/schema.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'
import { canonicalTicker, namesOfTicker, type SymbolForm, underlyingsOf } from '../datasets/symbols.ts'

export interface ParseCsvOptions {
  /** One ASCII character; `,` where nothing is said. */
  readonly delimiter?: string
  /** One ASCII character, doubled inside of quotes; `"` where nothing is said; `null`: no quoting at all. */
  readonly quote?: string | null
  /** Of `columns` only these; the fields of the others are passed over. */
  readonly only?: readonly string[] | undefined
  /** Only rows of these tickers, named as `keep` names them; nothing else of the others is read. */
  readonly tickers?: readonly string[] | undefined
  /** Only rows of options on these, named by the roots of their symbols in the same way; both must hold. */
  readonly underlyings?: readonly string[] | undefined
  /** How `tickers` are to be understood: of a `pair` both `X:BTC-USD` and `X:BTCUSD` are one ticker. */
  readonly symbols?: SymbolForm | undefined
  /** Of the columns of nanoseconds those that may be in milliseconds, with a point or fewer than 16 digits. */
  readonly milliseconds?: readonly string[] | undefined
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
  { delimiter = ',', quote = '"', only, milliseconds, ...rows }: ParseCsvOptions = {},
): Transform<Bytes, Batch<Partial<C>>> {
  const dialect = {
    delimiter: byteOf(delimiter, 'delimiter'),
    quote: quote === null ? 0xff : byteOf(quote, 'quote'),
  }
  if (dialect.delimiter === dialect.quote)
    throw new UsageError(`${delimiter} cannot be both delimiter and quote`)
  const asked = askedOf(rows)
  return transform(
    'parse-csv',
    (run) =>
      async function* (input) {
        const [{ createCsvReader }, { compileKernel }] = await Promise.all([
          import('../columnar/csv-reader.ts'),
          import('../columnar/kernel.ts'),
        ])
        const { filter, warnings } = filterOf(asked, rows.symbols)
        const kernel = run.share('csv kernel', compileKernel)
        const options = { ...dialect, only, filter, times: milliseconds }
        const reader = createCsvReader(kernel, columns, options, run)
        const checkText = utf8Checker()
        for await (const chunk of input) {
          checkText(chunk)
          yield* reader.feed(chunk) as Batch<Partial<C>>[]
        }
        checkText()
        yield* reader.end() as Batch<Partial<C>>[]
        for (const text of warnings()) run.warn(text)
      },
    { shape: asked },
  )
}

type Asked = Pick<ParseCsvOptions, 'tickers' | 'underlyings'>

/** What is asked for, in one way for all ways to say the same. */
function askedOf({ tickers, underlyings, symbols }: ParseCsvOptions): Asked {
  const sorted = (patterns: readonly string[]): string[] => [...new Set(patterns)].sort()
  return {
    ...(tickers && { tickers: sorted(tickers.map((one) => canonicalTicker(one, symbols))) }),
    ...(underlyings && { underlyings: sorted(underlyings) }),
  }
}

/** Matchers of one input, and what it lacked, once it has been read. */
function filterOf({ tickers, underlyings }: Asked, symbols: SymbolForm | undefined) {
  const matchers = [
    ...(tickers
      ? [{ what: 'ticker', ...tickerMatcher(tickers, (ticker) => namesOfTicker(ticker, symbols)) }]
      : []),
    ...(underlyings ? [{ what: 'underlying', ...tickerMatcher(underlyings, underlyingsOf) }] : []),
  ]
  // Each is asked, so that each knows what it has met.
  const isWanted = (ticker: string): boolean =>
    matchers.filter((matcher) => matcher.isWanted(ticker)).length === matchers.length
  return {
    filter: matchers.length > 0 ? { column: 'ticker', isWanted } : undefined,
    warnings: (): string[] =>
      matchers.flatMap(({ what, unmatched }) => unmatched().map((one) => `no row has the ${what} ${one}`)),
  }
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
