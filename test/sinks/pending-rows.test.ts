import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RecordBatchReader } from 'apache-arrow'
import { DataError } from '../../src/core/errors.ts'
import { fileParts } from '../../src/core/pending-parts.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { source } from '../../src/core/stage.ts'
import { pendingRows } from '../../src/sinks/pending-rows.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { feed } from '../helpers/collect.ts'
import { sharedRule } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { sinkLaws } from '../helpers/stage-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const rows = (...days: number[]) =>
  batchOf({ ticker: 'utf8', day: 'date' }, { ticker: days.map((day) => `T${day % 2}`), day: days })

const into = (root: string) =>
  pendingRows({ slot: { root, table: 't', unit: 'T0' }, rule: sharedRule(), replaces: { tickers: ['T0'] } })

sinkLaws((root) => into(root), { input: [rows(1, 2, 3), rows(4)], readBack: () => undefined })

test('pending-rows: a large unit goes to the disk as it comes, part by part, and is read back as it was', async (t) => {
  const root = tempDir(t)
  const sink = pendingRows({
    slot: { root, table: 't', unit: 'all' },
    rule: sharedRule(),
    replaces: {},
    large: true,
  })
  const {
    outputs,
    brought = [],
    counts,
  } = await runPipeline(from(feed([rows(1, 2), rows(3)])).into(sink), createRun({ durability: 'none' }))
  assert.deepEqual([brought, counts.rowsOut, sink.gathers?.beside], [[], 3, 't@all.parts'])
  const [facts] = outputs.flatMap(({ files }) => files)
  const path = String(facts?.path)
  const parts = []
  const changed = () => new DataError('changed')
  for await (const part of fileParts(path, facts as never, changed)) parts.push(Buffer.from(part))
  assert.deepEqual(
    parts.map((part) => [...RecordBatchReader.from(part)].flatMap(rowsOf).map(({ day }) => day)),
    [[1, 2], [3]],
  )
  for (const spoil of [{ bytes: Number(facts?.bytes) + 1 }, { sha256: '0' }])
    await assert.rejects(async () => {
      for await (const _ of fileParts(path, { ...facts, ...spoil } as never, changed));
    }, changed())
})

test('pending-rows: what it brings is one stream of Arrow, with all rows, and nothing is written yet', async (t) => {
  const root = tempDir(t)
  const { brought = [], counts } = await runPipeline(
    from(feed([rows(1, 2), rows(3)])).into(into(root)),
    createRun(),
  )
  const read = [...RecordBatchReader.from(Buffer.concat(brought))].flatMap(rowsOf)
  assert.deepEqual(
    read,
    [1, 2, 3].map((day) => ({ ticker: `T${day % 2}`, day })),
  )
  assert.equal(counts.rowsOut, 3)
  assert.deepEqual(filesUnder(root), [])
})

test('pending-rows: no row at all is an answer, too', async (t) => {
  const { brought = [] } = await runPipeline(from(feed([rows()])).into(into(tempDir(t))), createRun())
  assert.deepEqual([...RecordBatchReader.from(Buffer.concat(brought))].flatMap(rowsOf), [])
  const none = await runPipeline(from(feed([])).into(into(tempDir(t))), createRun())
  assert.deepEqual(none.brought, [])
})

test('pending-rows: the shape tells how rows lie, and not whose they are', () => {
  const { shape, gathers } = into('lake')
  assert.deepEqual(shape, { format: 'parquet', merge: sharedRule(), parquet: {} })
  assert.deepEqual(gathers?.about, { replaces: { tickers: ['T0'] } })
})

test('pending-rows: a file about the rows has its name when the unit is done, and there is none of one that fails', async (t) => {
  const root = tempDir(t)
  const sink = pendingRows({
    slot: { root, table: 't', unit: 'all' },
    rule: sharedRule(),
    replaces: {},
    about: { name: 'about.json', text: () => '{}\n' },
  })
  const run = createRun({ durability: 'none' })
  const failing = async function* () {
    yield rows(1)
    throw new DataError('no more')
  }
  await assert.rejects(runPipeline(from(source('fails', failing)).into(sink), run), /no more/)
  assert.deepEqual(filesUnder(root), [])
  await runPipeline(from(feed([rows(1)])).into(sink), run)
  assert.deepEqual(
    filesUnder(root).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
    [['_millrace/about.json', '{}\n']],
  )
})
