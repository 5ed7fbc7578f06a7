import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataError, Place } from '../../src/core/errors.ts'
import type { Columns } from '../../src/core/schema.ts'
import { type CsvDialect, parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { byteByByte, dataError, someCuts, tallied } from './tallied.ts'

const ab = { a: 'utf8', n: 'int32' } as const
const xs = (length: number): string => 'x'.repeat(length)

/** `before` is all that stands before the bad row; behind it comes a good one. */
interface Bad {
  readonly before: string
  readonly bad: string
  readonly row: number
  readonly column?: string
  readonly why: RegExp
  readonly dialect?: CsvDialect
}

const rejected: Readonly<Record<string, Bad>> = {
  'too few fields': { before: 'a,n\nx,1\n', bad: 'y', row: 2, why: /^1 fields where 2 are due: "y"$/ },
  'too many fields': { before: 'a,n\n', bad: 'y,2,3', row: 1, why: /^3 fields where 2 are due: "y,2,3"$/ },
  'an empty line': { before: 'a,n\nx,1\n', bad: '', row: 2, why: /^1 fields where 2 are due: ""$/ },
  'text in a column of numbers': {
    before: 'a,n\n',
    bad: 'y,z',
    row: 1,
    column: 'n',
    why: /^"z" is not a whole number of 32 bits$/,
  },
  'a quoted empty text in a column of numbers': {
    before: 'a,n\n',
    bad: 'y,""',
    row: 1,
    column: 'n',
    why: /^"" is not/,
  },
  'a number too large': { before: 'n,a\r\n', bad: '2147483648,x', row: 1, column: 'n', why: /"2147483648"/ },
  'a value behind a byte order mark and letters of many bytes': {
    before: '\uFEFFa,n\r\nü€😀,1\r\n',
    bad: 'y,z',
    row: 2,
    column: 'n',
    why: /"z"/,
  },
  'a value behind line breaks in quotes': {
    before: 'a,n\n"\n\r\n""\n",1\n',
    bad: '"\n",z',
    row: 2,
    column: 'n',
    why: /"z"/,
  },
  'a value without a header before it': {
    before: '',
    bad: 'y,z',
    row: 1,
    column: 'n',
    why: /"z"/,
    dialect: { header: 'none' },
  },
  'a value behind semicolons': {
    before: 'a;n\nx;1\n',
    bad: 'y;z',
    row: 2,
    column: 'n',
    why: /"z"/,
    dialect: { delimiter: ';' },
  },
  'a value behind a comment': {
    before: 'a,n\nx,1\n# ü\n#\n',
    bad: 'y,z',
    row: 2,
    column: 'n',
    why: /"z"/,
    dialect: { comment: '#' },
  },
}

for (const [title, { before, bad, row, column, why, dialect }] of Object.entries(rejected))
  test(`a row with ${title} is rejected with its place, and the rows around it are read`, async () => {
    const good = `${dialect?.delimiter === ';' ? 'z;7' : before.startsWith('n') ? '7,z' : 'z,7'}\n`
    const bytes = Buffer.from(`${before}${bad}\n${good}`)
    const at: Place = { row, column, offset: Buffer.byteLength(before) }
    for (const pieces of someCuts(bytes)) {
      const { output, rejects, counts } = await tallied(pieces, parseCsvCompat(ab, dialect))
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
  const { rejects, counts, output } = await tallied(pieces, parseCsvCompat(ab))
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

interface Fatal {
  readonly text: string | Buffer
  readonly message: RegExp
  readonly at?: Place
  readonly dialect?: CsvDialect
}

const fatal: Readonly<Record<string, Fatal>> = {
  'no bytes at all': { text: '', message: /there is no header: the text is empty/ },
  'a byte order mark only': { text: '\uFEFF', message: /there is no header: the text is empty/ },
  'comments only': { text: '# x\n# y', message: /there is no header/, dialect: { comment: '#' } },
  'a header that names a column twice': {
    text: 'a,n,a\n1,2,3\n',
    message: /the header names a twice: a,n,a/,
  },
  'a header that names a column in two cases': {
    text: 'a,n,N\n1,2,3\n',
    message: /the header names n twice: a,n,N/,
  },
  'a header that names an unknown column twice': {
    text: 'a,z,z\n1,2,3\n',
    message: /the header names z twice/,
  },
  'a quote never closed': {
    text: 'a,n\nx,1\n"y,2\nz,3\n',
    message: /^row 2 \(byte 8\): a quote is never closed/,
    at: { row: 2, offset: 8 },
  },
  'a quote that closes inside a field': {
    text: 'a,n\nx,1\n"y"z,2\n',
    message: /^row 2 \(byte 8\): a quote closes inside/,
    at: { row: 2, offset: 8 },
  },
  'a quote that opens inside a field': {
    text: 'a,n\ny"z",2\n',
    message: /^row 1 \(byte 4\): a quote opens inside/,
    at: { row: 1, offset: 4 },
  },
  'a row longer than 1 MiB': {
    text: `a,n\nx,1\n${xs((1 << 20) + 1)},2\n`,
    message: /^row 2 \(byte 8\): the row is longer than 1048576 bytes/,
    at: { row: 2, offset: 8 },
  },
  'a quote never closed in a long text': {
    text: `a,n\n"${'x,1\n'.repeat(300_000)}`,
    message: /^row 1 \(byte 4\): .*its quote is never closed/,
    at: { row: 1, offset: 4 },
  },
  'a byte that is not UTF-8': {
    text: Buffer.from('a,n\nM\xfcller,1\n', 'latin1'),
    message: /the text is not UTF-8/,
  },
  'a character cut off by the end': {
    text: Buffer.from('a,n\nx,1\ny\xe2\x82', 'latin1'),
    message: /the text is not UTF-8/,
  },
  'UTF-16': { text: Buffer.from('\uFEFFa,n\nx,1\n', 'utf16le'), message: /the text is not UTF-8/ },
}

for (const [title, { text, message, at, dialect }] of Object.entries(fatal))
  test(`${title} is an error of the data`, async () => {
    const bytes = Buffer.from(text as string)
    const small = bytes.length < 100 ? byteByByte(bytes) : []
    for (const pieces of [bytes.length ? [bytes] : [], ...(small.length ? [small] : [])])
      await assert.rejects(collect(pieces, parseCsvCompat<Columns>(ab, dialect)), (error) => {
        assert.ok(dataError(message)(error), String(error).slice(0, 300))
        if (at) assert.deepEqual({ ...(error as DataError).at }, at)
        return true
      })
  })

test('a row of almost 1 MiB is read', async () => {
  const long = xs((1 << 20) - 100)
  const { output } = await tallied([Buffer.from(`a,n\n${long},1\n"${long}",2\n`)], parseCsvCompat(ab))
  assert.deepEqual(
    output.flatMap(rowsOf).map(({ a, n }) => [String(a).length, n]),
    [
      [long.length, 1],
      [long.length, 2],
    ],
  )
})

test('long rows make batches of few rows, so that memory stays bounded', async () => {
  const line = Buffer.from(`${xs(1_000_000)},1\n`)
  const { output } = await tallied(
    [Buffer.from('a,n\n'), ...Array<Buffer>(20).fill(line)],
    parseCsvCompat(ab),
  )
  assert.deepEqual(
    output.map(({ numRows }) => numRows),
    [17, 3],
  )
})
