import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Data } from 'apache-arrow'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { makeBatch } from '../../src/columnar/arrow-types.ts'
import { DataError, UsageError } from '../../src/core/errors.ts'
import { loadZstd } from '../../src/lake/parquet-codec.ts'
import { createParquetWriter } from '../../src/lake/parquet-writer.ts'
import { batchOf } from '../helpers/batches.ts'
import { metadataOf, plain, read, write } from './write-parquet.ts'

const zstd = await loadZstd()

for (const names of [
  ['b', '2', '1'],
  ['', 'ü€😀 "', '__proto__'],
])
  test(`columns are told apart by their place: ${names.join(', ')}`, () => {
    const { data } = batchOf({ i: 'int64', f: 'float64', t: 'utf8' }, { i: [7n], f: [2.5], t: ['x'] })
    const columns = names.map((name, i) => ({ name, data: data.children[i] as Data }))
    const { schema, row_groups } = metadataOf(
      write([makeBatch(columns, 1)], { dictionaries: new Set(names) }),
    )
    const types = ['INT64', 'DOUBLE', 'BYTE_ARRAY']
    assert.deepEqual(
      schema.slice(1).map(({ name, type }) => [name, type]),
      names.map((name, i) => [name, types[i]]),
    )
    assert.deepEqual(
      row_groups[0]?.columns.map(({ meta_data }) => [
        meta_data?.path_in_schema[0],
        meta_data?.type,
        meta_data?.statistics?.max_value,
      ]),
      names.map((name, i) => [name, types[i], [7n, 2.5, 'x'][i]]),
    )
  })

test('two columns of one name are an error', () => {
  const { data } = batchOf({ a: 'int64', b: 'float64' }, { a: [7n], b: [2.5] })
  const columns = ['n', 'n'].map((name, i) => ({ name, data: data.children[i] as Data }))
  assert.throws(() => write([makeBatch(columns, 1)]), new DataError('two columns have the name n'))
})

test('pages of long texts are short, and hold one at least', () => {
  const length = 10_000
  const texts = Array.from({ length: 2000 }, (_, i) => `${i} `.padEnd(i === 1000 ? 9_000_000 : length, 'x'))
  const batch = batchOf({ text: 'utf8', n: 'int32' }, { text: texts, n: texts.map((_, i) => i) })
  const writer = createParquetWriter(batch, { ...plain, rowGroupRows: 2000 })
  const pieces = [...writer.add(batch), ...writer.end()].filter((piece) => piece !== undefined)
  writer.close()
  const sizes = pieces.map((piece) => piece.length).filter((size) => size > length)
  assert.ok(sizes.length > 4 && sizes.filter((size) => size > 6_000_000).length === 1, sizes.join())
  assert.deepEqual(
    read(Buffer.concat(pieces)).map(({ text }) => text),
    texts,
  )
})

test('large pages are made one at a step, so that others may work between them, and small ones at once', () => {
  for (const [rows, steps] of [
    [20_000, 4],
    [100, 0],
  ] as const) {
    const numbers = Array.from({ length: rows }, (_, i) => i)
    const batch = batchOf({ n: 'int32', x: 'float64' }, { n: numbers, x: numbers })
    const writer = createParquetWriter(batch, { ...plain, rowGroupRows: rows, rowsPerPage: 8192 })
    const pieces = [...writer.add(batch), ...writer.end()]
    writer.close()
    assert.equal(pieces.filter((piece) => piece === undefined).length, steps)
  }
})

test('a row group has one row at least, and an end', () => {
  const batch = batchOf({ n: 'int32' }, { n: [1] })
  for (const rowGroupRows of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => write([batch], { rowGroupRows }), UsageError)
  assert.equal(read(write([batch], { rowGroupRows: 2 ** 31 })).length, 1)
})

test('what a footer says of places and sizes is what lies there', () => {
  const n = Array.from({ length: 3000 }, (_, i) => (i % 700 === 0 ? null : i % 500))
  const batch = batchOf(
    { n: 'int32', text: 'utf8', few: 'bool' },
    { n, text: n.map((i) => `${i}`), few: n.map(Boolean) },
  )
  const options = { rowGroupRows: 1100, rowsPerPage: 400, dictionaries: new Set(['text']), codec: zstd }
  const file = write([batch], options)
  let at = 4
  for (const [i, group] of metadataOf(file).row_groups.entries()) {
    const start = at
    let uncompressed = 0
    for (const { meta_data } of group.columns) {
      assert.equal(Number(meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset), at)
      const pages = pagesOf(file, at, Number(meta_data?.total_compressed_size))
      assert.equal(pages.rows, group.num_rows)
      assert.equal(pages.dataAt, Number(meta_data?.data_page_offset))
      assert.equal(pages.uncompressed, Number(meta_data?.total_uncompressed_size))
      at += Number(meta_data?.total_compressed_size)
      uncompressed += pages.uncompressed
    }
    const { file_offset, total_byte_size, total_compressed_size, ordinal } = group
    const said = [file_offset, total_byte_size, total_compressed_size, ordinal].map(Number)
    assert.deepEqual(said, [start, uncompressed, at - start, i])
  }
  assert.equal(
    at,
    file.length - 8 - new DataView(file.buffer, file.byteOffset).getUint32(file.length - 8, true),
  )
})

/** What the headers of a chunk's pages add up to; they fill it. */
function pagesOf(file: Uint8Array, from: number, bytes: number) {
  const reader = { view: new DataView(file.buffer, file.byteOffset, from + bytes), offset: from }
  let [rows, uncompressed, dataAt] = [0n, 0, 0]
  while (reader.offset < from + bytes) {
    const start = reader.offset
    const page = deserializeTCompactProtocol(reader) as Record<string, number & { field_1: number }>
    if (page['field_1'] === 0) dataAt ||= start
    rows += BigInt(page['field_5']?.field_1 ?? 0)
    uncompressed += reader.offset - start + (page['field_2'] ?? 0)
    reader.offset += page['field_3'] ?? 0
  }
  assert.equal(reader.offset, from + bytes)
  return { rows, uncompressed, dataAt }
}
