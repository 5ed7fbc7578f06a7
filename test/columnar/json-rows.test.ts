import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readPage } from '../../src/columnar/json-page.ts'
import {
  createRowReader,
  emptyBatch,
  type JsonColumn,
  type JsonColumns,
} from '../../src/columnar/json-rows.ts'
import { skipValue } from '../../src/columnar/json-scan.ts'
import { rowsOf } from '../helpers/batches.ts'

function read(text: string, columns: JsonColumns, path = 'results') {
  const reader = createRowReader(columns)
  const facts = readPage(Buffer.from(text), path.split('.'), reader, 'here')
  const { batches, rows, rejected, extra } = reader.take()
  return { rows: batches.flatMap(rowsOf), count: rows, rejected, extra, facts }
}

/** What becomes of the JSON of one value in a column. */
function valueOf(kind: JsonColumn['kind'], json: string): unknown {
  const { rows, rejected } = read(`[{"v":${json}}]`, { v: { kind } })
  return rejected.length > 0 ? 'rejected' : rows[0]?.['v']
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
    assert.deepEqual(valueOf(kind, json), value)
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
    fc.property(decimals, (json) => assert.equal(valueOf('float64', json), JSON.parse(json))),
    { numRuns: 2000 },
  )
})

test('a day is the one of the calendar', () => {
  const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(days, (day) => {
      const text = day.toISOString().slice(0, 10)
      assert.equal(valueOf('date', `"${text}"`), Date.parse(text) / 86_400_000)
    }),
  )
})

test('any JSON is read as JSON.parse does, whatever its fields and their order', () => {
  const row = fc.record(
    {
      a: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })),
      b: fc.double({ noNaN: true, noDefaultInfinity: true }),
      other: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(row), fc.nat(3), fc.boolean(), (rows, indent, isLast) => {
      // There is no -0 in what it writes.
      const written = JSON.parse(JSON.stringify(rows)) as typeof rows
      const page = isLast ? { status: 'OK', extra: [{}], results: rows } : { results: rows, status: 'OK' }
      const { rows: found, facts } = read(JSON.stringify(page, undefined, indent), {
        a: { kind: 'utf8' },
        b: { kind: 'float64' },
      })
      assert.deepEqual(
        found,
        written.map(({ a = null, b = null }) => ({ a, b })),
      )
      assert.equal(facts.fields.get('status'), 'OK')
    }),
    { numRuns: 300 },
  )
})

test('what JSON.parse refuses is refused, and what it takes is taken', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '.5',
      'e1',
      'true',
      'nul',
      ' ',
      '"',
      '\\',
      '\\u00',
      'ef',
      '01',
    ),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(pieces, (some) => {
      const text = some.join('')
      const isJson = outcome(() => JSON.parse(text))
      const bytes = Buffer.from(text.trim())
      assert.equal(
        outcome(() => {
          if (skipValue(bytes, 0) !== bytes.length) throw new Error('more follows')
        }),
        isJson,
      )
    }),
    { numRuns: 5000 },
  )
})

function outcome(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}

test('a page that is cut anywhere is an error that says where', () => {
  const text = '{"results":[{"a":"x","b":1.5},{"a":"y"}],"status":"OK"}'
  for (let end = 1; end < text.length; end++)
    assert.throws(() => read(text.slice(0, end), { a: { kind: 'utf8' } }), {
      reason: 'data',
      message: `here: no good JSON at byte ${end} of ${end}: it ends too early`,
    })
})

test('bytes that are no UTF-8 are an error', () => {
  const reader = createRowReader({ a: { kind: 'utf8' } })
  const bytes = Buffer.from('{"results":[{"a":"\xff"}]}', 'latin1')
  assert.throws(() => readPage(bytes, ['results'], reader, 'here'), { reason: 'data' })
})

test('rows deep inside take columns of the object around them', () => {
  const columns = {
    name: { kind: 'utf8', of: 'parent' },
    date: { kind: 'date' },
    ticker: { kind: 'utf8', from: 'ticker_change.ticker' },
  } as const
  const text =
    '{"results":{"events":[{"ticker_change":{"ticker":"A"},"date":"1970-01-02"},{"date":"1970-01-03"}],"name":"Mill"}}'
  assert.deepEqual(read(text, columns, 'results.events').rows, [
    { name: 'Mill', date: 1, ticker: 'A' },
    { name: 'Mill', date: 2, ticker: null },
  ])
})

test('the object at the top may be the one around', () => {
  const columns = {
    ticker: { kind: 'utf8', of: 'parent' },
    related: { kind: 'utf8', from: 'ticker' },
  } as const
  assert.deepEqual(read('{"results":[{"ticker":"B"}],"ticker":"A"}', columns).rows, [
    { ticker: 'A', related: 'B' },
  ])
})

test('an object in place of the list is one row, and a list without an object is all there is', () => {
  const columns = { a: { kind: 'utf8' }, city: { kind: 'utf8', from: 'address.city' } } as const
  const row = { a: 'x', city: 'Y' }
  assert.deepEqual(read('{"results":{"a":"x","address":{"city":"Y"}}}', columns).rows, [row])
  assert.deepEqual(read(' [{"a":"x","address":{"city":"Y"}}]\n', columns).rows, [row])
  assert.equal(read('{"status":"OK"}', columns).facts.hasRows, false)
})

test('a bad row is set aside with its place, and its neighbours are whole', () => {
  const text = '{"results":[{"a":"x","n":1},{"a":"bad","n":"?"},{"n":3}]}'
  const { rows, count, rejected } = read(text, { a: { kind: 'utf8' }, n: { kind: 'int32' } })
  assert.deepEqual(rows, [
    { a: 'x', n: 1 },
    { a: null, n: 3 },
  ])
  assert.equal(count, 3)
  assert.deepEqual(rejected, [
    {
      at: { row: 2, column: 'n', offset: 28 },
      why: '"?" is not a whole number of 32 bits',
      text: '{"a":"bad","n":"?"}',
    },
  ])
})

test('a field that no column knows of is told once', () => {
  const reader = createRowReader({ a: { kind: 'utf8' } })
  const page = Buffer.from('[{"a":"x","new":[1]},{"new":2,"a":"y","other":{}}]')
  readPage(page, [], reader, 'here')
  assert.deepEqual(reader.take().extra, ['new', 'other'])
  readPage(page, [], reader, 'here')
  assert.deepEqual(reader.take().extra, [])
})

test('more rows than a batch holds come in several, nulls and all', () => {
  const all = Array.from({ length: 40_000 }, (_, i) =>
    i % 3 === 0 ? {} : { a: `t${i}`, n: i, t: i % 2 === 0 },
  )
  const columns = { a: { kind: 'utf8' }, n: { kind: 'float64' }, t: { kind: 'bool' } } as const
  const { rows } = read(JSON.stringify({ results: all }), columns)
  assert.deepEqual(
    rows,
    all.map(({ a = null, n = null, t = null }) => ({ a, n, t })),
  )
})

test('no rows at all still tell the columns', () => {
  assert.deepEqual(
    emptyBatch({ a: { kind: 'utf8' }, b: { kind: 'date' } }).schema.fields.map(({ name }) => name),
    ['a', 'b'],
  )
})
