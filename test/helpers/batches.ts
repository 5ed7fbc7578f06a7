import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  TimestampNanosecond,
  Type,
  Utf8,
} from 'apache-arrow'
import type { Batch, Columns, Kind } from '../../src/core/schema.ts'

/** What a test writes for one value: 64-bit numbers as bigint, dates as days since 1970. */
export type ValueOf<K extends Kind> = K extends 'utf8'
  ? string
  : K extends 'bool'
    ? boolean
    : K extends 'int8' | 'int16' | 'int32' | 'float64' | 'date'
      ? number
      : bigint

export type Row = Readonly<Record<string, string | boolean | number | bigint | null>>

type Values = readonly (string | boolean | number | bigint | null)[]

const types: Readonly<Record<Kind, () => DataType>> = {
  utf8: () => new Utf8(),
  bool: () => new Bool(),
  int8: () => new Int8(),
  int16: () => new Int16(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  float64: () => new Float64(),
  date: () => new DateDay(),
  timestamp_ns: () => new TimestampNanosecond(),
  timestamp_us: () => new TimestampMicrosecond(),
  timestamp_ns_utc: () => new TimestampNanosecond('UTC'),
  timestamp_us_utc: () => new TimestampMicrosecond('UTC'),
}

/** `batchOf({ ticker: 'utf8', size: 'int64' }, { ticker: ['A', null], size: [1n, 2n] })`, owning all its memory. */
export function batchOf<const C extends Columns>(
  kinds: C,
  columns: { readonly [K in keyof C]: readonly (ValueOf<C[K]> | null)[] },
): Batch<C> {
  const names = Object.keys(kinds)
  const fields = names.map((name) => new Field(name, types[kinds[name] as Kind](), true))
  const children = names.map((name) => dataOf(kinds[name] as Kind, columns[name] as Values))
  const length = children[0]?.length ?? 0
  const rows = makeData({ type: new Struct(fields), length, nullCount: 0, children })
  return new RecordBatch(new Schema(fields), rows) as RecordBatch as Batch<C>
}

function dataOf(kind: Kind, values: Values): Data {
  const type = types[kind]()
  const length = values.length
  const nullCount = values.filter((value) => value === null).length
  const nullBitmap = nullCount > 0 ? bitsOf(values.map((value) => value !== null)) : null
  const props = { type, length, nullCount, nullBitmap }
  if (kind !== 'utf8') return makeData({ ...props, data: numbersOf(kind, values) } as never) as Data
  const texts = values.map((value) => Buffer.from(String(value ?? '')))
  const valueOffsets = new Int32Array(length + 1)
  texts.forEach((text, i) => {
    valueOffsets[i + 1] = (valueOffsets[i] as number) + text.length
  })
  return makeData({ ...props, valueOffsets, data: new Uint8Array(Buffer.concat(texts)) } as never) as Data
}

function numbersOf(kind: Kind, values: Values): ArrayBufferView {
  if (kind === 'bool') return bitsOf(values.map((value) => value === true))
  if (kind === 'float64') return Float64Array.from(values as readonly number[], (value) => value ?? 0)
  if (kind === 'int8') return Int8Array.from(values as readonly number[], (value) => value ?? 0)
  if (kind === 'int16') return Int16Array.from(values as readonly number[], (value) => value ?? 0)
  if (kind === 'int32' || kind === 'date')
    return Int32Array.from(values as readonly number[], (value) => value ?? 0)
  return BigInt64Array.from(values as readonly bigint[], (value) => value ?? 0n)
}

function bitsOf(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8))
  flags.forEach((flag, i) => {
    if (flag) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
  })
  return bits
}

/** Every row of a batch, exactly as it is stored. */
export function rowsOf(batch: RecordBatch): Row[] {
  const columns = batch.schema.fields.map(({ name }, i) => [name, batch.data.children[i] as Data] as const)
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, data]) => [name, valueAt(data, row)])),
  )
}

/** `price: Float64`, a line a column. */
export const schemaOf = (batch: RecordBatch): string[] =>
  batch.schema.fields.map(({ name, type }) => `${name}: ${type}`)

function valueAt(data: Data, row: number): Row[string] {
  const bit = data.offset + row
  if (data.nullBitmap?.length && !bitAt(data.nullBitmap, bit)) return null
  switch (data.typeId) {
    case Type.Bool:
      return bitAt(data.values, bit)
    case Type.Utf8: {
      const [start, end] = [data.valueOffsets[row], data.valueOffsets[row + 1]] as [number, number]
      return Buffer.from(data.values.subarray(start, end)).toString()
    }
    case Type.Int:
    case Type.Float:
    case Type.Date:
    case Type.Timestamp:
      return data.values[row]
    default:
      throw new Error(`a batch holds no ${data.type}`)
  }
}

const bitAt = (bits: Uint8Array, i: number): boolean => ((bits[i >> 3] as number) & (1 << (i & 7))) !== 0

/** The bytes of all buffers of a batch, copied: what must not change after it was emitted. */
export function imageOf(batch: RecordBatch): Uint8Array[] {
  const buffersOf = (data: Data): ArrayBufferView[] => [
    ...[data.values, data.valueOffsets, data.nullBitmap].filter(ArrayBuffer.isView),
    ...data.children.flatMap(buffersOf),
  ]
  return buffersOf(batch.data).map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength)),
  )
}
