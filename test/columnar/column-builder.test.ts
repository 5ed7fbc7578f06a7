import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeBatch } from '../../src/columnar/arrow-types.ts'
import { columnBuilder, countBits } from '../../src/columnar/column-builder.ts'
import { dateText } from '../../src/columnar/numbers.ts'
import type { Kind } from '../../src/core/schema.ts'
import { imageOf, type Row, rowsOf } from '../helpers/batches.ts'
import { anyValue, kinds } from './any-batch.ts'

type Value = Row[string]

const textOf = (kind: Kind, value: Value): string =>
  kind === 'date' ? dateText(value as number) : String(value)

const capacity = 24
const column = (kind: Kind) =>
  fc.tuple(fc.constant(kind), fc.array(fc.array(anyValue(kind), { maxLength: capacity }), { maxLength: 4 }))

test('every builder gives back, batch after batch, the values and nulls it was set to', () => {
  const gives = fc.property(fc.oneof(...kinds.map(column)), ([kind, batches]) => {
    const builder = columnBuilder(kind, capacity)
    const taken = batches.map((values) => {
      values.forEach((value, row) => {
        if (value === null) builder.setNull(row)
        else assert.ok(builder.set(row, textOf(kind, value)))
      })
      return makeBatch([{ name: 'v', data: builder.take(values.length) }], values.length)
    })
    // Looked at only now: what was taken first must not have been touched by what was set later.
    const nullsOf = (values: readonly Value[]) => values.filter((value) => value === null).length
    taken.forEach((batch, i) => {
      const values = batches[i] ?? []
      assert.deepEqual(
        rowsOf(batch).map(({ v }) => v),
        values,
      )
      assert.equal(batch.data.children[0]?.nullCount, nullsOf(values))
    })
  })
  fc.assert(gives, { numRuns: 300 })
})

test('a row set again, null or not, is what it was set to last', () => {
  const once = fc.record({ row: fc.nat(7), text: fc.option(fc.constantFrom('A', '', 'BRK.B')) })
  const last = fc.property(fc.array(once), (sets) => {
    const builder = columnBuilder('utf8', 8)
    const flags = columnBuilder('bool', 8)
    const expected: Value[] = []
    // Rows are set in order, so setting one again drops those behind it.
    for (const { row: wanted, text } of sets) {
      const row = Math.min(wanted, expected.length)
      expected.length = row
      expected.push(text)
      if (text === null) builder.setNull(row)
      else builder.set(row, text)
      if (text === null) flags.setNull(row)
      else flags.set(row, text === 'A' ? 'True' : 'FALSE')
    }
    const rows = expected.length
    const batch = makeBatch(
      [
        { name: 'text', data: builder.take(rows) },
        { name: 'flag', data: flags.take(rows) },
      ],
      rows,
    )
    assert.deepEqual(
      rowsOf(batch),
      expected.map((text) => ({ text, flag: text === null ? null : text === 'A' })),
    )
  })
  fc.assert(last)
})

const refused: readonly [Kind, string][] = [
  ['bool', 'yes'],
  ['bool', '1'],
  ['bool', ''],
  ['int8', '128'],
  ['int8', '-129'],
  ['int16', '32768'],
  ['int16', '-32769'],
  ['int32', '1.0'],
  ['int64', '1e3'],
  ['float64', 'x'],
  ['date', '2024-02-30'],
  ['timestamp_ns', '2024-03-01'],
  ['timestamp_us_utc', '1.5'],
]

test('a text that is no value of the kind is refused, and the row can be set to another', () => {
  for (const [kind, text] of refused) {
    const builder = columnBuilder(kind, 2)
    assert.equal(builder.set(0, text), false, `${kind} ${text}`)
    builder.setNull(0)
    const batch = makeBatch([{ name: 'v', data: builder.take(1) }], 1)
    assert.deepEqual(rowsOf(batch), [{ v: null }])
  }
})

test('a column without nulls has no validity bits', () => {
  const builder = columnBuilder('int32', 4)
  builder.set(0, '1')
  builder.setNull(1)
  // The row that was null has failed elsewhere and is not taken.
  assert.deepEqual([builder.take(1).nullCount, builder.take(0).nullCount], [0, 0])
})

test('texts fit whose characters are fewer than the bytes at hand, and their bytes more', () => {
  for (const text of ['€'.repeat(9), 'ü'.repeat(13), '😀'.repeat(12), '€'.repeat(24)]) {
    const builder = columnBuilder('utf8', 3)
    builder.set(0, text)
    assert.deepEqual(rowsOf(makeBatch([{ name: 'v', data: builder.take(1) }], 1)), [{ v: text }])
  }
})

test('texts of any length fit, and a batch does not change while its builder grows', () => {
  const builder = columnBuilder('utf8', 3)
  const texts = ['€'.repeat(30_000), 'ü', '😀'.repeat(70_000)]
  builder.set(0, 'first')
  const first = makeBatch([{ name: 'v', data: builder.take(1) }], 1)
  const before = imageOf(first)
  texts.forEach((text, row) => {
    assert.ok(builder.set(row, text))
  })
  const second = makeBatch([{ name: 'v', data: builder.take(3) }], 3)
  assert.deepEqual(
    rowsOf(second).map(({ v }) => v),
    texts,
  )
  assert.deepEqual(imageOf(first), before)
})

test('bits are counted up to the length and no further', () => {
  const counts = [0, 1, 7, 8, 9, 12, 16].map((length) => countBits(Uint8Array.of(0b1010_1010, 0xff), length))
  assert.deepEqual(counts, [0, 0, 3, 4, 5, 8, 12])
})
