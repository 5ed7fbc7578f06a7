import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError, ReaderLeft } from '../../src/core/errors.ts'
import { failureOf } from '../../src/core/ledger.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { type Bytes, type Sink, sink } from '../../src/core/stage.ts'
import { keepIn } from '../helpers/collect.ts'
import { data, names, pick, runNames, sharing } from '../helpers/name-recipes.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

test('done units are skipped by the next run, others are not', async (t) => {
  const root = tempDir(t)
  const units = ['a', 'b', 'c']
  assert.deepEqual(pick(await runNames({ root, units: ['a', 'b'] })), { done: 2, skipped: 0, failed: 0 })
  assert.deepEqual(pick(await runNames({ root, units })), { done: 1, skipped: 2, failed: 0 })
  rmSync(join(root, 'names/b'))
  assert.deepEqual(pick(await runNames({ root, units })), { done: 1, skipped: 2, failed: 0 })
  assert.deepEqual(pick(await runNames({ root, units, version: 2 })), { done: 3, skipped: 0, failed: 0 })
  assert.deepEqual(data(root), ['names/a', 'names/b', 'names/c'])
})

const failures: readonly (readonly [readonly string[], string | undefined])[] = [
  [['a', 'b'], undefined],
  [['bad1'], 'data'],
  [['bad1', 'bad2'], 'data'],
  [['bad1', 'gone1'], 'partial'],
  [['a', 'bad1'], 'partial'],
]
for (const [units, reason] of failures)
  test(`units ${units.join(', ')} end as ${reason}, and the good ones are kept`, async (t) => {
    const root = tempDir(t)
    const report = await runNames({ root, units })
    assert.equal(failureOf(report), reason)
    assert.deepEqual(
      data(root),
      units.filter((unit) => !/bad|gone/.test(unit)).map((unit) => `names/${unit}`),
    )
    assert.deepEqual(
      filesUnder(root).filter((path) => path.includes('tmp')),
      [],
    )
  })

test('a unit once failed is tried again by the next run', async (t) => {
  const root = tempDir(t)
  await runNames({ root, units: ['a', 'bad1'] })
  const report = await runNames({ root, units: ['a', 'bad1'] })
  assert.deepEqual(pick(report), { done: 0, skipped: 1, failed: 1 })
  assert.equal(failureOf(report), 'partial')
})

test('the manifest has one line a unit, with its counts and files', async (t) => {
  const root = tempDir(t)
  await runNames({ root, units: ['a'] })
  const [line, rest] = readFileSync(join(root, '_millrace/manifest.ndjson'), 'utf8').split('\n')
  const { at, epoch, ...told } = JSON.parse(line as string)
  assert.equal(rest, '')
  assert.ok(Date.parse(at) > 0 && epoch.length > 10)
  assert.deepEqual(told, {
    v: 1,
    table: 'names',
    unit: 'a',
    identity: { version: 1 },
    shape: { shape: 'plain' },
    counts: { bytesIn: 0, rowsIn: 0, rowsOut: 0, rejected: 0, filtered: 0, zeroToNull: 0, bytesOut: 1 },
    files: [{ path: 'names/a', bytes: 1, sha256: createHash('sha256').update('a').digest('hex') }],
    tool: 'test',
  })
})

test('units that share an output go in order and stop at the first failure', async () => {
  const kept: Bytes[] = []
  const fails = sink<Bytes>('fails', () => async () => {
    throw new DataError('no')
  })
  const shared = sharing((id) => (id === 'c' ? fails : keepIn(kept)))
  const report = await runRecipe(shared, ['a', 'b', 'c', 'd'], createRun(), { tool: 'test', workers: 4 })
  assert.equal(Buffer.concat(kept).toString(), 'ab')
  assert.deepEqual(
    { ...pick(report), notStarted: report.notStarted },
    { done: 2, skipped: 0, failed: 1, notStarted: 1 },
  )
})

test('a reader that leaves ends the run, and is no failure', async () => {
  const leaves = sink<Bytes>('leaves', () => async () => {
    throw new ReaderLeft('left')
  })
  const report = await runRecipe(
    sharing(() => leaves),
    ['a', 'b'],
    createRun(),
    { tool: 'test' },
  )
  assert.equal(failureOf(report), undefined)
  assert.equal(report.notStarted, 2)
})

test('a warning is told once, and counted', async () => {
  const warns = (): Sink<Bytes> =>
    sink('warns', (run) => async (input) => {
      for await (const _ of input) run.warn('mind this')
    })
  const told: string[] = []
  const report = await runRecipe(sharing(warns), ['a', 'b', 'c'], createRun(), {
    tool: 'test',
    observer: { warned: ({ id }, text) => told.push(`${id}: ${text}`) },
  })
  assert.deepEqual(told, ['a: mind this'])
  assert.deepEqual(report.warnings, [{ text: 'mind this', units: 3 }])
})

test('an interrupt ends the run with what is done', async (t) => {
  const root = tempDir(t)
  const stop = new AbortController()
  const report = await runRecipe(
    names,
    { root, units: ['a', 'b', 'c'] },
    createRun({ signal: stop.signal }),
    {
      tool: 'test',
      observer: { done: () => stop.abort(new Error('SIGINT')) },
    },
  )
  assert.deepEqual(
    { ...pick(report), notStarted: report.notStarted },
    { done: 1, skipped: 0, failed: 0, notStarted: 2 },
  )
  assert.deepEqual(data(root), ['names/a'])
})
