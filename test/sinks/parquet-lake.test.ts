import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { parquetLake } from '../../src/sinks/parquet-lake.ts'
import { batchOf } from '../helpers/batches.ts'
import { feed } from '../helpers/collect.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { sinkLaws } from '../helpers/stage-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const numbers = (count: number, from = 0): Batch => {
  const values = Array.from({ length: count }, (_, i) => from + i)
  return batchOf(
    { ticker: 'utf8', n: 'int64' },
    { ticker: values.map((n) => `T${n % 3}`), n: values.map(BigInt) },
  )
}

const lakeAt = (root: string, options = {}) =>
  parquetLake({ root, table: 'numbers', partition: { date: '2024-03-01' }, options })

async function readBack(root: string): Promise<unknown[]> {
  const rows: unknown[] = []
  for (const path of filesUnder(root).filter((name) => name.endsWith('.parquet'))) {
    const bytes = readFileSync(join(root, path))
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
    rows.push([path.replace(/part-\d+/, 'part'), await parquetReadObjects({ file, compressors })])
  }
  return rows
}

sinkLaws((root) => lakeAt(root), { input: [numbers(20), numbers(13, 20)], readBack })

test('parquet-lake: 40 000 tiny row groups become two parts that hold every row', async (t) => {
  const root = tempDir(t)
  const batches = Array.from({ length: 40 }, (_, i) => numbers(1000, i * 1000))
  await runPipeline(from(feed(batches)).into(lakeAt(root, { rowGroupRows: 1 })), createRun())
  assert.deepEqual(filesUnder(root), [
    'numbers/date=2024-03-01/part-0.parquet',
    'numbers/date=2024-03-01/part-1.parquet',
  ])
  const parts = (await readBack(root)) as [string, { n: bigint }[]][]
  assert.deepEqual(
    parts.flatMap(([, rows]) => rows.map(({ n }) => Number(n))),
    Array.from({ length: 40_000 }, (_, i) => i),
  )
})

test('parquet-lake: a second run takes the place of the first, parts and all', async (t) => {
  const root = tempDir(t)
  const many = Array.from({ length: 31 }, (_, i) => numbers(1000, i * 1000))
  await runPipeline(from(feed(many)).into(lakeAt(root, { rowGroupRows: 1 })), createRun())
  const { outputs } = await runPipeline(from(feed([numbers(5)])).into(lakeAt(root)), createRun())
  assert.deepEqual(filesUnder(root), ['numbers/date=2024-03-01/part-0.parquet'])
  assert.equal(outputs[0]?.files[0]?.rows, 5)
})

test('parquet-lake: a batch of another schema leaves what was there', async (t) => {
  const root = tempDir(t)
  await runPipeline(from(feed([numbers(5)])).into(lakeAt(root)), createRun())
  const other = batchOf({ n: 'int32' }, { n: [1] })
  await assert.rejects(
    runPipeline(from(feed<Batch>([numbers(3), other])).into(lakeAt(root)), createRun()),
    /columns/,
  )
  const [[, rows]] = (await readBack(root)) as [[string, unknown[]]]
  assert.equal(rows.length, 5)
})
