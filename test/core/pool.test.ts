import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { threadId } from 'node:worker_threads'
import { DataError, reasonOf } from '../../src/core/errors.ts'
import { failureOf } from '../../src/core/ledger.ts'
import { type Counts, noCounts } from '../../src/core/run.ts'
import { leftIn } from '../helpers/left-in.ts'
import { pick } from '../helpers/name-recipes.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { runThreads, type Told } from '../helpers/thread-recipes.ts'

const told = (root: string, id: string): Told =>
  JSON.parse(readFileSync(join(root, 'threads', `${id}.json`), 'utf8'))

const temps = (root: string): string[] => leftIn(root).filter((path) => /tmp/.test(path))

test('units run on as many threads as there are workers, which take one after the other', async (t) => {
  const root = tempDir(t)
  const units = ['a', 'b', 'c', 'd', 'e', 'f']
  assert.deepEqual(pick(await runThreads({ root, units })), { done: 6, skipped: 0, failed: 0 })
  const threads = units.map((id) => told(root, id).thread)
  assert.equal(new Set(threads).size, 2)
  assert.ok(!threads.includes(threadId))
})

test('there are no more threads than units to do', async (t) => {
  const root = tempDir(t)
  await runThreads({ root, units: ['a'] })
  await runThreads({ root, units: ['a', 'b', 'c'] }, { workers: 16 })
  const threads = ['b', 'c'].map((id) => told(root, id).thread)
  assert.equal(new Set(threads).size, 2)
})

test('a unit is built with its place among those that were asked for', async (t) => {
  const root = tempDir(t)
  const units = ['a', 'b', 'c']
  await runThreads({ root, units })
  const places = units.map((id) => told(root, id)).map(({ first, last }) => [first, last])
  assert.deepEqual(places, [
    [true, false],
    [false, false],
    [false, true],
  ])
})

test('the manifest has a line for every unit, and the report what they counted', async (t) => {
  const root = tempDir(t)
  const seen = noCounts()
  const count = (what: keyof Counts, n: number): void => {
    seen[what] += n
  }
  const report = await runThreads({ root, units: ['counts1', 'counts2', 'c'] }, {}, { count })
  assert.equal(report.counts.rowsIn, 2000)
  assert.deepEqual(seen, report.counts)
  const lines = readFileSync(join(root, '_millrace/manifest.ndjson'), 'utf8').trim().split('\n')
  const rows = lines.map((line) => JSON.parse(line)).map(({ unit, counts }) => [unit, counts.rowsIn])
  assert.deepEqual(rows.sort(), [
    ['c', 0],
    ['counts1', 1000],
    ['counts2', 1000],
  ])
  assert.deepEqual(report.files.length, 3)
})

test('a warning is told as it comes, with its unit', async (t) => {
  const warned: string[] = []
  const report = await runThreads(
    { root: tempDir(t), units: ['warns1', 'warns2'] },
    { observer: { warned: ({ id }, text) => warned.push(`${id}: ${text}`) } },
  )
  assert.deepEqual(warned.filter((text) => !text.endsWith('begun')).length, 1)
  assert.ok(report.warnings.some(({ text, units }) => text === 'mind this' && units === 2))
})

test('what a unit still says when it is over is taken for its own', async (t) => {
  const warned: string[] = []
  await runThreads(
    { root: tempDir(t), units: ['lingers', 'rests1', 'rests2'] },
    { observer: { warned: ({ id }, text) => warned.push(`${id}: ${text}`) } },
  )
  assert.deepEqual(
    warned.filter((text) => text.endsWith('late')),
    ['lingers: this is late'],
  )
})

test('things are shared by the units of one thread', async (t) => {
  const report = await runThreads({ root: tempDir(t), units: ['shares1', 'shares2', 'shares3', 'shares4'] })
  const shared = report.warnings.map(({ text }) => text).filter((text) => text.startsWith('shared'))
  assert.ok(shared.length > 0)
  for (const text of shared) assert.match(text, /^shared by (\d+) and \1$/)
})

test('credentials are lent to a thread that asks', async (t) => {
  const { warnings } = await runThreads(
    { root: tempDir(t), units: ['keys', 'b'] },
    {},
    { access: async () => ({ accessKeyId: 'four', secretAccessKey: 'sixsix' }) },
  )
  assert.ok(warnings.some(({ text }) => text === 'lengths 4 6'))
})

test('an error arrives whole', async (t) => {
  const root = tempDir(t)
  const report = await runThreads({ root, units: ['a', 'bad', 'c'] })
  assert.equal(failureOf(report), 'partial')
  const [failed] = report.failed
  assert.ok(failed?.error instanceof DataError)
  const { message, hint, stage, at } = failed.error
  assert.deepEqual(
    [failed.unit, message, hint, stage, at],
    ['bad', 'row 7, column price: "x" is no number', 'look at it', 'feed', { row: 7, column: 'price' }],
  )
  assert.deepEqual(temps(root), [])
})

test('a reader that left ends the run, and is no failure', async (t) => {
  const report = await runThreads({ root: tempDir(t), units: ['left1', 'left2', 'left3', 'left4'] })
  assert.deepEqual(pick(report), { done: 0, skipped: 0, failed: 0 })
})

const deaths: readonly (readonly [string, RegExp])[] = [
  ['exits', /ended by a stage, with exit code 3/],
  ['throws', /died: nobody catches this/],
  ['stuck', /cannot come any more/],
]
for (const [deed, says] of deaths)
  test(`a thread that dies (${deed}) is a bug of its unit, and another thread goes on`, async (t) => {
    const root = tempDir(t)
    const units = ['a', `${deed}1`, 'b', `${deed}2`, 'c', 'd']
    const report = await runThreads({ root, units })
    assert.deepEqual(pick(report), { done: 4, skipped: 0, failed: 2 })
    for (const { error, reason, unit } of report.failed) {
      assert.deepEqual([reason, reasonOf(error)], ['bug', 'bug'])
      assert.match(unit, new RegExp(`^${deed}`))
      assert.match((error as Error).message, says)
    }
    assert.deepEqual(temps(root), [])
  })

test('the stack of a thread that died is that of what it died of', async (t) => {
  const { failed } = await runThreads({ root: tempDir(t), units: ['throws', 'b'] })
  const [{ error } = { error: undefined }] = failed
  assert.match((error as Error).stack ?? '', /RangeError: nobody catches this\n.*thread-recipes/)
})

/** Units that are in the middle of their files when the run is aborted; what it came to, and how long that took. */
async function aborted(root: string, units: readonly string[]) {
  const stop = new AbortController()
  let left = units.length
  let since = 0
  const report = await runThreads(
    { root, units: [...units, 'never1', 'never2'] },
    {
      workers: units.length,
      observer: {
        warned() {
          if (--left > 0) return
          since = performance.now()
          stop.abort(new Error('interrupted'))
        },
      },
    },
    { signal: stop.signal },
  )
  return { report, ms: performance.now() - since }
}

test('an abort ends the units in hand and removes what they had begun', async (t) => {
  const root = tempDir(t)
  const { report, ms } = await aborted(root, ['waits1', 'waits2'])
  assert.deepEqual(
    { ...pick(report), notStarted: report.notStarted },
    { done: 0, skipped: 0, failed: 0, notStarted: 4 },
  )
  assert.deepEqual(leftIn(root), [])
  assert.ok(ms < 550, `${ms} ms`)
})

for (const deed of ['loops', 'deaf'])
  test(`a thread that does not hear of an abort (${deed}) is ended, and what it had begun is removed`, async (t) => {
    const root = tempDir(t)
    const { report, ms } = await aborted(root, [`${deed}1`, 'waits'])
    assert.deepEqual(pick(report), { done: 0, skipped: 0, failed: 0 })
    assert.deepEqual(leftIn(root), [])
    assert.ok(ms < 1000, `${ms} ms`)
  })

test('an abort is no death of a thread that has nothing in hand', async (t) => {
  const stop = new AbortController()
  let left = 3
  const seen = (): void => {
    if (--left === 0) stop.abort(new Error('interrupted'))
  }
  const { warnings } = await runThreads(
    { root: tempDir(t), units: ['a', 'loops'] },
    { observer: { warned: seen, done: seen } },
    { signal: stop.signal },
  )
  assert.deepEqual(warnings.map(({ text }) => text).sort(), ['a has begun', 'loops has begun'])
})
