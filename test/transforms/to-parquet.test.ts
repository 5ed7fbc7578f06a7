import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { Batch } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { compressions, parquetDefaults } from '../../src/lake/parquet-options.ts'
import { toParquet } from '../../src/transforms/to-parquet.ts'
import { anyBatch, batchOfRows, kinds, someRows } from '../columnar/any-batch.ts'
import { batchOf, type Row, rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { dataError, tallied } from './tallied.ts'

const fileOf = (chunks: readonly Bytes[]): ArrayBuffer => new Uint8Array(Buffer.concat(chunks)).buffer

/** Values as they are stored: hyparquet would make dates of them, which hold no nanoseconds. */
const parsers = {
  timestampFromMilliseconds: (ms: bigint) => ms,
  timestampFromMicroseconds: (us: bigint) => us,
  timestampFromNanoseconds: (ns: bigint) => ns,
  dateFromDays: (days: number) => days,
  stringFromBytes: (bytes: Uint8Array) => bytes && Buffer.from(bytes).toString(),
} as never

const readBack = async (chunks: readonly Bytes[]): Promise<Row[]> =>
  (await parquetReadObjects({ file: fileOf(chunks), compressors, parsers })) as Row[]

/** What every file of these rows says of itself, whatever the batches were. */
const footerOf = (chunks: readonly Bytes[]) => {
  const { num_rows, schema, row_groups, created_by } = parquetMetadata(fileOf(chunks))
  return {
    rows: Number(num_rows),
    columns: schema.slice(1).map(({ name }) => name),
    groups: row_groups.length,
    created_by,
  }
}

const whole = batchOfRows(someRows)

batchTransformLaws(() => toParquet({ rowGroupRows: 4 }), {
  input: [whole],
  digest: footerOf,
  // A row group's rows are held back.
  readAhead: 12,
  check: (output) =>
    assert.deepEqual(footerOf(output), { rows: 11, columns: kinds, groups: 3, created_by: 'millrace' }),
})

for (const compression of compressions)
  test(`a file compressed with ${compression} is read back by hyparquet, to the last digit`, async () => {
    const rows = await readBack(await collect([whole, whole], toParquet({ compression, rowGroupRows: 5 })))
    assert.deepEqual(rows, [...someRows, ...someRows])
  })

test('any batches, sliced or not, are read back row by row', async () => {
  const same = fc.asyncProperty(fc.array(anyBatch(20), { minLength: 1, maxLength: 3 }), async (given) => {
    const chunks = await collect(
      given.map(({ batch }) => batch),
      toParquet(),
    )
    assert.deepEqual(
      await readBack(chunks),
      given.flatMap(({ rows }) => rows),
    )
  })
  await fc.assert(same, { numRuns: 40 })
})

const folder = mkdtempSync(join(tmpdir(), 'millrace-to-parquet-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function askDuckDb(batches: readonly Batch[], query: (file: string) => string): Promise<unknown[][]> {
  const path = join(folder, 'file.parquet')
  writeFileSync(path, Buffer.concat(await collect(batches, toParquet())))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(query(`'${path}'`))
  connection.closeSync()
  instance.closeSync()
  return reader.getRows()
}

test('DuckDB sees the types that the lake promises', async () => {
  const described = await askDuckDb(
    [whole],
    (file) => `select column_name, column_type from (describe from ${file})`,
  )
  assert.deepEqual(Object.fromEntries(described), {
    utf8: 'VARCHAR',
    bool: 'BOOLEAN',
    int8: 'TINYINT',
    int16: 'SMALLINT',
    int32: 'INTEGER',
    int64: 'BIGINT',
    float64: 'DOUBLE',
    date: 'DATE',
    timestamp_ns: 'TIMESTAMP_NS',
    timestamp_us: 'TIMESTAMP',
    // DuckDB has no zoned nanoseconds: it cuts them.
    timestamp_ns_utc: 'TIMESTAMP WITH TIME ZONE',
    timestamp_us_utc: 'TIMESTAMP WITH TIME ZONE',
  })
})

test('DuckDB reads every value and null, nanoseconds to the last digit', async () => {
  const exact = {
    date: "date - date '1970-01-01'",
    timestamp_ns: 'epoch_ns(timestamp_ns)',
    timestamp_us: 'epoch_us(timestamp_us)',
    timestamp_us_utc: 'epoch_us(timestamp_us_utc)',
  } as Readonly<Record<string, string>>
  const asked = kinds.filter((kind) => kind !== 'timestamp_ns_utc')
  const rows = await askDuckDb(
    [whole],
    (file) => `select ${asked.map((kind) => exact[kind] ?? kind).join()} from ${file}`,
  )
  assert.deepEqual(
    rows.map((row) => row.map((value, i) => (asked[i] === 'date' && value !== null ? Number(value) : value))),
    someRows.map((row) => asked.map((kind) => row[kind])),
  )
})

test('a batch of no rows is a file of no rows with all its columns', async () => {
  const chunks = await collect([batchOfRows([])], toParquet())
  assert.deepEqual([await readBack(chunks), footerOf(chunks).columns], [[], kinds])
})

test('a batch of other columns than the first is an error of the data', async () => {
  const other = batchOf({ a: 'int32' }, { a: [1] })
  await assert.rejects(
    collect<Batch, Bytes>([whole, other], toParquet()),
    dataError(/a batch has the columns/),
  )
})

test('rows that went out are counted, and how they are stored shapes the output', async () => {
  const { counts } = await tallied([whole, whole], toParquet())
  assert.equal(counts.rowsOut, 2 * rowsOf(whole).length)
  assert.deepEqual(toParquet().shape, { format: 'parquet', ...parquetDefaults })
  assert.deepEqual(toParquet({ compression: 'none' }).shape, {
    format: 'parquet',
    ...parquetDefaults,
    compression: 'none',
  })
})
