import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { compressors } from 'hyparquet-compressors'
import { DataError } from '../../src/core/errors.ts'
import type { Batch } from '../../src/core/schema.ts'
import { encodeParquet } from '../../src/lake/parquet-encoder.ts'
import { compressions, parquetDefaults } from '../../src/lake/parquet-options.ts'
import { batchOf } from '../helpers/batches.ts'

const kinds = { ticker: 'utf8', at: 'timestamp_ns', n: 'int64', price: 'float64' } as const
const first = 1712306654208705342n

const rows = (from: number, count: number): Batch => {
  const numbers = Array.from({ length: count }, (_, i) => from + i)
  return batchOf(kinds, {
    ticker: numbers.map((n) => (n % 3 === 0 ? null : `T${n % 5}`)),
    at: numbers.map((n) => first + BigInt(n)),
    n: numbers.map((n) => (n % 7 === 0 ? null : BigInt(n))),
    price: numbers.map((n) => n / 4),
  })
}

async function* batches(count: number, size: number): AsyncGenerator<Batch> {
  for (let i = 0; i < count; i++) yield rows(i * size, size)
}

const encode = async (input: AsyncIterable<Batch>, options = {}): Promise<ArrayBuffer> => {
  const bytes = await buffer(encodeParquet(input, { ...parquetDefaults, ...options }))
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
}

for (const compression of compressions)
  test(`another reader finds every value exactly, with ${compression}`, async () => {
    const file = await encode(batches(3, 100), { compression, rowGroupRows: 128 })
    const read = await parquetReadObjects({
      file,
      compressors,
      parsers: { ...DEFAULT_PARSERS, timestampFromNanoseconds: (n: bigint) => n as never },
    })
    assert.equal(read.length, 300)
    const expected = Array.from({ length: 300 }, (_, n) => ({
      ticker: n % 3 === 0 ? null : `T${n % 5}`,
      at: first + BigInt(n),
      n: n % 7 === 0 ? null : BigInt(n),
      price: n / 4,
    }))
    assert.deepEqual(
      read.map((row) => ({ ...row, ticker: row['ticker'] ?? null, n: row['n'] ?? null })),
      expected,
    )
  })

test('text is utf8 with a dictionary as its encoding, times are nanoseconds without a zone', async () => {
  const { schema, row_groups } = parquetMetadata(await encode(batches(2, 100)))
  const types = Object.fromEntries(schema.map(({ name, logical_type }) => [name, logical_type]))
  assert.deepEqual(types['at'], { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' })
  assert.equal(types['ticker']?.type, 'STRING')
  const ticker = row_groups[0]?.columns[0]?.meta_data
  assert.ok(ticker?.encodings.includes('RLE_DICTIONARY'))
  assert.equal(ticker?.statistics?.min_value, 'T0')
})

const ids = (count: number): Batch => {
  const numbers = Array.from({ length: count }, (_, i) => i)
  return batchOf(
    {
      ticker: 'utf8',
      id: 'utf8',
      exchange: 'int32',
      tape: 'int32',
      sequence: 'int64',
      at: 'timestamp_ns',
      bar: 'timestamp_us',
      price: 'float64',
    },
    {
      ticker: numbers.map((n) => `T${n >> 8}`),
      id: numbers.map(String),
      exchange: numbers.map((n) => (n * n) % 7),
      tape: numbers.map(() => 1),
      sequence: numbers.map(BigInt),
      at: numbers.map((n) => first + BigInt(n)),
      bar: numbers.map((n) => 60_000_000n * BigInt(n % 390)),
      price: numbers.map((n) => n / 4),
    },
  )
}
const given = async function* (batch: Batch): AsyncGenerator<Batch> {
  yield batch
}

/** Each column's encodings and compression. RLE is that of the levels; a dictionary itself is PLAIN. */
const written = {
  ticker: 'PLAIN RLE RLE_DICTIONARY UNCOMPRESSED',
  id: 'DELTA_LENGTH_BYTE_ARRAY RLE ZSTD',
  exchange: 'PLAIN RLE RLE_DICTIONARY ZSTD',
  tape: 'DELTA_BINARY_PACKED RLE UNCOMPRESSED',
  sequence: 'DELTA_BINARY_PACKED RLE UNCOMPRESSED',
  at: 'DELTA_BINARY_PACKED RLE UNCOMPRESSED',
  bar: 'DELTA_BINARY_PACKED RLE ZSTD',
  price: 'PLAIN RLE ZSTD',
}

test('columns are encoded as their first batch tells, and what is packed is not compressed', async () => {
  const { row_groups } = parquetMetadata(await encode(given(ids(4096))))
  const columns = row_groups[0]?.columns.flatMap(({ meta_data = [] }) => meta_data) ?? []
  const found = columns.map(({ path_in_schema: [name], encodings, codec }) => [
    name,
    [...encodings.toSorted(), codec].join(' '),
  ])
  assert.deepEqual(Object.fromEntries(found), written)
})

test('no compression means none, for every column', async () => {
  const { row_groups } = parquetMetadata(await encode(given(ids(4096)), { compression: 'none' }))
  for (const { meta_data } of row_groups[0]?.columns ?? []) assert.equal(meta_data?.codec, 'UNCOMPRESSED')
})

test('bytes come in pieces of at most 1 MiB', async () => {
  const prices = batchOf({ price: 'float64' }, { price: Array.from({ length: 300_000 }, (_, n) => n / 4) })
  const pieces: number[] = []
  for await (const { length } of encodeParquet(given(prices), { ...parquetDefaults, compression: 'none' }))
    pieces.push(length)
  assert.ok(pieces.length > 2 && Math.max(...pieces) === 1 << 20, pieces.join())
})

test('a batch of no rows makes a file of no rows', async () => {
  const { num_rows, schema } = parquetMetadata(await encode(batches(1, 0)))
  assert.deepEqual([num_rows, schema.length], [0n, 5])
})

test('row groups have the size that was asked for, however batches are cut', async () => {
  const { row_groups } = parquetMetadata(await encode(batches(7, 30), { rowGroupRows: 100 }))
  assert.deepEqual(
    row_groups.map(({ num_rows }) => num_rows),
    [100n, 100n, 10n],
  )
})

test('30 000 row groups are written whole', async () => {
  const { num_rows, row_groups } = parquetMetadata(await encode(batches(30, 1000), { rowGroupRows: 1 }))
  assert.deepEqual([num_rows, row_groups.length], [30_000n, 30_000])
})

const failing: readonly (readonly [string, (error: Error) => AsyncGenerator<Batch>, RegExp])[] = [
  ['an error before the first batch', fail(0), /upstream/],
  ['an error after the first batch', fail(1), /upstream/],
  ['an error after many batches', fail(40), /upstream/],
  ['a batch of another schema', changed, /has the columns/],
  ['no batch at all', () => batches(0, 0), /no batch came/],
  ['more row groups than parquet-wasm writes', () => batches(40, 1000), /at most 30000 row groups/],
]
for (const [what, input, message] of failing)
  test(`${what} is an error, and never a short file`, async () => {
    const upstream = new Error('upstream')
    const options = message.source.includes('30000') ? { rowGroupRows: 1 } : {}
    await assert.rejects(encode(input(upstream), options), (error: Error) => {
      assert.match(error.message, message)
      if (message.source === 'upstream') assert.equal(error, upstream)
      else if (!message.source.includes('no batch')) assert.ok(error instanceof DataError)
      return true
    })
  })

function fail(after: number) {
  return async function* (error: Error): AsyncGenerator<Batch> {
    yield* batches(after, 50)
    throw error
  }
}

async function* changed(): AsyncGenerator<Batch> {
  yield rows(0, 10)
  yield batchOf({ ...kinds, price: 'int32' }, { ticker: ['A'], at: [1n], n: [1n], price: [1] })
}

test('a reader that leaves stops the source', async () => {
  let given = 0
  const endless = async function* (): AsyncGenerator<Batch> {
    for (;;) {
      given++
      yield rows(given, 1000)
    }
  }
  for await (const bytes of encodeParquet(endless(), { ...parquetDefaults, rowGroupRows: 1000 })) {
    assert.ok(bytes.length > 0)
    break
  }
  const then = given
  for (let i = 0; i < 20; i++) await turn()
  assert.equal(given, then)
})
