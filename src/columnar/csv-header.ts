import { DataError, excerpt } from '../core/errors.ts'
import type { Columns, Kind } from '../core/schema.ts'

/**
 * The kind of each field of a header, under the name that `columns` has for it, whatever its case; text for those that
 * nobody asked for.
 *
 * @throws {DataError} when there is no name, or one comes twice.
 */
export function readHeader(names: readonly string[], columns: Columns): ReadonlyMap<string, Kind> {
  const known = new Map(Object.keys(columns).map((name) => [name.toLowerCase(), name]))
  if (names.length === 1 && names[0] === '')
    throw new DataError('there is no header: the first line is empty')
  const kinds = new Map<string, Kind>()
  for (const given of names) {
    const name = known.get(given.toLowerCase())
    const kind = name === undefined ? 'utf8' : (columns[name] as Kind)
    if (kinds.has(name ?? given))
      throw new DataError(`the header names ${name ?? given} twice: ${excerpt(names.join(','))}`)
    kinds.set(name ?? given, kind)
  }
  return kinds
}

/** There is no text at all. */
export const noHeader = (): DataError => new DataError('there is no header: the text is empty')
