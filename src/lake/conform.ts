import type { Data } from 'apache-arrow'
import { makeBatch } from '../columnar/arrow-types.ts'
import { nullColumn, retyped, toMicroseconds, zeroToNull } from '../columnar/convert.ts'
import { DataError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { type Column, goZeroTime } from '../datasets/dataset.ts'

/** What batches are brought to. */
export interface Conformed {
  /** Its columns, in its order. */
  readonly wanted: readonly (readonly [name: string, column: Column])[]
  readonly kinds: Readonly<Record<string, Kind>>
  /** A time that is no whole microsecond loses its rest; else it is an error. */
  readonly mayCut: boolean
}

/**
 * A batch as its dataset has it: with the columns wanted, of their kinds, null where it lacks them or means none.
 *
 * @throws {DataError} when a time is no whole microsecond.
 */
export function conform(
  batch: Batch<object>,
  { wanted, kinds, mayCut }: Conformed,
  run: Pick<Run, 'count'>,
): Batch {
  const names = batch.schema.fields.map(({ name }) => name)
  const columns = wanted.map(([name, column]) => {
    const data = batch.data.children[names.indexOf(name)]
    const kind = kinds[name] as Kind
    return {
      name,
      data: data ? convert(data, column, { name, kind, mayCut, run }) : nullColumn(kind, batch.numRows),
    }
  })
  return makeBatch(columns, batch.numRows)
}

interface Target {
  readonly name: string
  readonly kind: Kind
  readonly mayCut: boolean
  readonly run: Pick<Run, 'count'>
}

function convert(
  given: Data,
  { zeroIsNull, zeroTimeIsNull }: Column,
  { name, kind, mayCut, run }: Target,
): Data {
  let data = given
  if (zeroIsNull || zeroTimeIsNull) {
    const nulled = zeroToNull(data, zeroTimeIsNull && goZeroTime)
    run.count('zeroToNull', nulled.zeros)
    data = nulled.data
  }
  if (kind === 'timestamp_us' || kind === 'timestamp_us_utc') {
    const { data: converted, cut } = toMicroseconds(data, kind)
    if (cut !== undefined && !mayCut)
      throw new DataError(`${name} ${cut} is no whole microsecond`, {
        hint: '--timestamps int64 keeps nanoseconds',
      })
    return converted
  }
  return kind === 'timestamp_ns_utc' || kind === 'int64' ? retyped(data, kind) : data
}
