import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { type ThriftWriter, thriftBytes } from '../../src/lake/thrift.ts'

/** As hyparquet reads it. */
function read(bytes: Uint8Array): Record<string, unknown> {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const fields = deserializeTCompactProtocol(reader)
  assert.equal(reader.offset, bytes.length)
  return fields
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What is written, and its bytes as the protocol's description has them: step and type of a field, its value, 00. */
const written: readonly (readonly [what: string, write: (to: ThriftWriter) => void, hex: string])[] = [
  ['nothing', () => {}, '00'],
  ['0', (to) => to.i32(1, 0), '15 00 00'],
  ['-1', (to) => to.i32(1, -1), '15 01 00'],
  ['the largest of one byte', (to) => to.i32(1, 63), '15 7e 00'],
  ['the smallest of one byte', (to) => to.i32(1, -64), '15 7f 00'],
  ['the next of two', (to) => to.i32(1, 64), '15 80 01 00'],
  ['i8 below 0', (to) => to.i8(1, -2), '13 fe 00'],
  ['i16', (to) => to.i16(7, 30_000), '74 e0 d4 03 00'],
  ['the largest of 32 bits', (to) => to.i32(1, 2 ** 31 - 1), '15 fe ff ff ff 0f 00'],
  ['the smallest of 32 bits', (to) => to.i32(1, -(2 ** 31)), '15 ff ff ff ff 0f 00'],
  ['beyond 32 bits', (to) => to.i64(1, 2 ** 32), '16 80 80 80 80 20 00'],
  ['2^52', (to) => to.i64(1, 2 ** 52), '16 80 80 80 80 80 80 80 10 00'],
  ['-(2^52)', (to) => to.i64(1, -(2 ** 52)), '16 ff ff ff ff ff ff ff 0f 00'],
  ['bools in their types', (to) => [to.bool(7, true), to.bool(8, false)], '71 12 00'],
  ['a step of 15', (to) => to.i32(15, 1), 'f5 02 00'],
  ['a text by its bytes', (to) => to.text(4, 'é'), '48 02 c3 a9 00'],
  ['an empty struct', (to) => to.struct(1, () => {}), '1c 00 00'],
  [
    'a field behind a struct, by its step from that',
    (to) => {
      to.i32(2, 1)
      to.struct(3, () => to.struct(2, () => to.i32(1, 1)))
      to.i32(4, 1)
    },
    '25 02 1c 2c 15 02 00 00 15 02 00',
  ],
  [
    'structs in a list, each from its first field on',
    (to) => {
      to.structs(1, [1, 2], (value) => to.i32(1, value))
      to.i32(2, 0)
    },
    '19 2c 15 02 00 15 04 00 15 00 00',
  ],
  [
    'structs that were written before',
    (to) => {
      const struct = thriftBytes((inner) => inner.i32(1, 1))
      to.written(4, [struct, struct])
      to.text(6, 'm')
    },
    '49 2c 15 02 00 15 02 00 28 01 6d 00',
  ],
]
for (const [what, write, hex] of written)
  test(`thrift: ${what}`, () => {
    assert.equal(Buffer.from(thriftBytes(write)).toString('hex'), hex.replaceAll(' ', ''))
  })

for (const length of [0, 1, 14, 15, 16, 127, 128, 500])
  test(`thrift: lists of ${length}`, () => {
    const values = Array.from({ length }, (_, i) => i * 1000 - 5000)
    const structs = values.map((value) => thriftBytes((to) => to.i32(1, value)))
    const fields = read(
      thriftBytes((to) => {
        to.i32s(1, values)
        to.texts(2, values.map(String))
        to.structs(3, values, (value) => to.i32(1, value))
        to.written(4, structs)
        to.bool(5, true)
      }),
    )
    const asStructs = values.map((value) => ({ field_1: value }))
    assert.deepEqual(fields, {
      field_1: values,
      field_2: values.map((value) => utf8(String(value))),
      field_3: asStructs,
      field_4: asStructs,
      field_5: true,
    })
  })

test('whole numbers up to 2^52 come back, and what stands behind them', () => {
  const whole = fc.oneof(
    fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
    fc.integer({ min: 0, max: 52 }).map((bits) => 2 ** bits - 1),
  )
  fc.assert(
    fc.property(whole, fc.uint8Array(), (value, bytes) => {
      const fields = read(
        thriftBytes((to) => {
          to.i64(3, value)
          to.binary(5, bytes)
        }),
      )
      assert.deepEqual(fields, { field_3: BigInt(value), field_5: new Uint8Array(bytes) })
    }),
  )
})

test('a footer may be longer than an array of numbers', () => {
  const struct = new Uint8Array(1 << 20)
  const { length } = thriftBytes((to) =>
    to.written(
      1,
      Array.from({ length: 150 }, () => struct),
    ),
  )
  assert.equal(length, 150 * struct.length + 5)
})
