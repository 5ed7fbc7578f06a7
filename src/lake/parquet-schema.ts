import type { Kind } from '../core/schema.ts'
import { bool, i8, i32, struct, type ThriftValue, text } from './thrift.ts'

/** How Parquet stores a kind: the number of its physical type, and what says more about it. */
export interface ParquetType {
  readonly physical: number
  readonly logical?: ThriftValue
  /** What readers look at who do not know logical types. */
  readonly converted?: number
}

const [BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY] = [0, 1, 2, 5, 6] as const
const nothing = struct({})
const integer = (bits: number) => struct({ 10: struct({ 1: i8(bits), 2: bool(true) }) })
const timestamp = (unit: number, isUtc: boolean) =>
  struct({ 8: struct({ 1: bool(isUtc), 2: struct({ [unit]: nothing }) }) })
const [micros, nanos] = [2, 3] as const

export const parquetTypes: Readonly<Record<Kind, ParquetType>> = {
  utf8: { physical: BYTE_ARRAY, logical: struct({ 1: nothing }), converted: 0 },
  bool: { physical: BOOLEAN },
  int8: { physical: INT32, logical: integer(8), converted: 15 },
  int16: { physical: INT32, logical: integer(16), converted: 16 },
  int32: { physical: INT32 },
  int64: { physical: INT64 },
  float64: { physical: DOUBLE },
  date: { physical: INT32, logical: struct({ 6: nothing }), converted: 6 },
  timestamp_ns: { physical: INT64, logical: timestamp(nanos, false) },
  timestamp_us: { physical: INT64, logical: timestamp(micros, false) },
  timestamp_ns_utc: { physical: INT64, logical: timestamp(nanos, true) },
  timestamp_us_utc: { physical: INT64, logical: timestamp(micros, true), converted: 10 },
}

const optional = 1

/** The schema element of a column, all of which are nullable. */
export function columnElement(name: string, kind: Kind): ThriftValue {
  const { physical, logical, converted } = parquetTypes[kind]
  return struct({
    1: i32(physical),
    3: i32(optional),
    4: text(name),
    6: converted === undefined ? undefined : i32(converted),
    10: logical,
  })
}

/** The root of a schema, before its columns. */
export const rootElement = (columns: number): ThriftValue => struct({ 4: text('schema'), 5: i32(columns) })
