import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** One level of folders, as `['date', '2024-03-01']`. */
export type Level = readonly [name: string, value: string | null]

/** Folder of one partition, as `lake/stocks_trades/date=2024-03-01`. */
export const partitionFolder = (
  root: string,
  table: string,
  partition: Readonly<Record<string, string | null>>,
): string => join(root, table, levelPath(Object.entries(partition)))

/** The folders of some levels, one below the other: `ticker=AAPL/exchange=11`. */
export const levelPath = (levels: readonly Level[]): string =>
  join(...levels.map(([name, value]) => `${name}=${partitionValue(value)}`))

/**
 * What the name of a folder tells: `ticker=BA%70A` that the ticker is `BApA`. Nothing, when it tells nothing. A value that was
 * too long is its beginning and a hash.
 */
export function levelOf(folder: string): Level | undefined {
  const at = folder.indexOf('=')
  const value = folder.slice(at + 1)
  return at < 1 ? undefined : [folder.slice(0, at), value === nullValue ? null : decodeURIComponent(value)]
}

export const partName = (part: number): string => `part-${part}.parquet`

/** Whether a path in a lake, with `/`, is a Parquet file of a table. */
export const isOfTable = (path: string, table: string): boolean =>
  path.startsWith(`${table}/`) && path.endsWith('.parquet')

const nullValue = '__HIVE_DEFAULT_PARTITION__'
/** Names of devices on Windows. */
const device = /^(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\.|$)/i
/** What DuckDB reads as null, and what stands for null itself. */
const readAsNull = ['NULL', nullValue]
const plain = /[A-Z0-9_.-]/
const [longest, prefixLength] = [200, 120]

/**
 * A value as part of a path: percent-encoded where a file system or a reader could mistake it, lower-case letters too,
 * so that `BApA` and `BAPA` stay two folders where case does not count. Readers decode it to the very value, unless it is
 * too long (`isShortened`): then it is a beginning and a hash, as `AAPL~0123...`.
 */
export function partitionValue(value: string | null): string {
  if (value === null) return nullValue
  const chars = [...value]
  const encoded = chars.map((char, at) => {
    const atFirst = at === 0 && (char === '.' || device.test(value) || readAsNull.includes(value))
    // A dot at either end means something to some file system.
    const atLast = at === chars.length - 1 && char === '.'
    return plain.test(char) && !atFirst && !atLast ? char : percentEncoded(char)
  })
  const whole = encoded.join('')
  return whole.length <= longest ? whole : `${beginningOf(encoded)}~${hashOf(value)}`
}

/** Whether a value is too long for a folder's name, so that the name does not tell it. */
export const isShortened = (value: string | null): boolean => partitionValue(value).includes('~')

const percentEncoded = (char: string): string =>
  [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

/** Whole characters only: DuckDB refuses a table when half of one is in a name. */
function beginningOf(encoded: readonly string[]): string {
  let beginning = ''
  for (const char of encoded) {
    if (beginning.length + char.length > prefixLength) break
    beginning += char
  }
  return beginning
}

const hashOf = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 32).toUpperCase()

/** Whether a text can name a folder as it is, on every file system. */
export const isFolderName = (name: string): boolean =>
  /^[A-Za-z0-9][\w.-]*$/.test(name) && !name.endsWith('.') && !device.test(name) && name.length <= longest
