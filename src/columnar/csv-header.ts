import { DataError, excerpt } from '../core/errors.ts'
import type { Columns, Kind } from '../core/schema.ts'

/** How the texts of a field are read: as its kind says, or as a `time`, which is a `timestamp_ns` then. */
export type Reading = Kind | 'time'

/** The kind of what was read. */
export const kindRead = (reading: Reading): Kind => (reading === 'time' ? 'timestamp_ns' : reading)

/**
 * How to read each field of a header, under the name that `columns` has for it, whatever its case; as text those that
 * nobody asked for, as times those that are among `times`.
 *
 * @throws {DataError} when there is no name, or one comes twice.
 */
export function readHeader(
  names: readonly string[],
  columns: Columns,
  times: readonly string[] = [],
): ReadonlyMap<string, Reading> {
  const known = new Map(Object.keys(columns).map((name) => [name.toLowerCase(), name]))
  if (names.length === 1 && names[0] === '')
    throw new DataError('there is no header: the first line is empty')
  const readings = new Map<string, Reading>()
  for (const given of names) {
    const name = known.get(given.toLowerCase()) ?? given
    const kind = Object.hasOwn(columns, name) ? (columns[name] as Kind) : 'utf8'
    if (readings.has(name)) throw new DataError(`the header names ${name} twice: ${excerpt(names.join(','))}`)
    readings.set(name, times.includes(name) ? 'time' : kind)
  }
  return readings
}

/** There is no text at all. */
export const noHeader = (): DataError => new DataError('there is no header: the text is empty')
