import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowComplaints } from '../../src/columnar/complaints.ts'
import { rowsOf } from '../helpers/batches.ts'
import { readCsv } from './read-csv.ts'

const ab = { a: 'utf8', n: 'int16' } as const

/** Rows as they are written, and as they are read. */
const good: readonly (readonly [text: string, ...rows: (readonly [a: string | null, n: number | null])[]])[] =
  [
    ['y,2\n', ['y', 2]],
    ['"y","2"\n', ['y', 2]],
    ['"y",2\r\n"z",3\r\n', ['y', 2], ['z', 3]],
    ['"",2\n,3\n', ['', 2], [null, 3]],
    ['"",\r\n,\n', ['', null], [null, null]],
    ['"a""b","-2"\r\n', ['a"b', -2]],
    ['"""",2\n"""""",3\n', ['"', 2], ['""', 3]],
    ['"\n",2\n"\r\n",3', ['\n', 2], ['\r\n', 3]],
    [`"${',\n'.repeat(70)}",2\n`, [',\n'.repeat(70), 2]],
    [`"${'""'.repeat(70)}",2\ny,3\n`, ['"'.repeat(70), 2], ['y', 3]],
    [`"${'x'.repeat(64)}",2\r\ny,3\n`, ['x'.repeat(64), 2], ['y', 3]],
    ['y\r,2\n\r,3\r\n', ['y\r', 2], ['\r', 3]],
    ['y,12345\r\n', ['y', 12_345]],
  ]

test('every row is read wherever it stands in the 64 bytes that the kernel looks at together', () => {
  for (const [given, ...rows] of good) {
    const text = given.endsWith('\n') ? given : `${given}\n`
    // Each time it stands one byte further on.
    const pad = 'x'.repeat(64 * 3 + 1 - ((text.length + 3) % 64))
    const { batches, rejected, error } = readCsv([Buffer.from(`a,n\n${`${pad},1\n${text}`.repeat(64)}`)], ab)
    assert.deepEqual(
      batches.flatMap(rowsOf).map(({ a, n }) => [a, n]),
      Array.from({ length: 64 }, () => [[pad, 1], ...rows]).flat(),
      text,
    )
    assert.deepEqual([rejected, error], [[], undefined])
  }
})

/** Rows whose quotes are wrong, and the complaint. */
const wrong: readonly (readonly [text: string, complaint: string])[] = [
  ['x"y",2\n', rowComplaints.opensInside],
  ['x"y,2\n', rowComplaints.opensInside],
  ['y,2"3"\n', rowComplaints.opensInside],
  ['"x"y,2\n', rowComplaints.closesInside],
  ['"x""y"z,2\n', rowComplaints.closesInside],
  ['"x"\ry,2\n', rowComplaints.closesInside],
  ['y,"2"\r3\n', rowComplaints.closesInside],
  ['"x"\r,2\n', rowComplaints.closesInside],
  ['y,"2"\r\r\n', rowComplaints.closesInside],
]

test('quotes that stand where none may are refused wherever they stand', () => {
  for (const [text, complaint] of wrong)
    for (let length = 1; length <= 64; length++) {
      const before = `a,n\n${'x'.repeat(length)},1\n`
      const { error, at } = readCsv([Buffer.from(`${before}${text}z,3\n`)], ab)
      assert.deepEqual([error, at], [complaint, { row: 2, offset: before.length }], `${length}: ${text}`)
    }
})

/** Texts and numbers of all lengths at all places: none may take a byte of what stands beside it. */
test('fields of every length are read wherever they stand', () => {
  const columns = { t: 'utf8', i: 'int64', f: 'float64', q: 'utf8' } as const
  for (let pad = 0; pad < 66; pad++) {
    const rows = Array.from({ length: 20 }, (_, i) => {
      const digits = '9123456789012345678'.slice(0, i + 1).slice(0, 19)
      return {
        t: 'ü'.repeat(i),
        i: digits,
        f: `${digits.slice(0, i >> 1)}.${digits.slice(i >> 1)}`,
        q: 'y'.repeat(i),
      }
    })
    const lines = rows.map(({ t, i, f, q }) => `${t},${i},${f},"${q}"\r\n`)
    const text = `t,i,f,q\n${'x'.repeat(pad)},0,0,""\n${lines.join('')}`
    const { batches, rejected } = readCsv([Buffer.from(text)], columns)
    assert.deepEqual(rejected, [])
    assert.deepEqual(
      batches.flatMap(rowsOf).slice(1),
      rows.map(({ t, i, f, q }) => ({ t: t || null, i: BigInt(i), f: Number(f), q })),
    )
  }
})
