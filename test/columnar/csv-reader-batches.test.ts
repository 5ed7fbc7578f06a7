import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Bytes } from '../../src/core/stage.ts'
import { imageOf } from '../helpers/batches.ts'
import { piecesOf } from '../transforms/parse-csv-outcome.ts'
import { type Reading, readCsv } from './read-csv.ts'

const ab = { a: 'utf8', n: 'int32' } as const
const mib = 1 << 20
const [rowsPerBatch, bytesPerBatch] = [32_768, 8 * mib]

const digestOf = ({ batches, rejected, error, at }: Reading) => ({
  batches: batches.map((batch) => {
    const hash = createHash('sha1')
    for (const part of imageOf(batch)) hash.update(part)
    return `${batch.numRows} rows, ${hash.digest('hex')}`
  }),
  rejected,
  error,
  at: at && { ...at },
})

const cutInto = (bytes: Bytes, size: number): Bytes[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

/** Rows of so many bytes each, and where batches of them end. */
function linesOf(lengths: readonly number[]): { text: Bytes; rowCounts: number[] } {
  const lines = lengths.map((length, i) => `${'x'.repeat(length - 4)},${i % 10},\n`)
  const rowCounts: number[] = []
  let [first, offset, rows] = [0, 0, 0]
  for (const length of lengths) {
    if (rows === rowsPerBatch || offset - first >= bytesPerBatch) {
      rowCounts.push(rows)
      ;[first, rows] = [offset, 0]
    }
    rows++
    offset += length
  }
  return { text: Buffer.from(`a,n,b\n${lines.join('')}`), rowCounts: [...rowCounts, rows] }
}

/** How rows of many lengths come together: each so long and so many times. */
const lengths = fc
  .array(
    fc.oneof(
      fc.tuple(fc.integer({ min: 5, max: 300 }), fc.integer({ min: 1, max: 40_000 })),
      fc.tuple(fc.integer({ min: 1000, max: mib }), fc.integer({ min: 1, max: 9 })),
      fc.tuple(fc.constantFrom(256, 512, 4096, mib), fc.constantFrom(2, 8, 9, 2048, 2049, 16_384)),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((runs) =>
    runs.flatMap(([length, times]) =>
      Array<number>(Math.min(times, Math.ceil((12 * mib) / length))).fill(length),
    ),
  )

test('a batch ends at 32 768 rows, or before the first row that begins 8 MiB behind its first', () => {
  const ends = fc.property(lengths, fc.constantFrom(4096, 65_536, mib, 3 * mib), (some, size) => {
    const { text, rowCounts } = linesOf(some)
    const { batches } = readCsv(cutInto(text, size), ab)
    assert.deepEqual(
      batches.map(({ numRows }) => numRows),
      rowCounts,
    )
  })
  fc.assert(ends, { numRuns: 12 })
})

const line = (i: number): string => {
  if (i % 997 === 0) return `${'long '.repeat(9000)},${i},z\n`
  if (i % 1009 === 0) return `x,bad ${i},\n`
  if (i % 2003 === 0) return 'ragged\r\n'
  return i % 3 === 0 ? `"q""\n",${i},\r\n` : `,${i},T${i % 50}\n`
}
const mixed = Buffer.from(
  `n,a\n`.replace('n,a', 'a,n,ticker') + Array.from({ length: 150_000 }, (_, i) => line(i)).join(''),
)

test('batches are the same to the last bit wherever a long text is cut, with a choice of tickers too', () => {
  const columns = { ...ab, ticker: 'utf8' } as const
  for (const wanted of [undefined, new Set(['T7', 'T8', 'z'])]) {
    const filter = wanted && { column: 'ticker', isWanted: (text: string) => wanted.has(text) }
    const expected = digestOf(readCsv([mixed], columns, { filter }))
    assert.ok(expected.batches.length > (wanted ? 0 : 4) && expected.rejected.length > 10)
    for (const size of [1000, 65_536, 100_003, mib, mib + 1, 2 * mib, 2 * mib + 1])
      assert.deepEqual(
        digestOf(readCsv(cutInto(mixed, size), columns, { filter })),
        expected,
        `pieces of ${size}`,
      )
    const anywhere = fc.property(fc.array(fc.nat(), { maxLength: 30 }), (ends) => {
      assert.deepEqual(digestOf(readCsv(piecesOf(mixed, ends), columns, { filter })), expected)
    })
    fc.assert(anywhere, { numRuns: 10 })
  }
})

const xs = (length: number): string => 'x'.repeat(length)
const tooLong = 'the row is longer than 1048576 bytes, or its quote is never closed'

/** A long row with what stands before it and behind; its error, if there is one, and in which row. */
const longRows: Readonly<Record<string, readonly [text: string, error?: string, row?: number]>> = {
  'as long as it may be': [`a,n\n${xs(mib - 3)},1\n`],
  'as long as it may be, with a return': [`a,n\nx,1\n${xs(mib - 4)},1\r\nx,1\n`],
  'as long as it may be, in quotes': [`a,n\n"${xs(mib - 5)}",1\nx,1\n`],
  'as long as it may be, without a break': [`a,n\n${xs(mib - 3)},1`],
  'one byte too long': [`a,n\n${xs(mib - 2)},1\n`, tooLong, 1],
  'one byte too long, without a break': [`a,n\n${xs(mib - 2)},1`, tooLong, 1],
  'one byte too long, in quotes': [`a,n\nx,1\n"${xs(mib - 4)}",1\n`, tooLong, 2],
  'twice too long': [`a,n\nx,1\n${xs(2 * mib)},1\nx,1\n`, tooLong, 2],
  'five times too long': [`a,n\nx,1\nx,1\n${xs(5 * mib)},1\nx,1\n`, tooLong, 3],
  'too long behind a bad row': [`a,n\nx,bad\n${xs(mib)},1\n`, tooLong, 2],
  'in quotes that are never closed': [`a,n\nx,1\n"${'x\n'.repeat(mib)}`, tooLong, 2],
  'in quotes that are not closed before the end': [`a,n\nx,1\n"${xs(mib - 2)}`, 'a quote is never closed', 2],
  'too long, with a quote that opens inside behind it': [`a,n\nx,1\n${xs(mib)}"x",1\n`, tooLong, 2],
  'too long, with a quote that closes inside far behind it': [`a,n\n"${xs(mib + 600_000)}"x,1\n`, tooLong, 1],
  'too long, and a bad quote in the next': [`a,n\nx,1\n${xs(mib + 100)},1\nx"x",1\n`, tooLong, 2],
  'of a quote that opens in its last byte': [`a,n\n${xs(mib - 1)}"x",1\n`, 'a quote opens inside a field', 1],
  'of a quote that opens one byte later': [`a,n\n${xs(mib)}"x",1\n`, tooLong, 1],
  'a header as long as it may be': [`a,n,${xs(mib - 5)}\nx,1,\n`],
  'a header too long': [`a,n,${xs(mib - 4)}\nx,1,\n`, tooLong, 1],
  'a header far too long': [`a,n,${xs(1_900_000)}\nx,1,\n`, tooLong, 1],
  'a header without end': [`a,n,${xs(4 * mib)}`, tooLong, 1],
}
for (const [title, [text, error, row]] of Object.entries(longRows))
  test(`a row ${title} is ${error ? 'an error' : 'read'}, wherever it is cut`, () => {
    const bytes = Buffer.from(text)
    const sizes = [bytes.length, 2 * mib, mib + 7, mib, 524_289, 65_536, 4099]
    const [first, ...others] = sizes.map((size) => digestOf(readCsv(cutInto(bytes, size), ab)))
    assert.deepEqual([first?.error, first?.at?.row], [error, row])
    const withoutRejects = others.map(({ rejected: _, batches, ...told }) => ({
      ...told,
      batches: error ? [] : batches,
    }))
    assert.ok(first)
    for (const other of withoutRejects)
      assert.deepEqual(other, { error: first.error, at: first.at, batches: error ? [] : first.batches })
  })
