import { makeBatch } from '../columnar/arrow-types.ts'
import { bitAt, type Column, column } from '../columnar/column.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import { dateText } from '../columnar/numbers.ts'
import { cellPrinter } from '../columnar/print.ts'
import { MissingError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { type Source, source } from '../core/stage.ts'
import { type Listing, type SymbolEvent, type SymbolSpan, symbolSpans } from '../datasets/symbol-spans.ts'
import { readTable } from '../lake/read-table.ts'
import { tableNames } from '../lake/table-files.ts'

export interface LakeSymbols {
  /** Folder of the lake. */
  readonly root: string
  /** Its tables of tickers and of their events; one that it lacks is as if it had no rows. */
  readonly tickers: string
  readonly events: string
}

/** The columns of the table `symbols`. */
export const symbolColumns = {
  ticker: 'utf8',
  current_ticker: 'utf8',
  cik: 'utf8',
  composite_figi: 'utf8',
  name: 'utf8',
  valid_from: 'date',
  valid_to: 'date',
  active: 'bool',
  delisted: 'date',
} as const satisfies Readonly<Record<string, Kind>>

/**
 * Whose a ticker was, and when: what joins companies, which statements name by their tickers of today, and prices, which
 * have the ticker of their day.
 *
 * @throws {MissingError} when the lake has neither table; what `readTable` throws.
 */
export function lakeSymbols(options: LakeSymbols): Source<Batch<typeof symbolColumns>> {
  return source('lake-symbols', (run) => symbols(options, run), { fixed: true })
}

async function* symbols(
  { root, tickers, events }: LakeSymbols,
  run: Run,
): AsyncGenerator<Batch<typeof symbolColumns>> {
  const there = new Set(await run.until(tableNames(root)))
  if (!there.has(tickers) && !there.has(events))
    throw new MissingError(`${root} has neither ${tickers} nor ${events}`, {
      hint: 'millrace run screener fetches them',
    })
  const read = (table: string): AsyncIterable<Batch> =>
    there.has(table)
      ? readTable(root, table, {}, { until: run.until, warn: run.warn, count: () => {} })
      : nothing()
  const listings: Listing[] = []
  for await (const batch of read(tickers)) listings.push(...listingsOf(batch))
  const known: SymbolEvent[] = []
  for await (const batch of read(events)) known.push(...eventsOf(batch))
  const spans = symbolSpans(listings, known)
  run.count('rowsIn', spans.length)
  yield batchOf(spans)
}

async function* nothing(): AsyncGenerator<never> {}

/** Days since 1970 of a date, or of a moment in microseconds. */
function dayReader(batch: Batch, name: string): (row: number) => number | undefined {
  const { kind, values, isValid } = column(batch, name)
  return (row) => {
    if (!isValid(row)) return undefined
    const value = values[row] as number | bigint
    return kind === 'date' ? Number(value) : Number((value as bigint) / 86_400_000_000n)
  }
}

function* listingsOf(batch: Batch): Generator<Listing> {
  const text = (name: string) => cellPrinter(column(batch, name))
  const [ticker, cik, compositeFigi, name] = ['ticker', 'cik', 'composite_figi', 'name'].map(text)
  const active = column(batch, 'active') as Column<'bool'>
  const delisted = dayReader(batch, 'delisted_utc')
  for (let row = 0; row < batch.numRows; row++)
    yield {
      ticker: ticker?.(row) ?? '',
      cik: cik?.(row),
      compositeFigi: compositeFigi?.(row),
      name: name?.(row),
      active: active.isValid(row) ? bitAt(active.values, row) : undefined,
      delisted: delisted(row),
    }
}

function* eventsOf(batch: Batch): Generator<SymbolEvent> {
  const text = (name: string) => cellPrinter(column(batch, name))
  const [ticker, type, newTicker, cik, compositeFigi, name] = [
    'ticker',
    'event_type',
    'new_ticker',
    'cik',
    'composite_figi',
    'name',
  ].map(text)
  const day = dayReader(batch, 'date')
  for (let row = 0; row < batch.numRows; row++)
    yield {
      ticker: ticker?.(row) ?? '',
      type: type?.(row) ?? '',
      day: day(row) ?? 0,
      newTicker: newTicker?.(row),
      cik: cik?.(row),
      compositeFigi: compositeFigi?.(row),
      name: name?.(row),
    }
}

const texts: { readonly [N in keyof typeof symbolColumns]: (span: SymbolSpan) => string | undefined } = {
  ticker: ({ ticker }) => ticker,
  current_ticker: ({ currentTicker }) => currentTicker,
  cik: ({ cik }) => cik,
  composite_figi: ({ compositeFigi }) => compositeFigi,
  name: ({ name }) => name,
  valid_from: ({ from }) => (from === undefined ? undefined : dateText(from)),
  valid_to: ({ to }) => (to === undefined ? undefined : dateText(to)),
  active: ({ active }) => (active === undefined ? undefined : String(active)),
  delisted: ({ delisted }) => (delisted === undefined ? undefined : dateText(delisted)),
}

function batchOf(spans: readonly SymbolSpan[]): Batch<typeof symbolColumns> {
  const columns = Object.entries(symbolColumns).map(([name, kind]) => {
    const builder = columnBuilder(kind, spans.length)
    for (const [row, span] of spans.entries()) {
      const text = texts[name as keyof typeof texts](span)
      if (text === undefined) builder.setNull(row)
      else builder.set(row, text)
    }
    return { name, data: builder.take(spans.length) }
  })
  return makeBatch(columns, spans.length)
}
