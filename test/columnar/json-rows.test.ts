import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readPage } from '../../src/columnar/json-page.ts'
import { createRowReader, emptyBatch, type JsonColumns } from '../../src/columnar/json-rows.ts'
import { skipValue } from '../../src/columnar/json-scan.ts'
import { rowsOf } from '../helpers/batches.ts'

function read(text: string, columns: JsonColumns, path = 'results') {
  const reader = createRowReader(columns)
  const facts = readPage(Buffer.from(text), path.split('.'), reader, 'here')
  const { batches, rows, rejected, extra } = reader.take()
  return { rows: batches.flatMap(rowsOf), count: rows, rejected, extra, facts }
}

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
