import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError, NetworkError, UsageError } from '../../src/core/errors.ts'
import { readFailures } from '../../src/core/failures.ts'
import { failureOf } from '../../src/core/ledger.ts'
import { readManifest } from '../../src/core/manifest.ts'
import type { Unit } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { type Flaky, inTime, runFlaky } from '../helpers/flaky-recipe.ts'
import { pick, sharing } from '../helpers/name-recipes.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const units = ['a', 'b', 'c']
const network = (): Error => new NetworkError('reset')
const textOf = (root: string, unit: string): string => readFileSync(join(root, 'flaky', unit), 'utf8')

test('a unit whose network fails is tried again, and is one of the done', async (t) => {
  const root = tempDir(t)
  const clock = createFakeClock()
  const told: string[] = []
  const observer = { warned: ({ id }: Unit, text: string) => void told.push(`${id} ${text}`) }
  const script = { b: [network(), network()] }
  const report = await inTime(clock, runFlaky({ root, units, script }, { retries: 3, observer }, { clock }))
  assert.deepEqual(pick(report), { done: 3, skipped: 0, failed: 0 })
  assert.deepEqual(told, ['b tried again: reset'])
  assert.equal((await readFailures(root)).size, 0)
})

test('a unit that fails for good is recorded, keeps to itself, and is tried again by the next run', async (t) => {
  const root = tempDir(t)
  const script = { b: [new DataError('row 3: too short')] }
  const report = await runFlaky({ root, units, script })
  assert.deepEqual([pick(report), failureOf(report)], [{ done: 2, skipped: 0, failed: 1 }, 'partial'])
  const failure = (await readFailures(root)).get('flaky\nb')
  assert.deepEqual([failure?.reason, failure?.error], ['data', 'row 3: too short'])
  assert.deepEqual(pick(await runFlaky({ root, units, script })), { done: 1, skipped: 2, failed: 0 })
})

test('a source that changed is started over once, from what it is then, and that is what the manifest says', async (t) => {
  const root = tempDir(t)
  const changed = () => new NetworkError('another ETag', { again: 'changed' })
  let listings = 0
  const params = { root, units: ['a', 'b'], script: { b: [changed()] }, version: () => ++listings }
  assert.deepEqual(pick(await runFlaky(params)), { done: 2, skipped: 0, failed: 0 })
  assert.deepEqual([textOf(root, 'a'), textOf(root, 'b')], ['a 1', 'b 2'])
  assert.deepEqual((await readManifest(root)).get('flaky\nb')?.identity, { version: 2 })
  const twice = await runFlaky({ root, units: ['c'], script: { c: [changed(), changed()] } }, { retries: 3 })
  assert.equal(failureOf(twice), 'network')
})

for (const [left, text, expected] of [
  [0, 'aab', { done: 2, skipped: 0, failed: 0 }],
  [1, 'a', { done: 0, skipped: 0, failed: 1 }],
] as const)
  test(`of units that share an output one whose network failed after ${left} bytes had left gives ${text}`, async () => {
    const kept: Uint8Array[] = []
    let failures = 1
    const failsOnce = sink<Bytes>('fails once', (run) => async (input) => {
      for await (const chunk of input) kept.push(chunk)
      run.count('bytesOut', left)
      if (failures-- > 0) throw network()
    })
    const clock = createFakeClock()
    const shared = sharing(() => failsOnce)
    const running = runRecipe(shared, ['a', 'b'], createRun({ clock }), { tool: 'test', retries: 3 })
    assert.deepEqual(pick(await inTime(clock, running)), expected)
    assert.equal(Buffer.concat(kept).toString(), text)
  })

test('with failFast the first failure ends the others, which are neither done nor failed', async (t) => {
  const root = tempDir(t)
  const script = { a: [new DataError('bad')], b: [() => new Promise<void>(() => {})] }
  const report = await runFlaky({ root, units, script }, { failFast: true, workers: 2 })
  assert.deepEqual(
    { ...pick(report), notStarted: report.notStarted },
    { done: 0, skipped: 0, failed: 1, notStarted: 2 },
  )
  assert.equal(failureOf(report), 'data')
})

/** Options of the second run, after one in which `b` failed, and what it does then. */
const second: readonly (readonly [string, Partial<RecipeOptions>, object])[] = [
  ['what is not done', {}, { done: 1, skipped: 2, failed: 0 }],
  ['all, with force', { force: true }, { done: 3, skipped: 0, failed: 0 }],
  ['two of all, with force and a limit', { force: true, limit: 2 }, { done: 2, skipped: 0, failed: 0 }],
  ['those named, done or not', { refill: ['b', 'c'] }, { done: 2, skipped: 0, failed: 0 }],
  ['only what failed', { retryFailed: true }, { done: 1, skipped: 0, failed: 0 }],
]
for (const [what, options, expected] of second)
  test(`the next run does ${what}`, async (t) => {
    const root = tempDir(t)
    await runFlaky({ root, units, script: { b: [new DataError('bad')] } })
    assert.deepEqual(pick(await runFlaky({ root, units }, options)), expected)
  })

test('what failed once and was done since is not what failed', async (t) => {
  const root = tempDir(t)
  const clock = createFakeClock()
  const run = (params: Partial<Flaky>, options = {}) => {
    clock.advance(1)
    return runFlaky({ root, units, ...params }, options, { clock })
  }
  await run({ script: { a: [new DataError('bad')], b: [new DataError('bad')] } })
  await run({ units: ['b'] })
  rmSync(join(root, 'flaky', 'b'))
  rmSync(join(root, 'flaky', 'c'))
  assert.deepEqual(pick(await run({}, { retryFailed: true })), { done: 1, skipped: 0, failed: 0 })
  assert.equal(textOf(root, 'a'), 'a 1')
  const none = { done: 0, skipped: 0, failed: 0 }
  assert.deepEqual(pick(await run({}, { retryFailed: true })), none)
  await run({ script: { a: [new DataError('bad')] } }, { refill: ['a'] })
  assert.deepEqual(pick(await run({}, { retryFailed: true })), { ...none, done: 1 }, 'what it held is older')
  assert.deepEqual(pick(await run({})), { done: 2, skipped: 1, failed: 0 })
})

test('force and refill convert in the same shape only, and refill knows its units', async (t) => {
  const root = tempDir(t)
  await runFlaky({ root, units })
  await assert.rejects(runFlaky({ root, units }, { refill: ['b', 'd'] }), (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, /no unit d to refill/)
    assert.match(error.hint ?? '', /there are 3, from a to c/)
    return true
  })
  const manifest = join(root, '_millrace', 'manifest.ndjson')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll('"as":"text"', '"as":"other"'))
  for (const options of [{ force: true }, { refill: ['b'] }])
    await assert.rejects(runFlaky({ root, units }, options), /holds as "other"/)
})
