import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeTemp } from '../../src/core/durable-file.ts'
import { WriteError } from '../../src/core/errors.ts'
import { shutOut, shutOuts, sweepOrphans } from '../../src/core/orphans.ts'
import { createRun } from '../../src/core/run.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const tmp = (root: string, ...names: readonly string[]): string => join(root, '_millrace', 'tmp', ...names)

function leave(root: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), 'left')
  }
}

test('the unfinished output of crashed runs is removed, and nothing else', async (t) => {
  const root = tempDir(t)
  const kept = [
    '_millrace/parts/a.csv.gz.part',
    '_millrace/manifest.ndjson',
    'trades/date=2024-03-01/part-0.parquet',
  ]
  leave(
    root,
    ...kept,
    '_millrace/tmp/one/t@day/part-0.parquet',
    '_millrace/tmp/two/t@day/a.tmp',
    '_millrace/tmp/shut',
  )
  await sweepOrphans(root, 'fsync')
  assert.deepEqual(filesUnder(root), ['_millrace/tmp/shut', ...kept].sort())
  assert.deepEqual(readdirSync(tmp(root)), ['shut'])
})

test('a lake without a temporary folder has no orphans', async (t) => {
  const root = tempDir(t)
  await sweepOrphans(root, 'fsync')
  assert.deepEqual(await shutOuts(root), [])
  assert.ok(!existsSync(join(root, '_millrace')))
})

test('what a crash left half replaced is put back before its folder goes', async (t) => {
  const root = tempDir(t)
  leave(root, '_millrace/tmp/one/t@day.replaced/part-0.parquet')
  writeFileSync(tmp(root, 'one', 't@day.intent'), '{"v":1,"path":"../../../t/date=2024-03-01"}\n')
  await sweepOrphans(root, 'fsync')
  assert.deepEqual(filesUnder(root), ['t/date=2024-03-01/part-0.parquet'])
})

test('a run that was shut out can neither commit what it has nor begin anew', async (t) => {
  const root = tempDir(t)
  leave(root, '_millrace/tmp/sleeper/t@day/a.tmp')
  await shutOut(root, 'sleeper')
  await shutOut(root, 'never-there')
  await shutOut(root, 'sleeper')
  assert.throws(() => renameSync(tmp(root, 'sleeper', 't@day', 'a.tmp'), join(root, 'a')), {
    code: 'ENOTDIR',
  })
  const again = writeTemp(tmp(root, 'sleeper', 't@next', 'a.tmp'), (async function* () {})(), createRun())
  await assert.rejects(again, WriteError)
  assert.deepEqual((await shutOuts(root)).sort(), ['never-there', 'sleeper'])
  assert.equal(statSync(tmp(root, 'sleeper')).mode & 0o777, 0o600)
  await sweepOrphans(root, 'fsync')
  assert.deepEqual(readdirSync(tmp(root)).sort(), ['never-there', 'sleeper'])
})
