import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CsvDialect, parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf } from '../helpers/batches.ts'
import { tallied } from './tallied.ts'

interface Dialect {
  readonly delimiter: string
  readonly quote: string
  readonly backslash: boolean
  readonly bom: boolean
  readonly lastBreak: boolean
  readonly header: 'first line' | 'none'
}

const dialects = fc.record(
  {
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    quote: fc.constantFrom('"', "'"),
    backslash: fc.boolean(),
    bom: fc.boolean(),
    lastBreak: fc.boolean(),
    header: fc.constantFrom('first line' as const, 'none' as const),
  },
  { noNullPrototype: true },
)

/** A field, how it is written, and what ends its line if it is the last one. */
interface Cell {
  readonly text: string | null
  readonly quoted: boolean
}

const letters = fc.string({
  unit: fc.constantFrom(...('ab "\',;\t|\\#\r\nü€😀'.match(/./gsu) ?? [])),
  maxLength: 6,
})
const cell = (isPlain: RegExp) =>
  fc
    .record({ text: fc.option(letters, { freq: 5 }), quote: fc.boolean() }, { noNullPrototype: true })
    .map(({ text, quote }): Cell => ({ text, quoted: text !== null && (quote || !isPlain.test(text)) }))
const plain = /^[ab ü€😀#]+$/u
const lines = fc.array(
  fc.record(
    { cells: fc.tuple(cell(plain), cell(plain), cell(plain)), crlf: fc.boolean() },
    { noNullPrototype: true },
  ),
  { maxLength: 8 },
)
type Lines = readonly { readonly cells: readonly Cell[]; readonly crlf: boolean }[]

const names = ['x', 'y', 'z']

/** The text of the rows, by nothing but string concatenation. */
function written(rows: Lines, { delimiter, quote, backslash, bom, lastBreak, header }: Dialect): string {
  const mark = backslash ? '\\' : quote
  const fieldText = ({ text, quoted }: Cell): string => {
    if (!quoted) return text ?? ''
    const inner = [...(text ?? '')].map((c) => (c === quote || c === mark ? mark + c : c)).join('')
    return quote + inner + quote
  }
  const records = rows.map(({ cells, crlf }) => cells.map(fieldText).join(delimiter) + (crlf ? '\r\n' : '\n'))
  if (header === 'first line') records.unshift(`${names.join(delimiter)}\n`)
  const text = records.join('')
  return `${bom ? '\uFEFF' : ''}${lastBreak ? text : text.replace(/\r?\n$/, '')}`
}

const ends = fc.array(fc.nat(200), { maxLength: 10 })

test('whatever is written in whatever dialect is read, wherever it is cut', async () => {
  const reads = fc.asyncProperty(lines, dialects, ends, async (rows, dialect, at) => {
    const bytes = Buffer.from(written(rows, dialect))
    const cuts = [...at.map((end) => Math.min(end, bytes.length)), bytes.length].sort((a, b) => a - b)
    const pieces = cuts.map((end, i) => bytes.subarray(cuts[i - 1] ?? 0, end))
    const { delimiter, quote, backslash, header } = dialect
    const told: CsvDialect = { delimiter, quote, ...(backslash && { escape: '\\' }), header }
    const { output, counts } = await tallied(
      pieces,
      parseCsvCompat({ x: 'utf8', y: 'utf8', z: 'utf8' }, told),
    )
    assert.deepEqual(
      output.flatMap(rowsOf),
      rows.map(({ cells }) => Object.fromEntries(cells.map(({ text }, i) => [names[i], text]))),
    )
    assert.deepEqual([counts.rowsIn, counts.rejected], [rows.length, 0])
  })
  await fc.assert(reads, { numRuns: 400 })
})

test('every bad number is rejected at the byte where its row begins, and every good one is read', async () => {
  const number = fc.constantFrom('1', '-7', '', 'x', '1.5', '"2"', '"\n"')
  const some = fc.array(fc.tuple(fc.constantFrom('A', '"a,\r\n"', 'ü€', ''), number), { maxLength: 12 })
  const tells = fc.asyncProperty(some, ends, fc.boolean(), async (rows, at, bom) => {
    const expected: number[] = []
    let text = `${bom ? '\uFEFF' : ''}t,n\r\n`
    for (const [t, n] of rows) {
      if (['x', '1.5', '"\n"'].includes(n)) expected.push(Buffer.byteLength(text))
      text += `${t},${n}\n`
    }
    const bytes = Buffer.from(text)
    const cuts = [...at.map((end) => Math.min(end, bytes.length)), bytes.length].sort((a, b) => a - b)
    const pieces = cuts.map((end, i) => bytes.subarray(cuts[i - 1] ?? 0, end))
    const { rejects, counts, output } = await tallied(pieces, parseCsvCompat({ t: 'utf8', n: 'int32' }))
    assert.deepEqual(
      rejects.map(({ at }) => at.offset),
      expected,
    )
    assert.equal(counts.rejected + output.flatMap(rowsOf).length, rows.length)
  })
  await fc.assert(tells, { numRuns: 150 })
})
