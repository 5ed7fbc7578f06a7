import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Data, Int64, makeData, Utf8 } from 'apache-arrow'
import fc from 'fast-check'
import { type ColumnEncoder, type ColumnOptions, openColumn } from '../../src/columnar/column-encoder.ts'
import type { Batch, Kind } from '../../src/core/schema.ts'
import { batchOf, type Row } from '../helpers/batches.ts'
import { anyValue, batchOfRows, kinds } from './any-batch.ts'

const options: ColumnOptions = { hasDictionary: true, rowsPerPage: 1000 }

function withColumn<T>(kind: Kind, own: Partial<ColumnOptions>, use: (column: ColumnEncoder) => T): T {
  const column = openColumn(kind, { ...options, ...own })
  try {
    return use(column)
  } finally {
    column.close()
  }
}

/** Nothing of it is lent. */
const pageOf = (column: ColumnEncoder) => {
  const { bytes, ...about } = column.page()
  return { bytes: bytes.slice(), ...about }
}
const endOf = (column: ColumnEncoder) => {
  const { dictionary, range } = column.end()
  return {
    dictionary: dictionary && { ...dictionary, bytes: dictionary.bytes.slice() },
    range: range && [range.least.slice(), range.most.slice()],
  }
}

const dataOf = (batch: Batch, kind: Kind): Data => batch.data.children[kinds.indexOf(kind)] as Data
const allOf = (column: ColumnEncoder, data: Data): void => column.add(data, 0, data.length)
const numbers = (values: readonly (bigint | null)[]): Data =>
  batchOf({ n: 'int64' }, { n: values }).data.children[0] as Data
const texts = (values: readonly (string | null)[]): Data =>
  batchOf({ t: 'utf8' }, { t: values }).data.children[0] as Data

const anyFilling = fc.record({
  kind: fc.constantFrom(...kinds),
  hasDictionary: fc.boolean(),
  before: fc.nat(17),
  cuts: fc.array(fc.nat(60), { maxLength: 8 }),
  values: fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
  isEverNull: fc.boolean(),
})

test('bytes tell neither how rows were cut and sliced nor what lay in memory before', () => {
  fc.assert(
    fc.property(anyFilling, ({ kind, hasDictionary, before, cuts, values, isEverNull }) => {
      const pool = fc.sample(anyValue(kind), { numRuns: 20, seed: values.length })
      const some = pool.find((value) => value !== null) ?? null
      const rows = values.map((n): Row => ({ [kind]: pool[n % 20] ?? (isEverNull ? null : some) }))
      const whole = withColumn(kind, { hasDictionary }, (column) => {
        allOf(column, dataOf(batchOfRows(rows), kind))
        return [pageOf(column), endOf(column)]
      })
      const larger = batchOfRows([
        ...pool.slice(0, before).map((value) => ({ [kind]: value })),
        ...rows,
        ...rows,
      ])
      const sliced = dataOf(larger.slice(before, larger.numRows) as Batch, kind)
      const at = [0, ...cuts.map((cut) => Math.min(cut, rows.length)).sort((a, b) => a - b), rows.length]
      withColumn(kind, { hasDictionary }, (column) => {
        // Other rows first, and all of them in a chunk of their own.
        allOf(column, sliced)
        pageOf(column)
        column.end()
        for (const [i, end] of at.slice(1).entries())
          if (i % 2 === 0) column.add(sliced, at[i] as number, end)
          // Without a bitmap where the cut has no null.
          else allOf(column, dataOf(larger.slice(before + (at[i] as number), before + end) as Batch, kind))
        assert.deepEqual([pageOf(column), endOf(column)], whole)
      })
    }),
    { numRuns: 300 },
  )
})

test('a page has room for all of its rows, and columns beside each other keep theirs', () => {
  for (const rowsPerPage of [1, 7, 8, 9, 64, 1000]) {
    const rows = Array.from(
      { length: rowsPerPage },
      (_, i): Row => ({
        ...Object.fromEntries(kinds.map((kind) => [kind, null])),
        ...(i % 3 > 0 && {
          int8: i % 100,
          int64: BigInt(i),
          float64: i / 8,
          bool: i % 2 === 0,
          utf8: `${i}`,
        }),
      }),
    )
    const batch = batchOfRows(rows)
    const own = { rowsPerPage, hasDictionary: false }
    const alone = kinds.map((kind) =>
      withColumn(kind, own, (column) => {
        allOf(column, dataOf(batch, kind))
        return [pageOf(column), endOf(column)]
      }),
    )
    const columns = kinds.map((kind) => openColumn(kind, { ...options, ...own }))
    for (let row = 0; row < rowsPerPage; row++)
      for (const [i, column] of columns.entries()) column.add(dataOf(batch, kinds[i] as Kind), row, row + 1)
    const together = columns.map((column) => [pageOf(column), endOf(column)])
    for (const column of columns) column.close()
    assert.deepEqual(together, alone)
  }
})

test('differences of the extremes are packed, wrapping around', () => {
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n]
  const tables: readonly (readonly [values: readonly bigint[], width: number])[] = [
    [[5n, 5n, 5n], 0],
    [[5n, 6n, 8n], 1],
    // As differences +(2^64 - 1) and -(2^64 - 1): 1 less than nothing, and 1.
    [[least, most, least, most], 2],
    [[0n, most, 0n, least, most], 64],
  ]
  for (const [values, width] of tables)
    withColumn('int64', { hasDictionary: false }, (column) => {
      allOf(column, numbers(values))
      const { bytes, encoding } = pageOf(column)
      // Behind the levels: 128 in a block, 4 miniblocks, the count, the first value, the smallest difference, widths.
      let at = 4 + new DataView(bytes.buffer).getUint32(0, true)
      for (let i = 0; i < 5; i++) at = endOfVarint(bytes, at)
      assert.deepEqual([encoding, ...bytes.subarray(at, at + 4)], [5, width, 0, 0, 0])
    })
})

function endOfVarint(bytes: Uint8Array, from: number): number {
  let at = from
  while ((bytes[at] as number) >= 0x80) at++
  return at + 1
}

test('values that were made to collide have no dictionary: it would take minutes', () => {
  // Multiplied by what numbers are spread with, they are 0, 1, 2 and so on: all in one slot.
  const spread = 0x9e3779b97f4a7c15n
  let inverse = spread
  for (let i = 0; i < 6; i++) inverse = BigInt.asUintN(64, inverse * (2n - spread * inverse))
  const values = Array.from({ length: 3000 }, (_, i) => BigInt.asIntN(64, BigInt(i) * inverse))
  withColumn('int64', { rowsPerPage: 4000 }, (column) => {
    allOf(column, numbers(values))
    assert.equal(column.page().encoding, 5)
    assert.equal(column.end().dictionary, undefined)
    allOf(column, numbers(values.slice(0, 9)))
    assert.equal(column.page().encoding, 8)
    assert.equal(column.end().dictionary?.values, 9)
  })
})

test('rows without nulls leave those before them null', () => {
  withColumn('int64', { hasDictionary: false }, (column) => {
    allOf(column, numbers([null, 1n, null]))
    allOf(column, numbers([2n, 3n]))
    const { bytes, nulls } = pageOf(column)
    // A length, one eight that is packed, and the eight: rows 1, 3 and 4.
    assert.deepEqual([nulls, ...bytes.subarray(0, 6)], [2, 2, 0, 0, 0, 0b11, 0b11010])
  })
})

test('a dictionary that could not take in a page is as it was before', () => {
  withColumn('utf8', {}, (column) => {
    allOf(column, texts(['one', 'two', 'one']))
    column.page()
    allOf(column, texts(['three', 'x'.repeat(1 << 20)]))
    assert.equal(column.page().encoding, 6)
    const dictionary = { bytes: new Uint8Array(Buffer.from('\x03\0\0\0one\x03\0\0\0two')), values: 2 }
    assert.deepEqual(endOf(column).dictionary, dictionary)
  })
})

test('memory beyond 2 GiB is as good as any other', () => {
  const columns = Array.from({ length: 300 }, () => openColumn('int64', { ...options, rowsPerPage: 1 << 20 }))
  try {
    const data = numbers([3n, null, 1n])
    for (const column of columns) allOf(column, data)
    const pages = columns.map((column) => [pageOf(column), endOf(column)])
    for (const page of pages) assert.deepEqual(page, pages[0])
  } finally {
    for (const column of columns) column.close()
  }
})

test('columns that find no room leave the others as they were', () => {
  const nullable = { type: new Int64(), length: 1, nullCount: 1, nullBitmap: new Uint8Array(1) }
  // Never touched: there is no such block.
  const tooLarge = makeData({ ...nullable, data: new BigInt64Array(140_000_000) })
  const values = Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? null : `text ${i}`))
  const write = () =>
    withColumn('utf8', {}, (column) => {
      allOf(column, texts(values))
      return [pageOf(column), endOf(column)]
    })
  const before = write()
  withColumn('int64', {}, (column) => assert.throws(() => column.add(tooLarge, 0, 140_000_000), /stopped/))
  assert.deepEqual([write(), write()], [before, before])
})

test('text that is null takes no room in a page', () => {
  const heap = Buffer.from('onetwothree')
  const data = makeData({
    type: new Utf8(),
    length: 3,
    nullCount: 2,
    nullBitmap: Uint8Array.of(0b100),
    valueOffsets: Int32Array.of(0, 3, 6, 11),
    data: heap,
  })
  withColumn('utf8', {}, (column) => {
    column.add(data, 1, 3)
    assert.equal(column.textBytes(), 5)
    column.page()
    assert.equal(column.textBytes(), 0)
  })
})
