import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import type { Place } from '../../src/core/errors.ts'
import type { Columns } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { rowsOf } from '../helpers/batches.ts'
import { type AnyCsv, damaged, wellFormed } from '../transforms/parse-csv-any.ts'
import { shareOfCases } from '../transforms/parse-csv-cases.ts'
import { type Reading, readCsv } from './read-csv.ts'

/** Rows of empty fields, as many as are scanned at once: a cut behind them is one that the kernel gets to see. */
const filling = 1 << 19

interface CutText {
  readonly columns: Columns
  /** Header and rows, from where a row begins. */
  readonly header: string
  readonly rows: Bytes
  readonly delimiter: string
  readonly quote: number
}

const byteOf = (text: string | null): number => text?.charCodeAt(0) ?? 0xff

const cutText = ({ text, columns, dialect: { delimiter, quote } }: AnyCsv): CutText => {
  const header = text.slice(0, text.indexOf('\n') + 1)
  return { columns, header, rows: Buffer.from(text.slice(header.length)), delimiter, quote: byteOf(quote) }
}

/** A reading of what came after the first `rows` rows, which took `bytes`. */
function shifted({ batches, rejected, rowsIn, error, at }: Reading, rows: number, bytes: number) {
  const placed = (place: Place) => ({ ...place, row: place.row - rows, offset: (place.offset ?? 0) - bytes })
  let before = rows
  const read = batches.flatMap((batch) => {
    const from = Math.min(before, batch.numRows)
    before -= from
    return rowsOf(batch.slice(from))
  })
  const told = rejected.map(({ at, ...row }) => ({ ...row, at: placed(at) }))
  return { rows: error === undefined ? read : [], told, rowsIn: rowsIn - rows, error, at: at && placed(at) }
}

const texts: Arbitrary<CutText> = fc
  .oneof(wellFormed, damaged)
  .map(cutText)
  // Without a header that can be read there is nothing else to read.
  .filter(({ header, columns, quote, delimiter }) => {
    const { error } = readCsv([Buffer.from(header)], columns, { delimiter: byteOf(delimiter), quote })
    return header !== '' && error === undefined
  })

test('a text is read as one wherever the kernel sees the first part of it without the rest', () => {
  const reads = fc.property(texts, fc.nat(), fc.nat(20), (text, place, more) => {
    const { columns, header, rows, delimiter, quote } = text
    const options = { delimiter: byteOf(delimiter), quote }
    const whole = readCsv([Buffer.from(header), rows], columns, options)
    const named = readCsv([Buffer.from(header)], columns, options)
    const width = named.batches[0]?.schema.fields.length ?? 0
    const empty = `${delimiter.repeat(width - 1)}\n`
    const count = Math.ceil(filling / empty.length) + more
    const filler = Buffer.alloc(count * empty.length, empty)
    const cut = place % (rows.length + 1)
    const pieces = [Buffer.concat([Buffer.from(header), filler, rows.subarray(0, cut)]), rows.subarray(cut)]
    const inTwo = readCsv(pieces, columns, options)
    assert.deepEqual(shifted(inTwo, count, filler.length), shifted(whole, 0, 0))
  })
  fc.assert(reads, { numRuns: shareOfCases(0.15) })
})
