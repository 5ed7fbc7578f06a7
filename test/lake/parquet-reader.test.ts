import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRun } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { compressions } from '../../src/lake/parquet-options.ts'
import { type ParquetFacts, readParquet } from '../../src/lake/parquet-reader.ts'
import { anyRows, batchOfRows, someRows } from '../columnar/any-batch.ts'
import { rowsOf, schemaOf } from '../helpers/batches.ts'
import { writeParquet } from '../helpers/parquet-file.ts'
import { openUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

async function read(facts: ParquetFacts, columns?: readonly string[]): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of readParquet(facts, createRun(), columns)) batches.push(batch)
  return batches
}

test('what is read back is what was written, to the last bit, in every kind of column', async (t) => {
  const path = join(tempDir(t), 'a')
  const given = fc.asyncProperty(fc.array(anyRows(), { minLength: 1, maxLength: 3 }), async (parts) => {
    const written = parts.map(batchOfRows)
    await writeParquet(path, written, { rowGroupRows: 16 })
    const batches = await read({ path, rows: parts.flat().length })
    assert.deepEqual(
      batches.flatMap((batch) => rowsOf(batch)),
      parts.flat(),
    )
    assert.deepEqual(schemaOf(batches[0] as Batch), schemaOf(written[0] as Batch))
    assert.deepEqual(openUnder(path), [])
  })
  await fc.assert(given, { numRuns: 40 })
})

for (const compression of compressions)
  test(`some columns are read alone, with ${compression}`, async (t) => {
    const path = join(tempDir(t), 'a')
    await writeParquet(path, [batchOfRows(someRows)], { compression })
    const batches = await read({ path }, ['timestamp_ns', 'utf8'])
    assert.deepEqual(
      batches.flatMap((batch) => rowsOf(batch)),
      someRows.map(({ utf8, timestamp_ns }) => ({ utf8, timestamp_ns })),
    )
  })

test('a column that is not there is told', async (t) => {
  const path = join(tempDir(t), 'a')
  await writeParquet(path, [batchOfRows(someRows)])
  await assert.rejects(read({ path }, ['date', 'none']), {
    name: 'UsageError',
    message: /a has no column none/,
  })
})

test('a file without rows tells its columns', async (t) => {
  const path = join(tempDir(t), 'a')
  await writeParquet(path, [batchOfRows([])])
  const [batch, ...more] = await read({ path, rows: 0 })
  assert.deepEqual([batch?.numRows, more.length], [0, 0])
  assert.deepEqual(schemaOf(batch as Batch), schemaOf(batchOfRows([])))
  assert.deepEqual(schemaOf((await read({ path }, ['date']))[0] as Batch), ['date: Date32<DAY>'])
})

/** What becomes of a good file, and what is said then. */
const failures: Readonly<Record<string, readonly [(path: string) => Partial<ParquetFacts>, object]>> = {
  'a missing file': [
    (path) => ({ path: `${path}-none` }),
    { name: 'MissingError', message: /none: there is no such file/ },
  ],
  'a shorter file': [
    (path) => {
      const bytes = readFileSync(path).length
      truncateSync(path, bytes - 1)
      return { bytes }
    },
    { name: 'DataError', message: /a: has \d+ bytes, and was written with \d+/ },
  ],
  'a file without its end': [
    (path) => {
      truncateSync(path, readFileSync(path).length - 1)
      return {}
    },
    { name: 'DataError', message: /a: cannot be read \(.*\)/ },
  ],
  'an empty file': [
    (path) => {
      truncateSync(path, 0)
      return {}
    },
    { name: 'DataError', message: /a: cannot be read \(.*\)/ },
  ],
  'a file whose pages are other bytes': [
    (path) => {
      const bytes = readFileSync(path)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      writeFileSync(path, bytes.fill(0x5a, 100, 101))
      return { bytes: bytes.length, sha256 }
    },
    { name: 'DataError', message: /a: its bytes are not those that were written/ },
  ],
  'a file of other rows': [
    () => ({ rows: 12 }),
    { name: 'DataError', message: /a: holds 11 rows, and was written with 12/ },
  ],
  'a path below a file': [
    (path) => ({ path: join(path, 'b') }),
    { name: 'DataError', message: /b: cannot be read \(ENOTDIR/ },
  ],
  'a folder': [(path) => ({ path: join(path, '..') }), { name: 'DataError', message: /cannot be read/ }],
}
for (const [what, [spoil, error]] of Object.entries(failures))
  test(`${what} is an error, and is closed`, async (t) => {
    const path = join(tempDir(t), 'a')
    await writeParquet(path, [batchOfRows(someRows)])
    const facts = spoil(path)
    await assert.rejects(read({ path, ...facts }), error)
    assert.deepEqual(openUnder(path), [])
  })
