import { tickerMatcher } from '../columnar/ticker-matcher.ts'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { isDate } from '../core/params.ts'
import type { Kind } from '../core/schema.ts'
import { canonicalTicker, namesOfTicker, type SymbolForm } from '../datasets/symbols.ts'

/** Which rows and columns of a table are wanted: all, where nothing is said. */
export interface Question {
  /** `AAPL` is that one, `BRK*` all that begin so; of statements all rows that one of them is among the `tickers` of. */
  readonly tickers?: readonly string[] | undefined
  /** First day, as `2024-03-01`. */
  readonly from?: string | undefined
  /** Last day, included. */
  readonly to?: string | undefined
  /** The column that the days are of; by default that of the folders, else the first of `dayColumns` that there is. */
  readonly time?: string | undefined
  /** Names, in the order in which they are to come. */
  readonly columns?: readonly string[] | undefined
}

/**
 * The columns that say which day a row belongs to, where its folder does not: what REST tables are in months by comes before
 * a mere `date`, and before other dates that they have.
 */
export const dayColumns = [
  'period_end',
  'ex_dividend_date',
  'execution_date',
  'listing_date',
  'settlement_date',
  'effective_date',
  'filing_date',
  'date',
] as const

/** What rows are held against; all are wanted where there is neither. */
export interface Rules {
  readonly tickers: TickerRule | undefined
  readonly days: DayRule | undefined
}

/** What a question means in a table. */
export interface Asked extends Rules {
  readonly columns: readonly string[]
}

export interface TickerRule {
  readonly column: string
  readonly isList: boolean
  /** The patterns, where a ticker is held against them as it stands: then statistics tell which rows cannot be wanted. */
  readonly patterns: readonly string[] | undefined
  readonly isWanted: (cell: string) => boolean
  unmatched(): readonly string[]
}

/** Both ends are included, in steps of the column's kind. */
export interface DayRule {
  readonly column: string
  readonly kind: Kind
  readonly min: bigint
  readonly max: bigint
  /** As days, for levels of folders that tell a year or a month of it. Absent where they are of another column. */
  readonly months: { readonly from: string; readonly to: string } | undefined
}

/** What of a table a question is held against. */
export interface TableColumns {
  readonly name: string
  readonly kinds: ReadonlyMap<string, Kind>
  /** Those that folders tell. */
  readonly levels: readonly string[]
  /** The column that the manifest has the span of. */
  readonly time: string | undefined
  readonly symbols: SymbolForm | undefined
}

/** @throws {UsageError} when the table has no such columns, or a value means nothing. */
export function askedOf(question: Question, table: TableColumns): Asked {
  const { columns, tickers, from, to, time } = question
  for (const name of [...(columns ?? []), ...(time === undefined ? [] : [time])])
    if (!table.kinds.has(name))
      throw new UsageError(`${table.name} has no column ${name}`, {
        hint: didYouMean(name, [...table.kinds.keys()]),
      })
  if (columns?.length === 0) throw new UsageError('no columns are named', { hint: 'leave them out for all' })
  const twice = columns?.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined) throw new UsageError(`the column ${twice} is named twice`)
  return {
    columns: columns ?? [...table.kinds.keys()],
    tickers: tickers && tickerRule(tickers, table),
    days: from === undefined && to === undefined ? undefined : dayRule({ from, to, time }, table),
  }
}

function tickerRule(tickers: readonly string[], { name, kinds, symbols }: TableColumns): TickerRule {
  const column = ['ticker', 'tickers'].find((name) => kinds.get(name) === 'utf8')
  if (column === undefined) throw new UsageError(`${name} has no tickers to choose from`)
  if (tickers.length === 0) throw new UsageError('no tickers are named', { hint: 'leave them out for all' })
  const wild = tickers.find((ticker) => ticker.slice(0, -1).includes('*'))
  if (wild !== undefined) throw new UsageError(`${wild}: a * can only stand at the end`)
  const isList = column === 'tickers'
  const patterns = [...new Set(tickers.map((ticker) => canonicalTicker(ticker, symbols)))]
  const { isWanted, unmatched } = tickerMatcher(patterns, (ticker) => namesOfTicker(ticker, symbols))
  return {
    column,
    isList,
    patterns: isList || symbols === 'pair' ? undefined : patterns,
    // Each is held against them, so that every pattern learns of a ticker that it matches.
    isWanted: isList ? (cell) => cell.split(',').filter(isWanted).length > 0 : isWanted,
    unmatched,
  }
}

const timeKinds: readonly Kind[] = [
  'date',
  'timestamp_us',
  'timestamp_ns',
  'timestamp_us_utc',
  'timestamp_ns_utc',
]
const stepsOfDay = (kind: Kind): bigint =>
  kind === 'date' ? 1n : 86_400_000_000n * (kind.startsWith('timestamp_ns') ? 1000n : 1n)

function dayRule({ from, to, time }: Question, table: TableColumns): DayRule {
  const [first, last] = [checked(from, '0001-01-01'), checked(to, '9999-12-31')]
  if (last < first) throw new UsageError(`the days end on ${last}, before they begin on ${first}`)
  const isTime = (name: string): boolean => timeKinds.includes(table.kinds.get(name) as Kind)
  const usual = [
    ...table.levels.filter((level) => level === 'date'),
    ...dayColumns,
    ...(table.time === undefined ? [] : [table.time]),
  ].find(isTime)
  const column = time ?? usual
  if (column === undefined)
    throw new UsageError(`${table.name} has no column that tells the day of a row`, {
      hint: `name one by time: ${[...table.kinds.keys()].filter(isTime).join(', ') || 'it has no dates'}`,
    })
  if (!isTime(column))
    throw new UsageError(`${column} is a ${table.kinds.get(column)} and tells no day`, {
      hint: 'choose a column of dates or times',
    })
  const kind = table.kinds.get(column) as Kind
  const steps = stepsOfDay(kind)
  return {
    column,
    kind,
    min: dayNumber(first) * steps,
    max: (dayNumber(last) + 1n) * steps - 1n,
    months: column === usual && kind === 'date' ? { from: first, to: last } : undefined,
  }
}

function checked(day: string | undefined, otherwise: string): string {
  if (day === undefined) return otherwise
  if (!isDate(day)) throw new UsageError(`${day} is not a day`, { hint: 'write 2024-03-01' })
  return day
}

const dayNumber = (day: string): bigint => BigInt(Date.parse(day) / 86_400_000)
