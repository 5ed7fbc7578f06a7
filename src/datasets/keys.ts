import { isDate } from '../core/params.ts'
import { datasets } from './all.ts'
import { type CalendarName, tradingDays } from './calendar.ts'
import { type Dataset, keyOf, monthPrefixOf } from './dataset.ts'
import { datesBetween } from './days.ts'

/** A key of a flat file, taken apart. */
export interface KeyFacts {
  /** As the bucket has it. */
  readonly key: string
  readonly dataset: Dataset
  readonly date: string
  /** As `2024`. */
  readonly year: string
  /** As `01`. */
  readonly month: string
  /** It was written in a form that some documents have and the bucket has not. */
  readonly corrected: boolean
}

/** A text that is no key of a flat file. */
export interface NoKey {
  readonly key: string
  readonly why: string
}

/** How many keys there are of what. */
export interface KeyCounts {
  readonly total: number
  /** By name of the dataset, in the order of the table; those without a key are left out. */
  readonly datasets: Readonly<Record<string, number>>
  /** Texts that are no key. */
  readonly invalid: number
}

/** Beginnings of keys as some documents have them, and as the bucket has them. */
const mistaken: readonly (readonly [theirs: string, ours: string])[] = [['us_options/', 'us_options_opra/']]

/** A key, or the beginning of one, as the bucket has it. */
export function correctedKey(key: string): string {
  const found = mistaken.find(([theirs]) => key.startsWith(theirs))
  return found ? found[1] + key.slice(found[0].length) : key
}

/** A dataset by its name, an alias, or either with `_` for `-`. */
export const datasetNamed = (word: string, table: readonly Dataset[] = datasets): Dataset | undefined =>
  table.find(({ name, aliases }) => [name, name.replaceAll('-', '_'), ...aliases].includes(word))

/**
 * Keys of a dataset from `start` to `end`, both included: of the days its market trades, or of all. What is in the bucket
 * only a listing tells.
 *
 * @throws {UsageError} for a date that is none, or, of trading days, one before 2003.
 */
export function keysBetween(
  dataset: Pick<Dataset, 'prefix' | 'calendar'>,
  start: string,
  end: string,
  { days = 'trading' }: { readonly days?: 'trading' | 'all' } = {},
): string[] {
  const dates = days === 'all' ? datesBetween(start, end) : tradingDays(start, end, dataset.calendar)
  return dates.map((date) => keyOf(dataset, date))
}

/**
 * What the keys from `start` to `end` begin with: a listing of each of these holds them all, and at most a year of others.
 */
export function prefixesBetween(dataset: Pick<Dataset, 'prefix'>, start: string, end: string): string[] {
  const prefixes: string[] = []
  for (let year = Number(start.slice(0, 4)); year <= Number(end.slice(0, 4)); year++) {
    const first = `${year}-01` > start ? `${year}-01` : start.slice(0, 7)
    const last = `${year}-12-31` < end ? `${year}-12` : end.slice(0, 7)
    prefixes.push(first === last ? monthPrefixOf(dataset, first) : `${dataset.prefix}/${year}/`)
  }
  return prefixes
}

/** The day that the name of a key tells, whatever lies before it. */
export const dayOfKey = (key: string): string | undefined =>
  /(?:^|\/)(\d{4}-\d\d-\d\d)\.csv\.gz$/.exec(key)?.[1]

/** Takes a key apart, or says why it is none. */
export function parseKey(given: string, table: readonly Dataset[] = datasets): KeyFacts | NoKey {
  const key = correctedKey(given)
  const [, prefix, year = '', month = '', date = ''] =
    /^(.+)\/(\d{4})\/(\d\d)\/(\d{4}-\d\d-\d\d)\.csv\.gz$/.exec(key) ?? []
  const no = (why: string): NoKey => ({ key: given, why })
  if (prefix === undefined) return no('a key is PREFIX/2024/01/2024-01-02.csv.gz')
  const dataset = table.find((one) => one.prefix === prefix)
  if (!dataset) return no(`no dataset lies in ${prefix}`)
  if (!isDate(date)) return no(`${date} is not a day`)
  if (date.slice(0, 7) !== `${year}-${month}`) return no(`${date} is not in ${year}/${month}`)
  return { key, dataset, date, year, month, corrected: key !== given }
}

/** Whether a text is a key of a flat file; the form that `parseKey` corrects counts as one. */
export const isKey = (key: string, table?: readonly Dataset[]): boolean => !('why' in parseKey(key, table))

/** Counts keys by their dataset, and what is none. */
export function countKeys(keys: Iterable<string>, table: readonly Dataset[] = datasets): KeyCounts {
  const counts = new Map(table.map(({ name }) => [name, 0]))
  let [total, invalid] = [0, 0]
  for (const key of keys) {
    total++
    const parsed = parseKey(key, table)
    if ('why' in parsed) invalid++
    else counts.set(parsed.dataset.name, (counts.get(parsed.dataset.name) ?? 0) + 1)
  }
  return { total, datasets: Object.fromEntries([...counts].filter(([, n]) => n > 0)), invalid }
}

/** Trading days from `start` to `end` that are not among `present`, in order. */
export function missingDays(
  present: Iterable<string>,
  start: string,
  end: string,
  calendar: CalendarName = 'nyse',
): string[] {
  const there = new Set(present)
  return tradingDays(start, end, calendar).filter((date) => !there.has(date))
}
