import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataError, Place } from '../../src/core/errors.ts'
import type { Columns } from '../../src/core/schema.ts'
import type { CsvDialect } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { type BadRow, type BadText, badRows, badTexts, type Titled } from './parse-csv-bad.ts'
import type { CsvStage } from './parse-csv-outcome.ts'
import { ab, type CsvText, texts } from './parse-csv-texts.ts'
import { byteByByte, dataError, someCuts, tallied } from './tallied.ts'

/** Either parser. */
export type Parse = (columns: Columns, dialect?: CsvDialect) => CsvStage

/** What both parsers read, and what only this one does. */
export function readsTexts(parse: Parse, own: readonly CsvText[] = []): void {
  for (const [title, text, rows, dialect] of [...texts, ...own])
    test(`CSV with ${title} is read to the letter, wherever it is cut`, async () => {
      const expected = rows.map(([a, n]) => ({ a, n }))
      for (const pieces of someCuts(Buffer.from(text))) {
        const { output, counts } = await tallied(pieces, parse(ab, dialect))
        const sorted = output.flatMap(rowsOf).map(({ a, n }) => ({ a, n }))
        assert.deepEqual(sorted, expected, `in ${pieces.length} pieces`)
        assert.deepEqual([counts.rowsIn, counts.rejected], [rows.length, 0])
      }
    })
}

/** Which rows both parsers set aside, and which only this one does. */
export function rejectsRows(parse: Parse, own: Titled<BadRow> = {}): void {
  const all = { ...badRows, ...own }
  for (const [title, { before, bad, row, column, why, dialect }] of Object.entries(all))
    test(`a row with ${title} is rejected with its place, and the rows around it are read`, async () => {
      const good = `${dialect?.delimiter === ';' ? 'z;7' : before.startsWith('n') ? '7,z' : 'z,7'}\n`
      const bytes = Buffer.from(`${before}${bad}\n${good}`)
      const at: Place = { row, column, offset: Buffer.byteLength(before) }
      for (const pieces of someCuts(bytes)) {
        const { output, rejects, counts } = await tallied(pieces, parse(ab, dialect))
        assert.deepEqual(
          rejects.map(({ at }) => at),
          [at],
          `in ${pieces.length} pieces`,
        )
        assert.match(rejects[0]?.why ?? '', why)
        assert.deepEqual([counts.rowsIn, counts.rejected], [row + 1, 1])
        const rows = output.flatMap(rowsOf)
        assert.equal(rows.length, row)
        assert.deepEqual([rows.at(-1)?.['a'], rows.at(-1)?.['n']], ['z', 7])
      }
    })

  test('of many bad rows each is rejected at its own byte, in every batch', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => (i % 4000 === 7 ? `t${i},bad\n` : `t${i},${i}\n`))
    const text = Buffer.from(`a,n\n${lines.join('')}`)
    const pieces = Array.from({ length: Math.ceil(text.length / 1009) }, (_, i) =>
      text.subarray(i * 1009, (i + 1) * 1009),
    )
    const { rejects, counts, output } = await tallied(pieces, parse(ab))
    assert.deepEqual([counts.rejected, rejects.length], [10, 10])
    for (const { at, why } of rejects) {
      assert.equal(at.row % 4000, 8)
      assert.ok(
        text
          .subarray(at.offset)
          .toString('latin1')
          .startsWith(`t${at.row - 1},bad`),
      )
      assert.equal(why, '"bad" is not a whole number of 32 bits')
    }
    assert.equal(output.flatMap(rowsOf).length, 39_990)
  })
}

/** Which texts both parsers refuse, and which only this one does. */
export function refusesTexts(parse: Parse, own: Titled<BadText> = {}): void {
  const all = { ...badTexts, ...own }
  for (const [title, { text, message, at, dialect }] of Object.entries(all))
    test(`${title} is an error of the data`, async () => {
      const bytes = Buffer.from(text as string)
      const small = bytes.length > 0 && bytes.length < 100 ? [byteByByte(bytes)] : []
      for (const pieces of [bytes.length > 0 ? [bytes] : [], ...small])
        await assert.rejects(collect(pieces, parse(ab, dialect)), (error) => {
          assert.ok(dataError(message)(error), String(error).slice(0, 300))
          assert.deepEqual(at && { ...(error as DataError).at }, at)
          return true
        })
    })
}
