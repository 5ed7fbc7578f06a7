import type { Columns, Kind } from '../core/schema.ts'
import type { CalendarName } from './calendar.ts'
import type { SymbolForm } from './symbols.ts'

/** One column of a dataset: what it means, and how a lake stores it. */
export interface Column {
  readonly kind: Kind
  /** What one step of the value is, as `USD` or `shares`; a word for text. */
  readonly unit: string
  readonly about: string
  /** Section of the vendor's documentation, or who observed it. */
  readonly source: string
  /** Some known header of the dataset lacks it: it is null in those files. */
  readonly optional?: true
  /** The vendor writes 0 for none: it becomes null. */
  readonly zeroIsNull?: true
  /** In some files the vendor has Go's zero time for none, of which 64 bits make `goZeroTime`: it becomes null. */
  readonly zeroTimeIsNull?: true
  /** Of nanoseconds: files with an older header have milliseconds with a fraction instead. */
  readonly orMilliseconds?: true
}

/** A kind of flat file: everything that differs from one to the next is here, and nothing else knows it. */
export interface Dataset {
  /** As recipes are named: `stocks-trades`. */
  readonly name: string
  /** Other names it is known by; those with a slash are prefixes, the right one and wrong ones that are about. */
  readonly aliases: readonly string[]
  readonly summary: string
  /** Folder in the lake. */
  readonly table: string
  /** Where its files lie in the bucket, before `/YYYY/MM/YYYY-MM-DD.csv.gz`. */
  readonly prefix: string
  /** First day the vendor has. */
  readonly since: string
  /** When the day of a file's key begins; with `eve` on the day before. */
  readonly day: { readonly zone: string; readonly start: string; readonly eve?: true }
  /** How its symbols are to be understood; as they stand, where nothing is said. */
  readonly symbols?: SymbolForm
  /** Tickers as the help shows them, with one that ends in `*`; those of stocks, where nothing is said. */
  readonly examples?: string
  /** On which days there is a file. */
  readonly calendar: CalendarName
  /**
   * How the rows of a file lie: those of a ticker together, ascending by this column. Absent where nobody has seen that
   * of every file.
   */
  readonly order?: { readonly by: string; readonly source: string }
  /** Grows when a stored type or meaning changes, so that old output is told from new. */
  readonly version: number
  /** All columns of all known headers, in the order in which they are stored. */
  readonly columns: Readonly<Record<string, Column>>
  /** Columns of no file, that are made of the others on request. */
  readonly derived?: Readonly<Record<string, Column>>
}

/** 0001-01-01 in nanoseconds since 1970, cut to 64 bits. */
export const goZeroTime = -6_795_364_578_871_345_152n

/**
 * How a lake stores timestamps. `documented`: ticks in nanoseconds, bars in microseconds, no zone, meaning UTC.
 * `us`: all in microseconds, cut off. `int64`: nanoseconds as they came, as whole numbers. `utc`: as `documented`, with the
 * zone in the type.
 */
export const timestampStyles = ['documented', 'us', 'int64', 'utc'] as const
export type TimestampStyle = (typeof timestampStyles)[number]

type StoredAs<K extends Kind, T extends TimestampStyle> = K extends 'timestamp_ns' | 'timestamp_us'
  ? { documented: K; us: 'timestamp_us'; int64: 'int64'; utc: `${K}_utc` }[T]
  : K

/** The vendor's files hold nanoseconds, also where a lake stores microseconds. */
type ReadAs<K extends Kind> = K extends 'timestamp_us' ? 'timestamp_ns' : K

/** Kinds of the columns as a file holds them: what a parser is told. */
export type FileColumns<D extends Dataset> = {
  readonly [N in keyof D['columns']]: ReadAs<D['columns'][N]['kind']>
}

/** Kinds of the columns as a lake holds them. */
export type LakeColumns<D extends Dataset, T extends TimestampStyle = 'documented'> = {
  readonly [N in keyof D['columns']]: StoredAs<D['columns'][N]['kind'], T>
}

export const fileColumns = <D extends Dataset>(dataset: D): FileColumns<D> =>
  mapKinds(dataset, (kind) => (kind === 'timestamp_us' ? 'timestamp_ns' : kind)) as FileColumns<D>

export const lakeColumns = <D extends Dataset, T extends TimestampStyle>(
  dataset: D,
  style: T,
): LakeColumns<D, T> =>
  mapKinds(dataset, (kind) =>
    kind === 'timestamp_ns' || kind === 'timestamp_us' ? storedKinds[style](kind) : kind,
  ) as LakeColumns<D, T>

const storedKinds: Readonly<Record<TimestampStyle, (kind: 'timestamp_ns' | 'timestamp_us') => Kind>> = {
  documented: (kind) => kind,
  us: () => 'timestamp_us',
  int64: () => 'int64',
  utc: (kind) => `${kind}_utc`,
}

const mapKinds = ({ columns }: Dataset, map: (kind: Kind) => Kind): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, { kind }]) => [name, map(kind)]))

/** The columns of a file that may be in milliseconds: what `parseCsv` wants to know of them. */
export const millisecondColumns = ({ columns }: Dataset): string[] =>
  Object.keys(columns).filter((name) => columns[name]?.orMilliseconds)

/** Key of a day's object in the bucket. */
export const keyOf = ({ prefix }: Pick<Dataset, 'prefix'>, date: string): string =>
  `${monthPrefixOf({ prefix }, date.slice(0, 7))}${date}.csv.gz`

/** What the keys of a month begin with; `month` as `2024-03`. */
export const monthPrefixOf = ({ prefix }: Pick<Dataset, 'prefix'>, month: string): string =>
  `${prefix}/${month.replace('-', '/')}/`
