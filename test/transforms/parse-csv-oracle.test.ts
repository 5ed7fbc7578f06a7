import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { type AnyCsv, type AnyDialect, cuts, damaged, wellFormed } from './parse-csv-any.ts'
import { shareOfCases } from './parse-csv-cases.ts'
import { type Outcome, outcomeOf, piecesOf } from './parse-csv-outcome.ts'

/** Both parsers read the same text, the kernel in pieces, and tell the same of it. */
async function agree(csv: AnyCsv, ends: readonly number[]): Promise<void> {
  const { text, columns, dialect } = csv
  const bytes = Buffer.from(text)
  const expected = await outcomeOf([bytes], parseCsvCompat(columns, dialect))
  if (oddities.some(({ has }) => has(csv, expected))) return
  assert.deepEqual(await outcomeOf(piecesOf(bytes, ends), parseCsv(columns, dialect)), expected)
}

const same = (csvs: fc.Arbitrary<AnyCsv>, share: number): Promise<void> =>
  fc.assert(fc.asyncProperty(csvs, cuts, agree), { numRuns: shareOfCases(share) })

test('kernel and csv-parse agree on what is well written: columns, values, counts and rejected rows', () =>
  same(wellFormed, 0.35))

test('kernel and csv-parse agree on what is damaged: the same rows up to the same error', () =>
  same(damaged, 0.3))

interface Oddity {
  readonly title: string
  readonly has: (csv: AnyCsv, told: Outcome) => boolean
  readonly text: string
  readonly kernel: Partial<Outcome>
  readonly csvParse: Partial<Outcome>
}

const quoteOf = ({ quote }: AnyDialect): string => quote ?? '\uFFFF'

/** Where they do not agree, and why the kernel is right. */
const oddities: readonly Oddity[] = [
  {
    // RFC 4180 has nothing between a closing quote and the end of its field; csv-parse takes a NUL for the end of the text.
    title: 'NUL after a closing quote',
    has: ({ text, dialect }) => text.includes(`${quoteOf(dialect)}\0`),
    text: 'a,n\n"x"\0,1\n',
    kernel: { error: 'row 1 (byte 4): a quote closes inside a field' },
    csvParse: { rows: [{ a: 'x\0', n: 1 }] },
  },
  {
    // The mark is no part of the header, whose first byte is behind it.
    title: 'quotes that do not match in a header behind a byte order mark',
    has: ({ text }, { error }) => text.startsWith('\uFEFF') && /^row 1 \(byte 0\): /.test(error ?? ''),
    text: '\uFEFF"a,n',
    kernel: { error: 'row 1 (byte 3): a quote is never closed' },
    csvParse: { error: 'row 1 (byte 0): a quote is never closed' },
  },
]

for (const { title, has, text, kernel, csvParse } of oddities)
  test(`they do not agree on ${title}`, async () => {
    const columns = { a: 'utf8', n: 'int32' } as const
    const told = await outcomeOf([Buffer.from(text)], parseCsvCompat(columns))
    assert.deepEqual({ ...told, ...csvParse }, told)
    assert.ok(has({ text, columns, dialect: { delimiter: ',', quote: '"' } }, told))
    const ours = await outcomeOf([Buffer.from(text)], parseCsv(columns))
    assert.deepEqual({ ...ours, ...kernel }, ours)
  })
