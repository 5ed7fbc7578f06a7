import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textChunks } from '../../src/columnar/text-chunks.ts'

const cases: readonly [title: string, rows: number, rowText: (row: number) => string][] = [
  ['no rows', 0, String],
  ['one row', 1, () => 'ü€😀\n'],
  ['empty rows', 1000, () => ''],
  ['many short rows', 65_536, (row) => `${row}\n`],
  ['one row less than a piece', 255, (row) => `${row}\n`],
  ['a piece of rows', 256, (row) => `${row}\n`],
  ['one row more than a piece', 257, (row) => `${row}\n`],
  ['rows of several bytes a character', 30_000, (row) => `€${'ü'.repeat(row % 40)}\n`],
  ['rows of 64 KiB', 40, () => `${'x'.repeat(65_535)}\n`],
]

for (const [title, rows, rowText] of cases)
  test(`the texts of ${title} come whole and in order, in chunks of some size and at most 1 MiB`, () => {
    const chunks = [...textChunks(rows, rowText)]
    const expected = Array.from({ length: rows }, (_, row) => rowText(row)).join('')
    assert.ok(Buffer.concat(chunks).toString() === expected)
    const sizes = chunks.map(({ length }) => length)
    assert.ok(
      sizes.every((size) => size > 0 && size <= 2 ** 20),
      `chunks of ${sizes}`,
    )
    assert.ok(
      sizes.slice(0, -1).every((size) => size >= 2 ** 18),
      `chunks of ${sizes}`,
    )
  })
