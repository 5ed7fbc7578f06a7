import type { Place } from '../../src/core/errors.ts'
import type { CsvDialect } from '../../src/transforms/parse-csv-compat.ts'

/** `before` is all that stands before the bad row; behind it comes a good one. */
export interface BadRow {
  readonly before: string
  readonly bad: string
  readonly row: number
  readonly column?: string
  readonly why: RegExp
  readonly dialect?: CsvDialect
}

/** A text that cannot be read to its end. */
export interface BadText {
  readonly text: string | Buffer
  readonly message: RegExp
  readonly at?: Place
  readonly dialect?: CsvDialect
}

export type Titled<T> = Readonly<Record<string, T>>

const xs = (length: number): string => 'x'.repeat(length)

/** Rows that every parser sets aside, of columns `a` and `n`. */
export const badRows: Titled<BadRow> = {
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
  'a value behind semicolons': {
    before: 'a;n\nx;1\n',
    bad: 'y;z',
    row: 2,
    column: 'n',
    why: /"z"/,
    dialect: { delimiter: ';' },
  },
}

/** Texts that every parser refuses. */
export const badTexts: Titled<BadText> = {
  'no bytes at all': { text: '', message: /there is no header: the text is empty/ },
  'a byte order mark only': { text: '\uFEFF', message: /there is no header: the text is empty/ },
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
