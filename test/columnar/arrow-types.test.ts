import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type DataType,
  DateMillisecond,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Int32,
  List,
  Struct,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint8,
  Uint32,
  Utf8,
} from 'apache-arrow'
import { columnsOf, kindOf, makeBatch, typeOf } from '../../src/columnar/arrow-types.ts'
import type { Kind } from '../../src/core/schema.ts'
import { batchOf, rowsOf, schemaOf } from '../helpers/batches.ts'
import { everyKind, kinds } from './any-batch.ts'

const names: Readonly<Record<Kind, string>> = {
  utf8: 'Utf8',
  bool: 'Bool',
  int8: 'Int8',
  int16: 'Int16',
  int32: 'Int32',
  int64: 'Int64',
  float64: 'Float64',
  date: 'Date32<DAY>',
  timestamp_ns: 'Timestamp<NANOSECOND>',
  timestamp_us: 'Timestamp<MICROSECOND>',
  timestamp_ns_utc: 'Timestamp<NANOSECOND, UTC>',
  timestamp_us_utc: 'Timestamp<MICROSECOND, UTC>',
}

test('each kind has an Arrow type of its own, and is known by it', () => {
  assert.deepEqual(Object.fromEntries(kinds.map((kind) => [kind, String(typeOf(kind))])), names)
  for (const kind of kinds) assert.equal(kindOf(typeOf(kind)), kind)
})

const foreign: readonly DataType[] = [
  new Uint8(),
  new Uint32(),
  new Float32(),
  new DateMillisecond(),
  new TimestampMillisecond(),
  new TimestampNanosecond('America/New_York'),
  new Decimal(2, 18),
  new Dictionary(new Utf8(), new Int32()),
  new List(new Field('item', new Int32())),
  new Struct([new Field('a', new Int32())]),
]

test('a type that no stage reads is refused by its name', () => {
  for (const type of foreign)
    assert.throws(
      () => kindOf(type),
      (error) => error instanceof TypeError && error.message.includes(String(type)),
      String(type),
    )
})

test('a batch tells its columns in their order', () => {
  const batch = batchOf({ b: 'int64', a: 'utf8' }, { b: [1n], a: ['x'] })
  assert.deepEqual(Object.entries(columnsOf(batch)), [
    ['b', 'int64'],
    ['a', 'utf8'],
  ])
})

test('a batch made of columns has their names, order and rows, and every column may be null', () => {
  const { data } = batchOf({ x: 'utf8', y: 'date' }, { x: ['p', null, 'q'], y: [1, 2, null] })
  const [x, y] = data.children
  assert.ok(x && y)
  const batch = makeBatch(
    [
      { name: 'day', data: y },
      { name: 'text', data: x },
    ],
    3,
  )
  assert.deepEqual(schemaOf(batch), ['day: Date32<DAY>', 'text: Utf8'])
  assert.ok(batch.schema.fields.every(({ nullable }) => nullable))
  assert.deepEqual(rowsOf(batch), [
    { day: 1, text: 'p' },
    { day: 2, text: null },
    { day: null, text: 'q' },
  ])
})

test('a batch of no rows still tells its columns', () => {
  const empty = Object.fromEntries(kinds.map((kind) => [kind, []])) as never
  assert.deepEqual(columnsOf(batchOf(everyKind, empty)), everyKind)
})
