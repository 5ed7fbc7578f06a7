import type { Kind } from '../core/schema.ts'
import type { ThriftWriter } from './thrift.ts'

/** How Parquet stores a kind. */
interface ParquetType {
  /** The number of its physical type. */
  readonly physical: number
  /** What more is said of it: the field of its logical type and what that holds, if anything. */
  readonly logical?: readonly [field: number, write: (to: ThriftWriter) => void]
  /** The same for readers who do not know logical types, where there was a number for it. */
  readonly converted?: number
}

const [BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY] = [0, 1, 2, 5, 6] as const
const [STRING, DATE, TIMESTAMP, INTEGER] = [1, 6, 8, 10] as const
const [MICROS, NANOS] = [2, 3] as const
const OPTIONAL = 1

const nothing = (): void => {}
const integer = (bits: number) =>
  [
    INTEGER,
    (to: ThriftWriter) => {
      to.i8(1, bits)
      to.bool(2, true)
    },
  ] as const
const timestamp = (unit: number, isUtc: boolean) =>
  [
    TIMESTAMP,
    (to: ThriftWriter) => {
      to.bool(1, isUtc)
      to.struct(2, () => to.struct(unit, nothing))
    },
  ] as const

const types: Readonly<Record<Kind, ParquetType>> = {
  utf8: { physical: BYTE_ARRAY, logical: [STRING, nothing], converted: 0 },
  bool: { physical: BOOLEAN },
  int8: { physical: INT32, logical: integer(8), converted: 15 },
  int16: { physical: INT32, logical: integer(16), converted: 16 },
  int32: { physical: INT32 },
  int64: { physical: INT64 },
  float64: { physical: DOUBLE },
  date: { physical: INT32, logical: [DATE, nothing], converted: 6 },
  timestamp_ns: { physical: INT64, logical: timestamp(NANOS, false) },
  timestamp_us: { physical: INT64, logical: timestamp(MICROS, false) },
  timestamp_ns_utc: { physical: INT64, logical: timestamp(NANOS, true) },
  timestamp_us_utc: { physical: INT64, logical: timestamp(MICROS, true), converted: 10 },
}

/** The format's number for how values of a kind are stored. */
export const physicalType = (kind: Kind): number => types[kind].physical

/** Writes the schema as a field of the footer: its root and all columns, which are nullable. */
export function writeSchema(
  to: ThriftWriter,
  field: number,
  columns: readonly (readonly [name: string, kind: Kind])[],
): void {
  to.structs(field, [undefined, ...columns], (column) => {
    if (!column) {
      to.text(4, 'schema')
      to.i32(5, columns.length)
      return
    }
    const [name, kind] = column
    const { physical, logical, converted } = types[kind]
    to.i32(1, physical)
    to.i32(3, OPTIONAL)
    to.text(4, name)
    if (converted !== undefined) to.i32(6, converted)
    if (logical) to.struct(10, () => to.struct(...logical))
  })
}
