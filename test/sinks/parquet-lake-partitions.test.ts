import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetMetadata } from 'hyparquet'
import { UsageError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { batchOf } from '../helpers/batches.ts'
import { feed } from '../helpers/collect.ts'
import { query } from '../helpers/duckdb.ts'
import { lakeAt, objectsIn, rowsFrom, tableIn, write } from '../helpers/partitioned.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { sinkLaws } from '../helpers/stage-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

async function readBack(root: string): Promise<unknown[]> {
  const paths = filesUnder(root).filter((path) => path.endsWith('.parquet'))
  return Promise.all(paths.map(async (path) => [path, await objectsIn(join(root, path))]))
}

const mixed = [...'ABACABAD', null, 'A', 'b', 'B'].flatMap((ticker) => [ticker, ticker])
sinkLaws((root) => lakeAt(root), { input: [rowsFrom(mixed), rowsFrom(mixed, mixed.length)], readBack })

const folderOf = 'trades/date=2024-03-01'
test('numbers, dates and booleans are levels as well, above one another, and not in the files', async (t) => {
  const root = tempDir(t)
  const kinds = { n: 'int32', exchange: 'int32', big: 'int64', day: 'date', up: 'bool' } as const
  const batch = batchOf(kinds, {
    n: [0, 1, 2, 3],
    exchange: [11, 4, 11, null],
    big: [2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n],
    day: [19_783, 19_784, 19_783, 19_783],
    up: [true, false, true, null],
  })
  const { outputs } = await write(root, [batch], ['exchange', 'big', 'day', 'up'])
  const below = 'exchange=11/big=9223372036854775807/day=2024-03-01/up=%74%72%75%65'
  assert.ok(existsSync(join(root, folderOf, below, 'part-0.parquet')))
  assert.deepEqual(await objectsIn(join(root, folderOf, below, 'part-0.parquet')), [{ n: 0 }, { n: 2 }])
  const types = ", hive_types = {'exchange': int, 'big': bigint, 'day': date, 'up': bool}"
  assert.deepEqual(await query(`select n, exchange, big, day, up from ${tableIn(root, types)} order by n`), [
    ['0', '11', '9223372036854775807', '2024-03-01', 'true'],
    ['1', '4', '-9223372036854775808', '2024-03-02', 'false'],
    ['2', '11', '9223372036854775807', '2024-03-01', 'true'],
    ['3', null, '0', '2024-03-01', null],
  ])
  assert.deepEqual(
    outputs[0]?.files.map(({ path, rows }) => [path.slice(join(root, folderOf).length), rows]),
    [
      [`/${below}/part-0.parquet`, 2],
      ['/exchange=4/big=-9223372036854775808/day=2024-03-02/up=%66%61%6C%73%65/part-0.parquet', 1],
      [
        '/exchange=__HIVE_DEFAULT_PARTITION__/big=0/day=2024-03-01/up=__HIVE_DEFAULT_PARTITION__/part-0.parquet',
        1,
      ],
    ],
  )
})

/** 40 MB of rows, more than is ever held: their partitions take turns. */
async function* takingTurns(): AsyncGenerator<Batch> {
  const text = 'x'.repeat(1000)
  for (let i = 0; i < 80; i++) {
    const rows = Array.from({ length: 500 }, (_, row) => i * 500 + row)
    yield batchOf(
      { ticker: 'utf8', n: 'int64', text: 'utf8' },
      { ticker: rows.map((row) => `T${row % 7}`), n: rows.map(BigInt), text: rows.map(() => text) },
    )
  }
}

test('partitions that take turns for longer than memory holds are one file each, in order, counted once', async (t) => {
  const root = tempDir(t)
  let waited = false
  const watched = feed(async function* () {
    for await (const batch of takingTurns()) {
      waited ||= filesUnder(root).some((path) => path.endsWith('.spill'))
      assert.ok(!filesUnder(root).some((path) => path.endsWith('.parquet')))
      yield batch
    }
  })
  const { counts, outputs } = await runPipeline(from(watched).into(lakeAt(root)), createRun())
  assert.ok(waited)
  assert.equal(counts.rowsOut, 40_000)
  assert.equal(outputs[0]?.files.length, 7)
  assert.deepEqual(filesUnder(root).length, 7)
  for (const [i, { path, rows }] of outputs[0].files.entries()) {
    const read = (await objectsIn(path)).map(({ n }) => Number(n))
    assert.deepEqual(
      read,
      Array.from({ length: rows ?? 0 }, (_, k) => k * 7 + i),
    )
  }
})

test('an abort while rows wait on disk is soon over, and leaves nothing', async (t) => {
  const root = tempDir(t)
  const stop = new AbortController()
  const reason = new Error('enough')
  const ended = async function* (): AsyncGenerator<Batch> {
    yield* takingTurns()
    setImmediate(() => stop.abort(reason))
  }
  await assert.rejects(
    runPipeline(from(feed(ended())).into(lakeAt(root)), createRun({ signal: stop.signal })),
    reason,
  )
  assert.deepEqual(filesUnder(root), [])
})

test('a day without rows is a file without rows, and tells the columns', async (t) => {
  const root = tempDir(t)
  await write(root, [rowsFrom([])])
  const path = `${folderOf}/ticker=__HIVE_DEFAULT_PARTITION__/part-0.parquet`
  assert.deepEqual(filesUnder(root), [path])
  const { num_rows, schema } = parquetMetadata(new Uint8Array(readFileSync(join(root, path))).buffer)
  assert.deepEqual([num_rows, schema.map(({ name }) => name).slice(1)], [0n, ['n']])
  assert.deepEqual(await query(`select count(*) from ${tableIn(root)}`), [['0']])
})

const sets: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ['fewer', [['A', 'B', 'C'], ['B']]],
  [
    'others',
    [
      ['A', 'B'],
      ['C', 'D', 'A'],
    ],
  ],
  ['one and the same', [['A'], ['A']]],
  ['one for another one', [['A'], ['B']]],
]
for (const [what, [first = [], second = []]] of sets)
  test(`a second run takes the place of the first whole: ${what}`, async (t) => {
    const root = tempDir(t)
    await write(root, [rowsFrom(first)])
    await write(root, [rowsFrom(second)])
    assert.deepEqual(
      filesUnder(root),
      [...second].sort().map((ticker) => `${folderOf}/ticker=${ticker}/part-0.parquet`),
    )
    assert.deepEqual(
      await query(`select ticker from ${tableIn(root)} order by n`),
      second.map((ticker) => [ticker]),
    )
  })

test('another partitioning can take the place of a day, both ways', async (t) => {
  const root = tempDir(t)
  const rows = rowsFrom(['A', 'B'])
  for (const partitionBy of [[], ['ticker'], ['n'], []]) await write(root, [rows], partitionBy)
  assert.deepEqual(filesUnder(root), [`${folderOf}/part-0.parquet`])
  await write(root, [rows], ['n'])
  assert.deepEqual(
    filesUnder(root),
    [0, 1].map((n) => `${folderOf}/n=${n}/part-0.parquet`),
  )
})

test('the shape tells the levels, and those that cannot be are refused', () => {
  assert.deepEqual(lakeAt('lake', ['ticker', 'exchange']).shape?.['partition'], [
    'date',
    'ticker',
    'exchange',
  ])
  assert.deepEqual(lakeAt('lake', []).shape?.['partition'], ['date'])
  for (const partitionBy of [['date'], ['ticker', 'Ticker'], ['a/b']])
    assert.throws(() => lakeAt('lake', partitionBy), UsageError)
})
