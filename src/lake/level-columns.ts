import type { Data } from 'apache-arrow'
import { columnBuilder } from '../columnar/column-builder.ts'
import { gather } from '../columnar/gather.ts'
import { parseDate, parseInt64 } from '../columnar/numbers.ts'
import { DataError } from '../core/errors.ts'
import type { Kind } from '../core/schema.ts'
import type { Level } from './layout.ts'
import { kindOfLevel } from './level-kinds.ts'

/** What each level of some folders holds, by its name. What is not known by its name is guessed as DuckDB does. */
export function levelKinds(folders: readonly (readonly Level[])[]): ReadonlyMap<string, Kind> {
  const values = new Map<string, Set<string | null>>()
  for (const [name, value] of folders.flat()) values.set(name, (values.get(name) ?? new Set()).add(value))
  const names = [...values.keys()]
  return new Map([...values].map(([name, all]) => [name, kindOfLevel(name, names) ?? guessed([...all])]))
}

function guessed(values: readonly (string | null)[]): Kind {
  const texts = values.filter((value) => value !== null)
  if (texts.length === 0) return 'utf8'
  if (texts.every((text) => parseDate(text) !== undefined)) return 'date'
  return texts.every((text) => parseInt64(text) !== undefined) ? 'int64' : 'utf8'
}

/**
 * A column of so many rows that all hold what a folder tells.
 *
 * @throws {DataError} when that is no value of this kind.
 */
export function levelColumn([name, value]: Level, kind: Kind, rows: number): Data {
  const builder = columnBuilder(kind, 1)
  if (value === null) builder.setNull(0)
  else if (!builder.set(0, value)) throw new DataError(`a folder ${name}=${value} tells no ${kind}`)
  return gather(builder.take(1), new Uint32Array(rows))
}
