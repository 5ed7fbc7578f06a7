import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Planned } from '../../src/core/plan.ts'
import { progressPath, tellProgress } from '../../src/core/progress-file.ts'
import type { Unit } from '../../src/core/recipe.ts'
import { createRun, noCounts } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { exitOf, listen, recipeFile, startMillrace } from '../cli/spawn-millrace.ts'
import { runFlaky } from '../helpers/flaky-recipe.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { watchFs } from '../helpers/watch-fs.ts'

const tally = {
  counts: noCounts(),
  rejects: [],
  outputs: [],
  spent: [],
  warnings: [],
  counted: new Set<never>(),
}
const plan = (...done: readonly boolean[]): Planned[] =>
  done.map((one, i) => ({ unit: { id: `u${i}` }, done: one }) as Planned)

function begin(root: string, warned: string[] = []) {
  const clock = createFakeClock()
  const run = createRun({ clock, warn: (text) => void warned.push(text) })
  const teller = tellProgress({ root, recipe: 'trades', workers: 8 }, run)
  const path = progressPath(root, 'trades')
  return { clock, teller, read: () => JSON.parse(readFileSync(path, 'utf8')), path }
}

test('the snapshot has the keys of the seed and no others, in its form', async (t) => {
  const { clock, teller, read, path } = begin(tempDir(t))
  teller.planned?.(plan(true, false, false))
  clock.advance(1500)
  teller.done?.({ id: 'u1' }, tally)
  teller.failed?.({ id: '__proto__' }, new Error('No fundamentals data returned by API'))
  await teller.end()
  const text = readFileSync(path, 'utf8')
  assert.match(text, /"__proto__": \{\n {6}"error": "No fundamentals data/)
  const { failed, ...told } = read()
  assert.deepEqual(told, {
    completed: ['u0', 'u1'],
    started_at: '2024-03-01T00:00:00',
    last_updated: '2024-03-01T00:00:01',
    total_tickers: 3,
    workers: 8,
  })
  assert.deepEqual(Object.values(failed), [
    { error: 'No fundamentals data returned by API', timestamp: '2024-03-01T00:00:01' },
  ])
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('units of a company count as one, done with the last of them, failed with the first', async (t) => {
  const { teller, read } = begin(tempDir(t))
  const units = ['A', 'B', 'C'].flatMap((of) => ['x', 'y'].map((part) => ({ id: `${of} ${part}`, of })))
  const [ax, ay, bx, by] = units as [Unit, Unit, Unit, Unit]
  const before = new Set(['C x', 'C y'])
  teller.planned?.(units.map((unit) => ({ unit, done: before.has(unit.id) }) as Planned))
  teller.done?.(ax, tally)
  teller.done?.(ay, tally)
  teller.ended?.({ name: 'A', parts: [], noData: false })
  teller.failed?.(bx, new Error('no'))
  teller.failed?.(by, new Error('nor this'))
  teller.ended?.({ name: 'B', parts: [], noData: false, error: new Error('no') })
  await teller.end()
  const { completed, failed, total_tickers } = read()
  assert.deepEqual(
    [completed, Object.keys(failed), failed.B.error, total_tickers],
    [['C', 'A'], ['B'], 'no', 3],
  )
})

test('it is replaced at most once a second, by a rename, and at the end', async (t) => {
  const root = tempDir(t)
  const renamed: number[] = []
  const { clock, teller, read } = begin(root)
  watchFs(t, ({ what }) => {
    if (what === 'rename') renamed.push(clock.monotonicMs())
  })
  teller.planned?.(plan(...Array(50).fill(false)))
  for (let i = 0; i < 40; i++) {
    await clock.pass(100)
    teller.done?.({ id: `u${i}` }, tally)
  }
  assert.equal(clock.pending, 1)
  await teller.end()
  assert.equal(clock.pending, 0)
  assert.equal(read().completed.length, 40)
  assert.ok(renamed.length >= 4 && renamed.length <= 6, renamed.join(', '))
})

test('a recipe may be named as it likes, and its snapshot stays in its folder', (t) => {
  const root = tempDir(t)
  const folder = join(root, '_millrace', 'progress')
  for (const name of ['..', '.', '../../x', 'a/b', 'C:\\x'])
    assert.equal(join(progressPath(root, name), '..', '..'), folder, name)
})

test('a snapshot that cannot be written is a warning, and the run goes on', async (t) => {
  const root = tempDir(t)
  mkdirSync(join(root, '_millrace'))
  writeFileSync(join(root, '_millrace', 'progress'), 'in the way')
  const warned: string[] = []
  const report = await runFlaky({ root, units: ['a'] }, {}, { warn: (text) => void warned.push(text) })
  assert.equal(report.done, 1)
  assert.match(warned.join('\n'), /snapshot of the progress is not written: .*progress/)
})

test('a run leaves its snapshot and nothing beside it, one without work leaves none', async (t) => {
  const root = tempDir(t)
  await runFlaky({ root, units: ['a', 'b'] })
  const path = progressPath(root, 'flaky')
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')).completed, ['a', 'b'])
  assert.deepEqual(
    filesUnder(root).filter((name) => /progress|tmp/.test(name)),
    ['_millrace/progress/flaky/download_progress.json'],
  )
  const before = readFileSync(path, 'utf8')
  await runFlaky({ root, units: ['a', 'b'] })
  assert.equal(readFileSync(path, 'utf8'), before)
})

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const python = ['python3', 'python'].find(has)
const absent = [...(has('jq') ? [] : ['jq']), ...(python ? [] : ['Python'])].join(' and ')

/** The seed's three lines. */
const completed = "cat data/download_progress.json | jq '.completed | length'"
const failed = "cat data/download_progress.json | jq '.failed | length'"
const percentage = `
import json
data = json.load(open('data/download_progress.json'))
completed = len(data['completed'])
total = data['total_tickers']
print(f'{completed}/{total} ({completed/total*100:.1f}%)')
`

test("the seed's three lines work while a run is at work", {
  skip: absent ? `${absent} is not here` : false,
}, async (t) => {
  const root = join(tempDir(t), 'lake')
  const args = ['run', recipeFile('lake.js'), '--root', root, '--units', 'a,b,slow,c', '--workers', '1']
  const child = startMillrace(args)
  t.after(() => void child.kill('SIGKILL'))
  const exit = exitOf(child)
  await listen(child.stderr).until('waits')
  const data = progressPath(root, 'lake')
  // It is there from the start, and at most a second old.
  while (!existsSync(data) || JSON.parse(readFileSync(data, 'utf8')).completed.length < 2)
    await new Promise(setImmediate)
  const ask = (program: string, ...rest: readonly string[]): string =>
    execFileSync(
      program,
      rest.map((one) => one.replace('data/download_progress.json', data)),
    ).toString()
  assert.equal(ask('sh', '-c', completed), '2\n')
  assert.equal(ask('sh', '-c', failed), '0\n')
  assert.equal(ask(python ?? '', '-c', percentage), '2/4 (50.0%)\n')
  writeFileSync(join(root, 'go'), '')
  assert.equal(await exit, 0)
  assert.equal(ask('sh', '-c', completed), '4\n')
})
