import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Data } from 'apache-arrow'
import fc from 'fast-check'
import { makeBatch, typeOf } from '../../src/columnar/arrow-types.ts'
import { nullColumn, retyped, toMicroseconds, zeroToNull } from '../../src/columnar/convert.ts'
import type { Kind } from '../../src/core/schema.ts'
import { batchOf, imageOf, type Row, rowsOf } from '../helpers/batches.ts'
import { anyBatch, kinds } from './any-batch.ts'

type Value = Row[string]

const valuesOf = (data: Data): Value[] =>
  rowsOf(makeBatch([{ name: 'v', data }], data.length)).map(({ v }) => v ?? null)

const columnOf = (kind: 'timestamp_ns' | 'int64', values: readonly (bigint | null)[]): Data =>
  batchOf({ v: kind }, { v: values }).data.children[0] as Data

test('a column of nulls has as many as asked for, of every kind', () => {
  for (const kind of kinds)
    for (const rows of [0, 1, 8, 9]) {
      const data = nullColumn(kind, rows)
      assert.deepEqual(valuesOf(data), Array(rows).fill(null), `${rows} of ${kind}`)
      assert.equal(data.nullCount, rows)
      assert.equal(String(data.type), String(typeOf(kind)))
    }
})

const floored: readonly [ns: bigint | null, us: bigint | null, isCut: boolean][] = [
  [0n, 0n, false],
  [null, null, false],
  [1000n, 1n, false],
  [1999n, 1n, true],
  [999n, 0n, true],
  [-1n, -1n, true],
  [-1000n, -1n, false],
  [-1001n, -2n, true],
  [1_712_306_654_208_705_342n, 1_712_306_654_208_705n, true],
  [2n ** 63n - 1n, 9_223_372_036_854_775n, true],
  [-(2n ** 63n), -9_223_372_036_854_776n, true],
]

test('nanoseconds are rounded down to microseconds, before 1970 too, and a cut is told', () => {
  for (const [ns, us, isCut] of floored) {
    const { data, cut } = toMicroseconds(columnOf('timestamp_ns', [ns]), 'timestamp_us')
    assert.deepEqual(valuesOf(data), [us], `${ns}`)
    assert.equal(cut, isCut ? ns : undefined, `${ns}`)
  }
})

const floor = (ns: bigint): bigint => (ns - (((ns % 1000n) + 1000n) % 1000n)) / 1000n

test('a whole column is rounded value by value, sliced or not, and the first cut value is the one told', () => {
  const rounds = fc.property(
    anyBatch(),
    fc.constantFrom<Kind>('timestamp_us', 'timestamp_us_utc'),
    ({ rows, batch }, kind) => {
      const at = kinds.indexOf('timestamp_ns')
      const given = rows.map((row) => row['timestamp_ns'] as bigint | null)
      const { data, cut } = toMicroseconds(batch.data.children[at] as Data, kind)
      assert.deepEqual(
        valuesOf(data),
        given.map((ns) => ns && floor(ns)),
      )
      assert.equal(
        cut,
        given.find((ns) => ns !== null && ns % 1000n !== 0n),
      )
      assert.equal(String(data.type), String(typeOf(kind)))
    },
  )
  fc.assert(rounds)
})

test('zeros become null and are counted, values and earlier nulls stay, sliced or not', () => {
  const numeric: Kind[] = ['int8', 'int16', 'int32', 'int64', 'float64', 'timestamp_ns']
  const some = fc.tuple(anyBatch(), fc.constantFrom(...numeric))
  const nulls = fc.property(some, ([{ rows, batch }, kind]) => {
    const given = batch.data.children[kinds.indexOf(kind)] as Data
    const before = imageOf(batch)
    const { data, zeros } = zeroToNull(given)
    const isZero = (value: Value | undefined) => value === 0 || value === 0n
    assert.deepEqual(
      valuesOf(data),
      rows.map((row) => (isZero(row[kind]) ? null : row[kind])),
    )
    assert.equal(zeros, rows.filter((row) => isZero(row[kind])).length)
    assert.equal(data.nullCount, rows.filter((row) => isZero(row[kind]) || row[kind] === null).length)
    assert.deepEqual(imageOf(batch), before)
  })
  fc.assert(nulls)
})

test('only a whole number of nothing but zeros is a zero, and so is a double of either sign', () => {
  const wide = [0n, 1n, -1n, 1n << 32n, -(1n << 32n), 1n << 31n, 2n ** 63n - 1n, -(2n ** 63n), 0n]
  assert.deepEqual(
    valuesOf(zeroToNull(columnOf('int64', wide)).data),
    wide.map((value) => (value === 0n ? null : value)),
  )
  const doubles = batchOf({ v: 'float64' }, { v: [0, -0, 5e-324, Number.NaN, 1] }).data.children[0] as Data
  assert.deepEqual(valuesOf(zeroToNull(doubles).data), [null, null, 5e-324, Number.NaN, 1])
})

test('a zero under a null is no zero', () => {
  const { data, zeros } = zeroToNull(columnOf('int64', [null, 0n, 7n]).slice(0, 3))
  assert.deepEqual([valuesOf(data), zeros], [[null, null, 7n], 1])
})

test('a column under another type has the same values, nulls and memory', () => {
  const sliced = columnOf('timestamp_ns', [9n, null, 1n, null, 2n]).slice(1, 4)
  for (const kind of ['int64', 'timestamp_ns_utc'] as const) {
    const data = retyped(sliced, kind)
    assert.deepEqual(valuesOf(data), [null, 1n, null, 2n])
    assert.equal(String(data.type), String(typeOf(kind)))
    assert.equal(data.values.buffer, sliced.values.buffer)
  }
})
