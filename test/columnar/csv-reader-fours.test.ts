import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseFloat64,
  parseInt8,
  parseInt16,
  parseInt32,
  parseInt64,
  parseTime,
} from '../../src/columnar/numbers.ts'
import { rowsOf } from '../helpers/batches.ts'
import { readCsv } from './read-csv.ts'

const parsers = {
  int8: parseInt8,
  int16: parseInt16,
  int32: parseInt32,
  int64: parseInt64,
  float64: parseFloat64,
  timestamp_ns: parseInt64,
  time: parseTime,
} as const

/** What the rows hold beside the one that is odd: each of them is read in another way. */
const usual = ['7', '', '123.25', '99999999', '123456.7', '222.140000', '1709283972885782590'] as const

const odd = [
  ...['', '0', '.', '.5', '5.', '12345.', '1.2.3', '1..2', '0.1234567', '.12345678', '99999999.', '1234.56'],
  ...['-1', '+1', '-128', '-129', '128', '32768', '2147483647', '2147483648', '-2147483649', '12345678'],
  ...['123456789', '1e5', '1e-3', 'x', '7x', 'x7', '1:2', '1/2', '1234567/', ':1234567', '-.5', '1234567.8x'],
  ...['"7"', '"1,2"', '"-5"', '"1.5"', '""', '"1709283972885782590"', '007', '0000000000000000000000012'],
  ...['1234567890123456', '0.12345678901234', '.123456789012345', '9007199254740993', '12345678901234567'],
  ...['1709283972885782590', '9223372036854775807', '9223372036854775808', '-9223372036854775808'],
  ...['9999999999999999999', '17092839728857825901', '17x9283972885782590', '170928397288578259x', ' 1'],
] as const

const unquoted = (field: string): string => field.replaceAll('"', '')

for (const [kind, parse] of Object.entries(parsers))
  test(`of four rows each is read as what it is, one odd ${kind} among them or none`, () => {
    const columns = { n: kind === 'time' ? 'timestamp_ns' : (kind as 'int64'), m: 'utf8' } as const
    const times = kind === 'time' ? ['n', 'l'] : []
    const expected = (field: string) => (field === '' ? null : parse(unquoted(field)))
    // In the first four rows the odd one comes at each place, of the other four two are odd; returns come at any.
    const fields = usual.flatMap((beside) =>
      odd.flatMap((field) =>
        [0, 1, 2, 3].flatMap((place) =>
          Array.from({ length: 8 }, (_, i) => (i === place || i > 5 ? field : beside)),
        ),
      ),
    )
    const lines = fields.map((field, i) => `${field},${i},${field}${i % 7 === 5 ? '\r' : ''}\n`)
    const { batches, rejected } = readCsv(
      [Buffer.from(`n,m,l\n${lines.join('')}`)],
      { ...columns, l: columns.n },
      { times },
    )
    const due = fields.map((field, i) => ({ n: expected(field), m: String(i), l: expected(field) }))
    const good = due.filter(({ n }) => n !== undefined)
    assert.deepEqual(batches.flatMap(rowsOf), good)
    assert.equal(rejected.length, due.length - good.length)
  })

test('what is null is so in any of 64 rows, wherever the first of them lies in a byte', () => {
  const columns = { t: 'utf8', i: 'int32', l: 'int64', f: 'float64', s: 'utf8' } as const
  const at = (row: number, of: number, text: string) => (((row * of) % 11) % 3 === 0 ? '' : text)
  for (let before = 0; before < 8; before++) {
    const first = `${'x'.repeat(1000)},1,1,1,y\n`.repeat(600 + before)
    const fields = Array.from({ length: 211 }, (_, row) => [
      ...[at(row, 2, `t${row}`), at(row, 3, `${row}`), at(row, 5, `1709283972885782${row + 100}`)],
      ...[at(row, 7, `${row}.5`), at(row, 8, row % 2 ? `"${row}"` : `${row}`)],
    ])
    const text = fields.map((row) => `${row.join()}\n`).join('')
    const { batches } = readCsv([Buffer.from(`t,i,l,f,s\n${first}`), Buffer.from(text)], columns)
    const due = fields.map(([t, i, l, f, s]) => ({
      t: t || null,
      i: parseInt32(i ?? '') ?? null,
      l: parseInt64(l ?? '') ?? null,
      f: parseFloat64(f ?? '') ?? null,
      s: unquoted(s ?? '') || null,
    }))
    assert.deepEqual(batches.flatMap(rowsOf).slice(600 + before), due, `${before}`)
    for (const name of ['t', 'i', 'l', 'f', 's'] as const) {
      const nulls = due.filter((row) => row[name] === null).length
      assert.equal(batches.map((batch) => batch.getChild(name)?.nullCount).join(), `${nulls}`)
    }
  }
})
