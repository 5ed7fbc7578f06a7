import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeData, Utf8 } from 'apache-arrow'
import fc from 'fast-check'
import { makeBatch } from '../../src/columnar/arrow-types.ts'
import type { Batch } from '../../src/core/schema.ts'
import { loadZstd, uncompressed } from '../../src/lake/parquet-codec.ts'
import { createParquetWriter } from '../../src/lake/parquet-writer.ts'
import { anyValue, batchOfRows, kinds } from '../columnar/any-batch.ts'
import { batchOf, type Row } from '../helpers/batches.ts'
import { metadataOf, plain, read, write } from './write-parquet.ts'

const zstd = await loadZstd()

/** Columns as they come in files: values that repeat, run, count up, or do nothing of that; with nulls or without. */
const anyColumn = (kind: (typeof kinds)[number], rows: number) =>
  fc
    .record({
      pool: fc.array(anyValue(kind), { minLength: 1, maxLength: 40 }),
      picks: fc.array(fc.nat(39), { minLength: 1, maxLength: 60 }),
      run: fc.constantFrom(1, 1, 3, 20),
      nulls: fc.constantFrom('some', 'none', 'all'),
    })
    .map(({ pool, picks, run, nulls }) =>
      Array.from({ length: rows }, (_, row) => {
        const value = pool[(picks[Math.floor(row / run) % picks.length] as number) % pool.length] ?? null
        if (nulls === 'all') return null
        return nulls === 'none' ? (value ?? pool.find((one) => one !== null) ?? null) : value
      }),
    )

const anyFile = fc
  .record({
    rows: fc.integer({ min: 0, max: 300 }),
    cuts: fc.array(fc.nat(300), { maxLength: 6 }),
    rowGroupRows: fc.integer({ min: 1, max: 320 }),
    rowsPerPage: fc.constantFrom(1, 8, 13, 64, 1000),
    dictionaries: fc.subarray([...kinds]),
    isCompressed: fc.boolean(),
  })
  .chain(({ rows, ...how }) =>
    fc.tuple(...kinds.map((kind) => anyColumn(kind, rows))).map((columns) => ({
      ...how,
      rows: Array.from(
        { length: rows },
        (_, row): Row => Object.fromEntries(kinds.map((kind, i) => [kind, columns[i]?.[row] ?? null])),
      ),
    })),
  )

test('another reader finds what was written, however batches, pages and row groups are cut', () => {
  fc.assert(
    fc.property(anyFile, ({ rows, cuts, rowGroupRows, rowsPerPage, dictionaries, isCompressed }) => {
      const all = batchOfRows(rows)
      const at = [0, ...cuts.map((cut) => Math.min(cut, rows.length)).sort((a, b) => a - b), rows.length]
      const batches = at.slice(1).map((end, i) => all.slice(at[i], end) as Batch)
      const codec = isCompressed ? zstd : uncompressed
      const file = write(batches, { codec, rowGroupRows, rowsPerPage, dictionaries: new Set(dictionaries) })
      assert.deepEqual(read(file), rows)
      const { num_rows, row_groups } = metadataOf(file)
      assert.equal(num_rows, BigInt(rows.length))
      row_groups.forEach((group, i) => {
        const own = rows.slice(i * rowGroupRows, (i + 1) * rowGroupRows)
        assert.equal(group.num_rows, BigInt(own.length))
        group.columns.forEach(({ meta_data }, column) => {
          assert.deepEqual(toldOf(meta_data?.statistics), rangeOf(own, kinds[column] as keyof Row))
        })
      })
    }),
    { numRuns: Number(process.env['MILLRACE_CASES'] ?? 2000) / 20 },
  )
})

interface Told {
  readonly null_count?: bigint
  readonly min_value?: unknown
  readonly max_value?: unknown
}

const toldOf = ({ null_count, min_value, max_value }: Told = {}) => ({ null_count, min_value, max_value })

/** What statistics have to say of these values. */
function rangeOf(rows: readonly Row[], kind: keyof Row): Told {
  const values = rows.flatMap((row) => row[kind] ?? [])
  const null_count = BigInt(rows.length - values.length)
  const sorted =
    kind === 'utf8'
      ? (values as string[]).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      : values.toSorted((a, b) => (a < b ? -1 : Number(a > b)))
  // A reader may take either zero for the other.
  const isZero = kind === 'float64' && sorted[0] === 0
  const [least, most] = [isZero ? -0 : sorted[0], sorted.at(-1)]
  const isTold = [least, most].every((end) => end !== undefined && Buffer.byteLength(String(end)) <= 256)
  return { null_count, min_value: isTold ? least : undefined, max_value: isTold ? most : undefined }
}

const encodingsOf = (file: Uint8Array): string[] =>
  metadataOf(file).row_groups.map(({ columns }) => columns[0]?.meta_data?.encodings.join(' ') ?? '')

test('a dictionary that would grow beyond 1 MiB ends there, and the next row group begins anew', () => {
  // The second page would need 1.2 MB, the third one again few.
  const texts = Array.from({ length: 3000 }, (_, i) =>
    i < 1000 || i >= 2000 ? `T${i % 7}` : `${i}`.padEnd(1200, 'x'),
  )
  const batch = batchOf({ text: 'utf8' }, { text: texts })
  const options = { rowsPerPage: 1000, dictionaries: new Set(['text']) }
  const file = write([batch, batch.slice(0, 900) as Batch], { ...options, rowGroupRows: 3000 })
  assert.deepEqual(
    read(file).map(({ text }) => text),
    [...texts, ...texts.slice(0, 900)],
  )
  assert.deepEqual(encodingsOf(file), [
    'RLE RLE_DICTIONARY DELTA_LENGTH_BYTE_ARRAY PLAIN',
    'RLE RLE_DICTIONARY PLAIN',
  ])
})

test('a dictionary of many thousand numbers finds each of them', () => {
  const numbers = Array.from({ length: 100_000 }, (_, i) => ((i * 7919) % 50_021) / 8)
  const file = write([batchOf({ n: 'float64' }, { n: numbers })], {
    rowGroupRows: 100_000,
    dictionaries: new Set(['n']),
  })
  assert.deepEqual(encodingsOf(file), ['RLE RLE_DICTIONARY PLAIN'])
  assert.deepEqual(
    read(file).map(({ n }) => n),
    numbers,
  )
})

test('every double comes back with its very bits, and there is no range where one is no number', () => {
  const numbers = [Number.NaN, -0, 0, Number.NEGATIVE_INFINITY, 5e-324, Number.NaN, 1.5]
  for (const dictionaries of [new Set<string>(), new Set(['n'])]) {
    const found = read(write([batchOf({ n: 'float64' }, { n: numbers })], { dictionaries })).map(({ n }) => n)
    assert.ok(
      found.every((n, i) => Object.is(n, numbers[i])),
      found.join(),
    )
  }
  const rangeOfNumbers = (n: readonly number[]) => {
    const { row_groups } = metadataOf(write([batchOf({ n: 'float64' }, { n })]))
    const { min_value, max_value } = row_groups[0]?.columns[0]?.meta_data?.statistics ?? {}
    return [min_value, max_value]
  }
  const { NaN: none, NEGATIVE_INFINITY: least, POSITIVE_INFINITY: most } = Number
  assert.deepEqual(rangeOfNumbers([least, 5e-324, 1.5]), [least, 1.5])
  assert.deepEqual(rangeOfNumbers([most]), [most, most])
  // DuckDB has it above all others, and would not find it beyond a range that ends below.
  assert.deepEqual(rangeOfNumbers(numbers), [undefined, undefined])
  assert.deepEqual(rangeOfNumbers([none]), [undefined, undefined])
  const zeros = rangeOfNumbers([0, 0])
  assert.ok(Object.is(zeros[0], -0) && Object.is(zeros[1], 0))
  assert.ok(Object.is(rangeOfNumbers([-0])[1], 0))
})

test('a text longer than a page is written whole', () => {
  const texts = ['a', 'b'.repeat(3_000_000), null, 'c']
  for (const dictionaries of [new Set<string>(), new Set(['text'])]) {
    const found = read(write([batchOf({ text: 'utf8' }, { text: texts })], { dictionaries, codec: zstd }))
    assert.deepEqual(
      found.map(({ text }) => text),
      texts,
    )
  }
})

test('bytes that stand where a text is null are none of any text', () => {
  const data = makeData({
    type: new Utf8(),
    length: 3,
    nullCount: 1,
    nullBitmap: Uint8Array.of(0b101),
    valueOffsets: Int32Array.of(0, 3, 6, 11),
    data: Buffer.from('onetwothree'),
  })
  const batch = makeBatch<{ text: 'utf8' }>([{ name: 'text', data }], 3)
  assert.deepEqual(
    read(write([batch, batch.slice(1, 3) as Batch])).map(({ text }) => text),
    ['one', null, 'three', null, 'three'],
  )
})

test('what a file held is free when it is closed, also one that was left half written', () => {
  const batch = batchOfRows([{ ...Object.fromEntries(kinds.map((kind) => [kind, null])), int32: 1 }])
  // 4 MB each, of an address space of 4 GB.
  for (let i = 0; i < 2000; i++) {
    const writer = createParquetWriter(batch, { ...plain, rowGroupRows: 1 << 16 })
    assert.equal([...writer.add(batch)].length, 1)
    writer.close()
  }
})

test('a range comes back in the row group after one that had none', () => {
  const n = [1, Number.NaN, 2, 3]
  for (const dictionaries of [new Set<string>(), new Set(['n'])]) {
    const file = write([batchOf({ n: 'float64' }, { n })], { rowGroupRows: 2, dictionaries })
    const ranges = metadataOf(file).row_groups.map(({ columns }) => toldOf(columns[0]?.meta_data?.statistics))
    assert.deepEqual(ranges, [
      { null_count: 0n, min_value: undefined, max_value: undefined },
      { null_count: 0n, min_value: 2, max_value: 3 },
    ])
  }
})
