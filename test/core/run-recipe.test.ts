import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError, MissingError, ReaderLeft, UsageError } from '../../src/core/errors.ts'
import { from } from '../../src/core/pipeline.ts'
import { recipe } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { failureOf, type RecipeOptions, type Report, runRecipe } from '../../src/core/run-recipe.ts'
import { type Bytes, type Sink, sink } from '../../src/core/stage.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed, keepIn } from '../helpers/collect.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

interface Params {
  readonly root: string
  readonly units: readonly string[]
  readonly version?: number
  readonly shape?: string
}

/** Writes each unit's name into a file; a unit `bad...` or `gone...` fails. */
const names = recipe<Params, { readonly id: string; readonly identity: { readonly version: number } }>({
  name: 'names',
  summary: 'Writes names',
  params: {} as never,
  units: ({ units, version = 1 }) => units.map((id) => ({ id, identity: { version } })),
  build: ({ id }, { root, shape = 'plain' }) =>
    from(
      feed(async function* () {
        if (id.startsWith('bad')) throw new DataError(`${id} is bad`)
        if (id.startsWith('gone')) throw new MissingError(`${id} is gone`)
        yield Buffer.from(id)
      }),
    ).into(
      rawFile({ path: join(root, 'names', id), slot: { root, table: 'names', unit: id }, shape: { shape } }),
    ),
})

const runNames = (params: Params, options: Partial<RecipeOptions> = {}): Promise<Report> =>
  runRecipe(names, params, createRun(), { tool: 'test', workers: 2, ...options })

const data = (root: string): string[] => filesUnder(root).filter((path) => !path.startsWith('_millrace'))

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

test('--limit counts the units that are not done yet', async (t) => {
  const root = tempDir(t)
  const units = ['a', 'b', 'c', 'd']
  await runNames({ root, units }, { limit: 1 })
  await runNames({ root, units }, { limit: 2 })
  assert.deepEqual(data(root), ['names/a', 'names/b', 'names/c'])
})

test('another shape is refused with both named, and taken with --replace when it covers the folder', async (t) => {
  const root = tempDir(t)
  await runNames({ root, units: ['a', 'b'] })
  const other = { root, units: ['a'], shape: 'other' }
  await assert.rejects(runNames(other), (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, /holds shape "plain".*would write shape "other"/)
    assert.match(String(error.hint), /--name/)
    return true
  })
  await assert.rejects(runNames(other, { replace: true }), /--replace|holds/)
  assert.deepEqual(pick(await runNames({ ...other, units: ['a', 'b'] }, { replace: true })), {
    done: 2,
    skipped: 0,
    failed: 0,
  })
  assert.equal((await runNames({ ...other, units: ['a', 'b'] })).skipped, 2)
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
    files: [{ path: 'names/a', bytes: 1 }],
    tool: 'test',
  })
})

const sharing = (sinkOf: (id: string) => Sink<Bytes>) =>
  recipe<readonly string[], { readonly id: string }>({
    name: 'sharing',
    summary: 'Units that share one output',
    params: {} as never,
    units: (ids) => ids.map((id) => ({ id })),
    build: ({ id }) => from(feed([Buffer.from(id)])).into({ ...sinkOf(id), inOrder: true }),
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

const pick = ({ done, skipped, failed }: Report) => ({ done, skipped, failed: failed.length })
