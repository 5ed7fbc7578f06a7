import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { readManifest } from '../../src/core/manifest.ts'
import { openLake } from '../../src/core/open-lake.ts'
import { from } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { parquetLake } from '../../src/sinks/parquet-lake.ts'
import { batchOf } from '../helpers/batches.ts'
import { feed } from '../helpers/collect.ts'
import { flaky, runFlaky } from '../helpers/flaky-recipe.ts'
import { fallAsleep } from '../helpers/lake-state.ts'
import { leftIn } from '../helpers/left-in.ts'
import { pick } from '../helpers/name-recipes.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { watchFs } from '../helpers/watch-fs.ts'

test('while another run writes to the lake there is nothing for this one to do, or exit 7', async (t) => {
  const root = tempDir(t)
  await runFlaky({ root, units: ['a'] })
  const other = createRun()
  const lake = await openLake(root, other, { tool: 'test' })
  assert.deepEqual(pick(await runFlaky({ root, units: ['a'] })), { done: 0, skipped: 1, failed: 0 })
  const before = filesUnder(root)
  await assert.rejects(runFlaky({ root, units: ['a', 'b'] }), (error) => {
    assert.ok(error instanceof WriteError)
    assert.match(error.message, /another run writes to this lake, process \d+ on /)
    return true
  })
  assert.deepEqual(filesUnder(root), before)
  await lake.close()
  assert.equal((await runFlaky({ root, units: ['a', 'b'] })).done, 1)
})

test('what another run has done between the plan and the lock is not done again', async (t) => {
  const root = tempDir(t)
  await runFlaky({ root, units: ['a'] })
  const manifest = join(root, '_millrace', 'manifest.ndjson')
  const done = readFileSync(manifest)
  rmSync(manifest)
  watchFs(t, ({ to }) => {
    if (to?.endsWith('lake')) writeFileSync(manifest, done)
  })
  assert.deepEqual(pick(await runFlaky({ root, units: ['a'] })), { done: 0, skipped: 1, failed: 0 })
})

test('a run that is overtaken ends with exit 7, and its output does not appear', async (t) => {
  const root = tempDir(t)
  const run = createRun({ durability: 'none' })
  const overtake = async (): Promise<void> => {
    fallAsleep(root, run)
    await runFlaky({ root, units: ['z'] })
  }
  const units = ['a', 'b', 'c']
  const ended = runRecipe(flaky, { root, units, script: { b: [overtake] } }, run, { tool: 'test' })
  await assert.rejects(ended, (error) => {
    assert.ok(error instanceof WriteError)
    assert.match(error.message, /does not hold the lock any more/)
    return true
  })
  assert.deepEqual(readdirSync(join(root, 'flaky')), ['a', 'z'])
  assert.deepEqual(
    [...(await readManifest(root)).values()].map(({ unit }) => unit),
    ['a', 'z'],
  )
  assert.deepEqual(pick(await runFlaky({ root, units })), { done: 2, skipped: 1, failed: 0 })
})

test('a run puts in order what crashed ones left, and does what is then to do', async (t) => {
  const root = tempDir(t)
  await runFlaky({ root, units: ['a'] })
  const tmp = join(root, '_millrace', 'tmp', 'crashed')
  mkdirSync(join(tmp, 'flaky@b'), { recursive: true })
  writeFileSync(join(tmp, 'flaky@b', 'b.tmp'), 'half')
  await runFlaky({ root, units: ['a'] })
  assert.ok(readdirSync(tmp).length > 0, 'nothing to do: nothing is touched')
  assert.equal((await runFlaky({ root, units: ['a', 'c'] })).done, 1)
  assert.deepEqual(leftIn(root), ['flaky/a', 'flaky/c'])
})

test('the line of a unit says when its rows happened, and what its files are', async (t) => {
  const root = tempDir(t)
  const batch = batchOf({ n: 'int64', at: 'timestamp_ns' }, { n: [1n, 2n], at: [1709283600000000007n, 5n] })
  const timed = {
    name: 'timed',
    summary: 'Rows with a time',
    params: {} as never,
    units: () => [{ id: 'd', identity: { size: 1 } }],
    build: () =>
      from(feed([batch])).into(parquetLake({ root, table: 'timed', partition: { date: '2024-03-01' } })),
  }
  await runRecipe(timed, {}, createRun(), { tool: 'test' })
  const [line] = [...(await readManifest(root)).values()]
  assert.deepEqual(line?.span, { column: 'at', kind: 'timestamp_ns', min: '5', max: '1709283600000000007' })
  const { path, bytes, rows, sha256 } = line?.files[0] ?? {}
  const file = readFileSync(join(root, String(path)))
  assert.deepEqual([path, bytes, rows], ['timed/date=2024-03-01/part-0.parquet', file.length, 2])
  assert.equal(sha256, createHash('sha256').update(file).digest('hex'))
  rmSync(join(root, String(path)))
  assert.equal((await runRecipe(timed, {}, createRun(), { tool: 'test' })).done, 1)
})
