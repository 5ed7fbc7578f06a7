import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readPage } from '../../src/columnar/json-page.ts'
import { createRowReader, type JsonColumn } from '../../src/columnar/json-rows.ts'
import { rowsOf } from '../helpers/batches.ts'

/** What becomes of the JSON of one value in a column. */
function readAs(kind: JsonColumn['kind'], json: string): unknown {
  const reader = createRowReader({ v: { kind } })
  readPage(Buffer.from(`[{"v":${json}}]`), [], reader, 'here')
  const { batches, rejected } = reader.take()
  return rejected.length > 0 ? 'rejected' : batches.flatMap(rowsOf)[0]?.['v']
}

const us = (text: string, more = 0n): bigint => BigInt(Date.parse(text)) * 1000n + more
const values: readonly (readonly [kind: JsonColumn['kind'], json: string, value: unknown])[] = [
  ['float64', '1.5', 1.5],
  ['float64', '-0', -0],
  ['float64', '1e3', 1000],
  ['float64', '"2.50"', 2.5],
  ['float64', '0.1', 0.1],
  ['float64', '123456789012345678', 123456789012345680],
  ['float64', '1234567.8901234567', 1234567.8901234567],
  ['float64', '1e999', 'rejected'],
  ['float64', '"x"', 'rejected'],
  ['float64', 'true', 'rejected'],
  ['float64', '{}', 'rejected'],
  ['float64', 'null', null],
  ['int32', '2024', 2024],
  ['int32', '2024.0', 2024],
  ['int32', '2.024e3', 2024],
  ['int32', '"2024"', 2024],
  ['int32', '2024.5', 'rejected'],
  ['int32', '2147483648', 'rejected'],
  ['int32', '-2147483648', -2147483648],
  ['int32', '""', 'rejected'],
  ['int64', '9007199254740993', 9007199254740993n],
  ['int64', '"9223372036854775807"', 9223372036854775807n],
  ['int64', '9223372036854775808', 'rejected'],
  ['int64', '-9223372036854775808', -9223372036854775808n],
  ['int64', '900719925474099.3e1', 9007199254740993n],
  ['int64', '1.5', 'rejected'],
  ['int64', '1e-1', 'rejected'],
  ['utf8', '"a\\u00e9\\n"', 'aé\n'],
  ['utf8', '"é"', 'é'],
  ['utf8', '""', ''],
  ['utf8', '1234567890123456789012', '1234567890123456789012'],
  ['utf8', '["GOOG","GOOGL"]', 'GOOG,GOOGL'],
  ['utf8', '[]', null],
  ['utf8', '[1,"b"]', '1,b'],
  ['utf8', '["a,b"]', 'rejected'],
  ['utf8', '[null]', 'rejected'],
  ['utf8', 'true', 'rejected'],
  ['utf8', '{"a":1}', 'rejected'],
  ['utf8', `"${'long '.repeat(20)}\\u0041"`, `${'long '.repeat(20)}A`],
  ['bool', 'true', true],
  ['bool', '"false"', false],
  ['bool', '1', 'rejected'],
  ['date', '"2024-02-29"', Date.parse('2024-02-29') / 86_400_000],
  ['date', '"1969-12-31"', -1],
  ['date', '"2024-03-30T00:00:00Z"', Date.parse('2024-03-30') / 86_400_000],
  ['date', '"2023-02-29"', 'rejected'],
  ['date', '"2024-13-01"', 'rejected'],
  ['date', '"2024-03-30T05:00:00Z"', 'rejected'],
  ['date', '20240330', 'rejected'],
  ['timestamp_us', '"2024-03-30T01:02:03Z"', us('2024-03-30T01:02:03Z')],
  ['timestamp_us', '"2024-03-30T01:02:03.123456Z"', us('2024-03-30T01:02:03.123Z', 456n)],
  ['timestamp_us', '"2024-03-30T01:02:03.1234567Z"', 'rejected'],
  ['timestamp_us', '"2024-03-30T01:02:03-04:00"', us('2024-03-30T05:02:03Z')],
  ['timestamp_us', '"2024-03-30T25:02:03Z"', 'rejected'],
  ['timestamp_us', '"2024-03-30"', 'rejected'],
  ['timestamp_ns', '1709269200000000001', 1709269200000000001n],
  ['timestamp_ns', '"2024-03-30T01:02:03.123456789Z"', us('2024-03-30T01:02:03.123Z') * 1000n + 456_789n],
]

for (const [kind, json, value] of values)
  test(`${json.slice(0, 40)} in a ${kind} column is ${String(value).slice(0, 40)}`, () => {
    assert.deepEqual(readAs(kind, json), value)
  })

test('a double is the one that JSON.parse reads', () => {
  const decimals = fc
    .tuple(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      fc.nat(18),
      fc.option(fc.integer({ min: -30, max: 30 })),
    )
    .map(([whole, point, exponent]) => {
      const digits = String(whole < 0n ? -whole : whole).padStart(point + 1, '0')
      const text = point === 0 ? digits : `${digits.slice(0, -point)}.${digits.slice(-point)}`
      return `${whole < 0n ? '-' : ''}${text}${exponent === null ? '' : `e${exponent}`}`
    })
  fc.assert(
    fc.property(decimals, (json) => assert.equal(readAs('float64', json), JSON.parse(json))),
    { numRuns: 2000 },
  )
})

test('a day is the one of the calendar', () => {
  const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(days, (day) => {
      const text = day.toISOString().slice(0, 10)
      assert.equal(readAs('date', `"${text}"`), Date.parse(text) / 86_400_000)
    }),
  )
})
