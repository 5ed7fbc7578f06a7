import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { column } from '../../src/columnar/column.ts'
import { dateText } from '../../src/columnar/numbers.ts'
import { cellPrinter, sameBytes } from '../../src/columnar/print.ts'
import type { Kind } from '../../src/core/schema.ts'
import { batchOf } from '../helpers/batches.ts'
import { anyBatch, kinds } from './any-batch.ts'

const prints = (kind: Kind) =>
  fc.property(anyBatch(), ({ rows, batch }) => {
    const print = cellPrinter(column(batch, kind as 'utf8'))
    const texts = rows.map((_, row) => print(row))
    const expected = rows.map((row) => {
      const value = row[kind]
      if (value === null) return undefined
      return kind === 'date' ? dateText(value as number) : String(value)
    })
    assert.deepEqual(texts, expected)
  })

for (const kind of kinds)
  test(`${kind} is printed exactly, and null as nothing, also of a sliced batch`, () =>
    fc.assert(prints(kind), { numRuns: 40 }))

test('integers and nanoseconds are digits to the last one', () => {
  const batch = batchOf(
    { n: 'int64', at: 'timestamp_ns' },
    { n: [2n ** 63n - 1n], at: [1_712_306_654_208_705_343n] },
  )
  assert.deepEqual(
    [cellPrinter(column(batch, 'n'))(0), cellPrinter(column(batch, 'at'))(0)],
    ['9223372036854775807', '1712306654208705343'],
  )
})

test('the sign of a zero is printed', () => {
  const print = cellPrinter(column(batchOf({ v: 'float64' }, { v: [0, -0] }), 'v'))
  assert.deepEqual([print(0), print(1)], ['0', '-0'])
})

test('texts are printed as they are, whatever stands before them and in whatever order they are asked for', () => {
  const texts = ['A', 'A', 'AB', '', null, '', 'A', '\uFEFFA', 'A\uFEFF', '\uFEFF']
  const print = cellPrinter(column(batchOf({ t: 'utf8' }, { t: texts }), 't'))
  const forth = texts.map((_, row) => print(row) ?? null)
  const back = texts.map((_, row) => print(texts.length - 1 - row) ?? null).reverse()
  assert.deepEqual([forth, back], [texts, texts])
})

test('bytes are the same when all of them are', () => {
  const bytes = (text: string) => Buffer.from(text)
  assert.ok(sameBytes(bytes(''), bytes('')) && sameBytes(bytes('AB'), bytes('AB')))
  for (const [a, b] of [
    ['A', ''],
    ['AB', 'A'],
    ['AB', 'AC'],
    ['BA', 'CA'],
  ] as const)
    assert.ok(!sameBytes(bytes(a), bytes(b)), `${a} ${b}`)
})
