import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRowReader, rowsPerBatch } from '../../src/columnar/row-reader.ts'
import type { Columns, Kind } from '../../src/core/schema.ts'
import { imageOf, rowsOf, schemaOf } from '../helpers/batches.ts'
import { everyKind, kinds } from './any-batch.ts'

const readerOf = (columns: Columns) => createRowReader(new Map(Object.entries(columns)))

const columns = { ticker: 'utf8', price: 'float64', at: 'timestamp_ns', up: 'bool' } as const

test('texts become typed values, and null or missing ones nulls', () => {
  const reader = readerOf(everyKind)
  const whole = '1712306654208705342'
  assert.equal(
    reader.add(['A', 'true', '-128', '32767', '-7', whole, '1.5', '2024-03-01', whole, whole, whole, whole]),
    undefined,
  )
  const small = ['', 'False', '127', '-0', '+7', '-1', '.5', '1969-12-31', '0', '0', '0', '0']
  assert.equal(reader.add(small), undefined)
  assert.equal(reader.add(kinds.map(() => null)), undefined)
  assert.equal(reader.add(['B']), undefined)
  const batch = reader.take()
  const nulls = Object.fromEntries(kinds.map((kind) => [kind, null]))
  const times = (at: bigint) => ({
    timestamp_ns: at,
    timestamp_us: at,
    timestamp_ns_utc: at,
    timestamp_us_utc: at,
  })
  const [n, zero] = [1_712_306_654_208_705_342n, 0n]
  assert.deepEqual(rowsOf(batch), [
    {
      ...{ utf8: 'A', bool: true, int8: -128, int16: 32_767, int32: -7, int64: n },
      ...{ float64: 1.5, date: 19_783, ...times(n) },
    },
    {
      ...{ utf8: '', bool: false, int8: 127, int16: 0, int32: 7, int64: -1n },
      ...{ float64: 0.5, date: -1, ...times(zero) },
    },
    nulls,
    { ...nulls, utf8: 'B' },
  ])
})

test('a value that is not of its kind is told with its column, and its row leaves nothing behind', () => {
  const reader = readerOf(columns)
  const good = ['A', '1', '1', 'true'] as const
  reader.add(good)
  const failures = [
    reader.add(['BAD', null, null, 'maybe']),
    reader.add(['WORSE, AND LONGER', '2', '1.5', null]),
    reader.add([null, 'x', '3', 'true']),
  ]
  assert.deepEqual(failures, [
    { column: 'up', why: '"maybe" is not true or false' },
    { column: 'at', why: '"1.5" is not a whole number of 64 bits' },
    { column: 'price', why: '"x" is not a decimal number' },
  ])
  assert.equal(reader.rows, 1)
  reader.add(good)
  reader.add(['LAST', null, 'x', null])
  const batch = reader.take()
  const row = { ticker: 'A', price: 1, at: 1n, up: true }
  assert.deepEqual(rowsOf(batch), [row, row])
  assert.deepEqual(
    batch.data.children.map(({ nullCount }) => nullCount),
    [0, 0, 0, 0],
  )
})

test('good rows are the same whatever bad rows stand between them', () => {
  const good = fc.tuple(
    fc.option(fc.string()),
    fc.option(fc.constantFrom('1', '.5')),
    fc.constant('7'),
    fc.constant(null),
  )
  const bad = fc.constantFrom(
    ['long text before the bad value', '2', '1', 'no'],
    [null, null, 'x', 'true'],
    ['', 'x', '1', 'false'],
  )
  type Texts = readonly (string | null)[]
  const some = fc.array(fc.oneof<fc.Arbitrary<Texts>[]>(good, bad), { maxLength: 30 })
  const same = fc.property(some, (texts) => {
    const mixed = readerOf(columns)
    const accepted = texts.filter((text) => mixed.add(text) === undefined)
    const clean = readerOf(columns)
    for (const text of accepted) clean.add(text)
    assert.deepEqual(rowsOf(mixed.take()), rowsOf(clean.take()))
  })
  fc.assert(same, { numRuns: 100 })
})

test('a full batch keeps its values while the next ones are filled', () => {
  const reader = readerOf({ text: 'utf8', n: 'int32', up: 'bool' })
  const fill = (mark: number) => {
    for (let row = 0; row < rowsPerBatch; row++)
      reader.add(
        row % 5 === mark ? [null, null, null] : [`${mark}-${row}`, String(row + mark), String(mark === 0)],
      )
    assert.equal(reader.rows, rowsPerBatch)
    return reader.take()
  }
  const first = fill(0)
  const before = imageOf(first)
  const second = fill(1)
  assert.deepEqual(imageOf(first), before)
  assert.equal(reader.rows, 0)
  for (const [mark, batch] of [first, second].entries()) {
    const rows = rowsOf(batch)
    assert.equal(rows.length, rowsPerBatch)
    assert.deepEqual(rows[mark], { text: null, n: null, up: null })
    assert.deepEqual(rows[rowsPerBatch - 1], {
      text: `${mark}-${rowsPerBatch - 1}`,
      n: rowsPerBatch - 1 + mark,
      up: mark === 0,
    })
  }
})

test('when there are no rows the batch has none, and tells its columns', () => {
  const batch = readerOf(columns).take()
  assert.equal(batch.numRows, 0)
  assert.deepEqual(schemaOf(batch), [
    'ticker: Utf8',
    'price: Float64',
    'at: Timestamp<NANOSECOND>',
    'up: Bool',
  ])
})

const whys: readonly [Kind, string][] = [
  ['bool', 'true or false'],
  ['int8', 'a whole number of 8 bits'],
  ['int16', 'a whole number of 16 bits'],
  ['int32', 'a whole number of 32 bits'],
  ['int64', 'a whole number of 64 bits'],
  ['float64', 'a decimal number'],
  ['date', 'a date as 2024-03-01'],
  ['timestamp_ns', 'a whole number of 64 bits'],
  ['timestamp_us', 'a whole number of 64 bits'],
]

test('what is wrong is told with the value, quoted, and what was expected', () => {
  for (const [kind, expected] of whys)
    assert.deepEqual(readerOf({ v: kind }).add(['"\n']), {
      column: 'v',
      why: `"\\"\\n" is not ${expected}`,
    })
})
