import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch, Columns } from '../../src/core/schema.ts'
import {
  type Dataset,
  type FileColumns,
  fileColumns,
  type TimestampStyle,
} from '../../src/datasets/dataset.ts'
import { stocksDaily, stocksTrades } from '../../src/datasets/stocks.ts'
import { type NameOf, type NormalizeOptions, normalize } from '../../src/transforms/normalize.ts'
import { batchOf, type Row, rowsOf, schemaOf } from '../helpers/batches.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { dataError, tallied } from './tallied.ts'

const about = { unit: 'u', about: 'a', source: 's' } as const

const little = {
  name: 'little',
  aliases: [],
  summary: 'a little dataset',
  table: 'little',
  prefix: 'little/v1',
  since: '2024-01-01',
  day: { zone: 'UTC', start: '00:00' },
  calendar: 'nyse',
  version: 3,
  columns: {
    ticker: { ...about, kind: 'utf8' },
    tick: { ...about, kind: 'timestamp_ns' },
    bar: { ...about, kind: 'timestamp_us' },
    trf: { ...about, kind: 'timestamp_ns', optional: true, zeroIsNull: true },
    code: { ...about, kind: 'int32', optional: true, zeroIsNull: true },
    size: { ...about, kind: 'float64', optional: true },
    day: { ...about, kind: 'date', optional: true },
    up: { ...about, kind: 'bool', optional: true },
    note: { ...about, kind: 'utf8', optional: true },
  },
} as const satisfies Dataset

type LittleFile = Batch<Partial<FileColumns<typeof little>>>
type Columnar = Readonly<Record<string, readonly Row[string][]>>

/** A batch as a parser makes it of a file with these columns, in their order. */
function fileOf(columns: Columnar, more: Columns = {}): LittleFile {
  const known: Columns = Object.fromEntries(
    Object.entries(little.columns).map(([name, { kind }]) => [
      name,
      kind === 'timestamp_us' ? 'timestamp_ns' : kind,
    ]),
  )
  const kinds = Object.fromEntries(
    Object.keys(columns).map((name) => [name, more[name] ?? known[name] ?? 'utf8']),
  )
  return batchOf<Columns>(kinds, columns as never) as Batch as LittleFile
}

const ns = 1_712_306_654_208_705_342n
const required = {
  ticker: ['A', null, 'B'],
  tick: [ns, null, -1n],
  bar: [1_712_306_640_000_000_000n, null, -1000n],
}
const nulls = { trf: null, code: null, size: null, day: null, up: null, note: null }

const run = <T extends TimestampStyle = 'documented'>(
  batches: readonly LittleFile[],
  options?: NormalizeOptions<T, NameOf<typeof little>>,
) => tallied(batches, normalize(little, options))

batchTransformLaws(() => normalize(little), {
  input: [
    fileOf({
      bar: [0n, 2000n, null],
      ticker: ['A', 'B', ''],
      trf: [0n, 1n, null],
      tick: [1n, 2n, 3n],
      up: [true, null, false],
    }),
  ],
  check: ([batch]) =>
    assert.deepEqual(batch && rowsOf(batch), [
      { ...nulls, ticker: 'A', tick: 1n, bar: 0n, up: true },
      { ...nulls, ticker: 'B', tick: 2n, bar: 2n, trf: 1n },
      { ...nulls, ticker: '', tick: 3n, bar: null, up: false },
    ]),
})

test('all columns of the dataset come, in its order, whatever the order of the file, and those it lacks are null', async () => {
  const { output, warnings, counts } = await run([
    fileOf({ bar: required.bar, note: ['x', '', null], tick: required.tick, ticker: required.ticker }),
  ])
  assert.deepEqual(output.map(schemaOf), [
    [
      'ticker: Utf8',
      'tick: Timestamp<NANOSECOND>',
      'bar: Timestamp<MICROSECOND>',
      'trf: Timestamp<NANOSECOND>',
      'code: Int32',
      'size: Float64',
      'day: Date32<DAY>',
      'up: Bool',
      'note: Utf8',
    ],
  ])
  assert.deepEqual(output.flatMap(rowsOf), [
    { ...nulls, ticker: 'A', tick: ns, bar: 1_712_306_640_000_000n, note: 'x' },
    { ...nulls, ticker: null, tick: null, bar: null, note: '' },
    { ...nulls, ticker: 'B', tick: -1n, bar: -1n },
  ])
  assert.deepEqual([warnings, counts.zeroToNull], [[], 0])
})

test('batches of a file that has all columns and of one that has few have one schema', async () => {
  const full = fileOf({
    ...required,
    trf: [1n, 2n, 3n],
    code: [1, 2, 3],
    size: [1, 2, 3],
    day: [1, 2, 3],
    up: [true, true, true],
    note: ['a', 'b', 'c'],
  })
  const [one] = (await run([full])).output
  const [other] = (await run([fileOf(required)])).output
  assert.ok(one && other)
  assert.deepEqual(schemaOf(other), schemaOf(one))
})

test('a column that every header has and this one lacks is an error that names it', async () => {
  const { tick: _, ...lacking } = required
  const ending = run([fileOf(lacking)])
  await assert.rejects(ending, dataError(/the header lacks tick, which every little file has: ticker,bar/))
})

test('an unknown column is left out with a warning, told once, or when the schema is frozen an error', async () => {
  const more = fileOf({ ...required, extra: ['1', '2', '3'], other: ['x', 'y', 'z'] })
  const { output, warnings } = await run([more, more])
  assert.deepEqual(warnings, ['little has no column extra, other: left out'])
  assert.deepEqual(
    output.map((batch) => batch.schema.fields.length),
    [9, 9],
  )
  await assert.rejects(run([more], { schema: 'freeze' }), dataError(/^little has no column extra, other$/))
  assert.equal((await run([fileOf(required)], { schema: 'freeze' })).output.length, 1)
})

test('an unknown column is unknown whatever its name', async () => {
  for (const name of ['constructor', 'toString', 'valueOf']) {
    const { warnings } = await run([fileOf({ ...required, [name]: ['1', '2', '3'] }, { [name]: 'utf8' })])
    assert.deepEqual(warnings, [`little has no column ${name}: left out`])
  }
})

test('zeros that mean none become null and are counted over all batches; other zeros stay', async () => {
  const batch = fileOf({
    ...required,
    tick: [0n, 1n, 2n],
    trf: [0n, 5n, null],
    code: [0, 0, 1],
    size: [0, 1, 2],
  })
  const { output, counts } = await run([batch, batch.slice(0, 1) as typeof batch])
  assert.equal(counts.zeroToNull, 5)
  assert.deepEqual(
    output.flatMap(rowsOf).map(({ tick, trf, code, size }) => [tick, trf, code, size]),
    [
      [0n, null, null, 0],
      [1n, 5n, null, 1],
      [2n, null, 1, 2],
      [0n, null, null, 0],
    ],
  )
})

const tick = { ticker: ['A'], tick: [ns], bar: [ns] }
const styles: readonly [TimestampStyle, types: readonly string[], values: readonly bigint[] | RegExp][] = [
  [
    'documented',
    ['Timestamp<NANOSECOND>', 'Timestamp<MICROSECOND>'],
    /bar 1712306654208705342 is no whole microsecond/,
  ],
  ['us', ['Timestamp<MICROSECOND>', 'Timestamp<MICROSECOND>'], [ns / 1000n, ns / 1000n]],
  ['int64', ['Int64', 'Int64'], [ns, ns]],
  [
    'utc',
    ['Timestamp<NANOSECOND, UTC>', 'Timestamp<MICROSECOND, UTC>'],
    /bar 1712306654208705342 is no whole microsecond/,
  ],
]

for (const [timestamps, types, values] of styles)
  test(`timestamps in the style ${timestamps} are ${types.join(' and ')}, and nothing is cut unasked`, async () => {
    const exact = await run([fileOf(required)], { timestamps })
    const [batch] = exact.output
    assert.deepEqual(
      batch?.schema.fields.slice(1, 3).map(({ type }) => String(type)),
      types,
    )
    const ending = run([fileOf(tick)], { timestamps })
    if (values instanceof RegExp) return assert.rejects(ending, dataError(values))
    assert.deepEqual(
      (await ending).output.flatMap(rowsOf).map((row) => [row['tick'], row['bar']]),
      [values],
    )
  })

test('microseconds before 1970 are rounded down, not towards zero', async () => {
  const { output } = await run([fileOf({ ticker: ['A'], tick: [-1n], bar: [-1001n] })], { timestamps: 'us' })
  assert.deepEqual(output.flatMap(rowsOf), [{ ...nulls, ticker: 'A', tick: -1n, bar: -2n }])
})

test('what shapes the output is told: dataset, version and style', () => {
  assert.deepEqual(normalize(little).shape, { dataset: 'little', version: 3, timestamps: 'documented' })
  assert.deepEqual(normalize(little, { timestamps: 'us' }).shape, {
    dataset: 'little',
    version: 3,
    timestamps: 'us',
  })
})

test('a trade that no TRF reported has no TRF time', async () => {
  const kinds = fileColumns(stocksTrades)
  const zero: Readonly<Record<string, Row[string]>> = {
    utf8: 'A',
    int32: 0,
    int64: 0n,
    float64: 0,
    timestamp_ns: 0n,
  }
  const expected = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, zero[kind] ?? null]))
  const columns = Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, [value]]))
  const batch = batchOf<typeof kinds>(kinds, columns as never)
  const { output, counts } = await tallied([batch], normalize(stocksTrades))
  assert.deepEqual(output.flatMap(rowsOf), [{ ...expected, trf_timestamp: null }])
  assert.equal(counts.zeroToNull, 1)
})

test('a day bar keeps its window to the microsecond, one that does not fit is an error with a hint', async () => {
  const kinds = fileColumns(stocksDaily)
  const one = { volume: [1], open: [1], close: [1], high: [1], low: [1], transactions: [1n] }
  const barAt = (at: bigint) => batchOf(kinds, { ticker: ['A'], window_start: [at], ...one })
  const { output } = await tallied([barAt(1_790_913_600_000_000_000n)], normalize(stocksDaily))
  assert.equal(output.flatMap(rowsOf)[0]?.['window_start'], 1_790_913_600_000_000n)
  const ending = tallied([barAt(1_790_913_600_000_000_001n)], normalize(stocksDaily))
  await assert.rejects(ending, { reason: 'data', hint: /int64/ })
})
