import fc, { type Arbitrary } from 'fast-check'
import type { Batch, Kind } from '../../src/core/schema.ts'
import { batchOf, type Row } from '../helpers/batches.ts'

/** One column of each kind, which is called as its kind. */
export const everyKind = {
  utf8: 'utf8',
  bool: 'bool',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  float64: 'float64',
  date: 'date',
  timestamp_ns: 'timestamp_ns',
  timestamp_us: 'timestamp_us',
  timestamp_ns_utc: 'timestamp_ns_utc',
  timestamp_us_utc: 'timestamp_us_utc',
} as const satisfies { readonly [K in Kind]: K }

export type EveryKind = typeof everyKind
export const kinds = Object.keys(everyKind) as Kind[]

const wide = fc.oneof(
  fc.constantFrom(0n, -1n, 2n ** 53n + 1n, 1_712_306_654_208_705_342n, -(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
const awkward = [
  '',
  ' ',
  'NA',
  'null',
  '"',
  'a,b',
  'a\nb',
  '\r',
  '\r\n',
  '\\',
  '\0',
  'ü€😀',
  '0',
  'x'.repeat(300),
]

/** Values of each kind that it can hold; doubles are finite and no -0, texts begin with no byte order mark. */
const values: Readonly<Record<Kind, Arbitrary<Row[string]>>> = {
  utf8: fc.oneof(
    fc.constantFrom(...awkward),
    fc.string({ unit: 'binary' }).filter((text) => !text.startsWith('\uFEFF')),
  ),
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32_768, max: 32_767 }),
  int32: fc.integer(),
  int64: wide,
  float64: fc
    .oneof(
      fc.constantFrom(0.1, 1e21, 5e-324, 123_456.789_012),
      fc.double({ noDefaultInfinity: true, noNaN: true }),
    )
    .map((value) => value + 0),
  date: fc.integer({ min: -719_528, max: 2_932_896 }),
  timestamp_ns: wide,
  timestamp_us: wide,
  timestamp_ns_utc: wide,
  timestamp_us_utc: wide,
}

export const anyValue = (kind: Kind): Arbitrary<Row[string]> => fc.option(values[kind], { freq: 4 })

/** Rows with a column of each kind. */
export const anyRows = (maxLength = 40): Arbitrary<Row[]> =>
  fc.array(
    fc.record(Object.fromEntries(kinds.map((kind) => [kind, anyValue(kind)])), { noNullPrototype: true }),
    { maxLength },
  )

/** A batch of such rows that owns its memory. */
export const batchOfRows = (rows: readonly Row[]): Batch<EveryKind> =>
  batchOf(everyKind, Object.fromEntries(kinds.map((kind) => [kind, rows.map((row) => row[kind])])) as never)

export interface Given {
  readonly rows: readonly Row[]
  readonly batch: Batch<EveryKind>
}

/** Rows and a batch of them; half of the batches are slices out of a larger one. */
export const anyBatch = (maxLength = 40): Arbitrary<Given> =>
  fc.tuple(anyRows(maxLength), anyRows(9), anyRows(9), fc.boolean()).map(([rows, before, after, sliced]) => {
    const larger = batchOfRows(sliced ? [...before, ...rows, ...after] : rows)
    const start = sliced ? before.length : 0
    const batch = sliced ? (larger.slice(start, start + rows.length) as typeof larger) : larger
    // fast-check would print the batch, which Arrow's types do not let it.
    return { rows, batch, [fc.toStringMethod]: () => fc.stringify({ rows, start, sliced }) }
  })

const unless = <V>(isNull: boolean, value: V): V | null => (isNull ? null : value)

/** Eleven rows of every kind, with nulls, the same each time. */
export const someRows: readonly Row[] = Array.from({ length: 11 }, (_, i) => ({
  utf8: unless(i % 4 === 3, ['A', '', 'BRK.B', 'a,"b"\nü'][(i >> 1) % 4] ?? null),
  bool: unless(i % 5 === 4, i % 3 === 0),
  int8: unless(i === 1, i * 25 - 128),
  int16: unless(i === 4, 32_767 - i * 6000),
  int32: unless(i === 2, i * 1001 - 5000),
  int64: unless(i === 3, 9_007_199_254_740_993n - BigInt(i)),
  float64: unless(i === 5, i / 7),
  date: unless(i === 6, 19_783 + i),
  timestamp_ns: unless(i === 7, 1_712_306_654_208_705_342n + BigInt(i)),
  timestamp_us: unless(i === 8, 1_712_306_654_208_705n - BigInt(i)),
  timestamp_ns_utc: unless(i === 9, -BigInt(i)),
  timestamp_us_utc: unless(i === 0, BigInt(i) * 1000n),
}))
