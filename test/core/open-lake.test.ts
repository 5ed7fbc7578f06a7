import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NetworkError, WriteError } from '../../src/core/errors.ts'
import { readFailures } from '../../src/core/failures.ts'
import { appendManifest } from '../../src/core/manifest.ts'
import { type OpenLake, openLake } from '../../src/core/open-lake.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { fallAsleep, lineFor, lockOf, unitsOf } from '../helpers/lake-state.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { watchFs } from '../helpers/watch-fs.ts'

const newRun = () => createRun({ clock: createFakeClock() })
const open = (root: string, run: Run = newRun()): Promise<OpenLake> => openLake(root, run, { tool: 'test' })
test('an open lake commits units one after the other, records failures, and leaves nothing but its files', async (t) => {
  const root = join(tempDir(t), 'lake')
  const run = newRun()
  const lake = await open(root, run)
  const units = Array.from({ length: 20 }, (_, i) => `d${i}`)
  await Promise.all(units.map((unit) => lake.commit(lineFor(unit, run))))
  await lake.fail({ root, table: 't', unit: 'bad' }, new NetworkError('reset'))
  mkdirSync(join(root, '_millrace', 'tmp', run.epoch, 't@bad'), { recursive: true })
  writeFileSync(join(root, '_millrace', 'tmp', run.epoch, 't@bad', 'a.tmp'), 'left')
  await lake.close()
  assert.deepEqual(await unitsOf(root), units)
  assert.equal((await readFailures(root)).get('t\nbad')?.error, 'reset')
  assert.deepEqual(filesUnder(root), ['_millrace/failures.ndjson', '_millrace/manifest.ndjson'])
})

test('a line that cannot be written fails its unit, and those written with it; the next one is whole', async (t) => {
  const root = tempDir(t)
  const run = newRun()
  const lake = await open(root, run)
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  let left = 1
  watchFs(t, ({ what }) => {
    if (what === 'appendFile' && left-- > 0) throw full
  })
  const together = await Promise.allSettled(['d0', 'd1'].map((unit) => lake.commit(lineFor(unit, run))))
  assert.deepEqual(
    together.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await lake.commit(lineFor('d2', run))
  await lake.close()
  assert.deepEqual(await unitsOf(root), ['d2'])
})

test('a lake that cannot be brought in order is not kept locked', async (t) => {
  const root = tempDir(t)
  mkdirSync(join(root, '_millrace'))
  writeFileSync(join(root, '_millrace', 'manifest.ndjson'), 'hello\n')
  await assert.rejects(open(root), /line 1: no line that millrace writes there/)
  rmSync(join(root, '_millrace', 'manifest.ndjson'))
  await (await open(root)).close()
})

test('a run that was overtaken commits nothing any more, and what it had committed stays', async (t) => {
  const root = tempDir(t)
  const [sleeper, other] = [newRun(), newRun()]
  const first = await open(root, sleeper)
  await first.commit(lineFor('d1', sleeper))
  fallAsleep(root, sleeper)
  const second = await open(root, other)
  await assert.rejects(first.commit(lineFor('d2', sleeper)), (error) => {
    assert.ok(error instanceof WriteError)
    assert.match(error.message, /does not hold the lock any more: process \d+ on .* took it over/)
    return true
  })
  assert.doesNotMatch(readFileSync(join(root, '_millrace', 'manifest.ndjson'), 'utf8'), /"d2"/)
  await assert.rejects(first.fail({ root, table: 't', unit: 'd2' }, new Error('late')), WriteError)
  await second.commit(lineFor('d3', other))
  await first.close()
  await second.close()
  assert.deepEqual(await unitsOf(root), ['d1', 'd3'])
})

test('a run stopped between the look at its lock and its line is told that the line does not count', async (t) => {
  const root = tempDir(t)
  const [sleeper, other] = [newRun(), newRun()]
  const first = await open(root, sleeper)
  await first.commit(lineFor('d1', sleeper))
  const lines = readFileSync(join(root, '_millrace', 'manifest.ndjson'), 'utf8')
  fallAsleep(root, sleeper)
  await (await open(root, other)).close()
  const marked = readFileSync(join(root, '_millrace', 'manifest.ndjson'), 'utf8')
  assert.match(
    marked.slice(lines.length),
    new RegExp(`^\\{"v":1,"table":"_millrace".*"over":\\["${sleeper.epoch}"\\]`),
  )
  // The look at its lock came before all this: it is put there once more, until the line is written.
  writeFileSync(join(root, '_millrace', 'manifest.ndjson'), marked)
  mkdirSync(join(root, '_millrace', 'locks', 'lake'))
  writeFileSync(lockOf(root, sleeper), '{}\n')
  watchFs(t, ({ what }) => {
    if (what === 'appendFile') rmSync(lockOf(root, sleeper))
  })
  await assert.rejects(first.commit(lineFor('d2', sleeper)), WriteError)
  assert.match(readFileSync(join(root, '_millrace', 'manifest.ndjson'), 'utf8'), /"d2"/)
  assert.deepEqual(await unitsOf(root), ['d1'])
})

test('a taker that crashed before it could tell whom it had shut out is made good by the next', async (t) => {
  const root = tempDir(t)
  const sleeper = newRun()
  await open(root, sleeper)
  fallAsleep(root, sleeper)
  const crash = watchFs(t, ({ what, path }) => {
    if (what === 'open' && path.endsWith('manifest.ndjson')) throw new Error('crash')
  })
  await assert.rejects(open(root), /crash/)
  crash()
  await (await open(root)).close()
  await appendManifest(root, [lineFor('late', sleeper)], 'fsync')
  assert.deepEqual(await unitsOf(root), [])
})
