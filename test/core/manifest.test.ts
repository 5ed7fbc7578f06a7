import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError, WriteError } from '../../src/core/errors.ts'
import {
  appendManifest,
  compactManifest,
  isDone,
  type ManifestLine,
  readLog,
  readManifest,
  same,
  slotKey,
  type Takeover,
} from '../../src/core/manifest.ts'
import { noCounts } from '../../src/core/run.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { Crash, crashAfter, watchFs } from '../helpers/watch-fs.ts'

const line = (unit: string, etag = 'a'): ManifestLine => ({
  v: 1,
  table: 'stocks_trades',
  unit,
  identity: { key: `${unit}.csv.gz`, etag, size: 3 },
  shape: { format: 'parquet' },
  counts: noCounts(),
  files: [{ path: `stocks_trades/${unit}`, bytes: 3 }],
  tool: 'test',
  epoch: 'e',
  at: '2024-03-01T00:00:00.000Z',
})
const fileOf = (root: string): string => join(root, '_millrace/manifest.ndjson')
const keys = async (root: string): Promise<string[]> =>
  [...(await readManifest(root)).values()].map(({ unit }) => unit)

test('a lake without a manifest has nothing done', async (t) => {
  assert.equal((await readManifest(join(tempDir(t), 'none'))).size, 0)
})

test('the last line of a slot holds', async (t) => {
  const root = tempDir(t)
  for (const one of [line('d1'), line('d2'), line('d1', 'b')]) await appendManifest(root, [one], 'fsync')
  const manifest = await readManifest(root)
  assert.equal(manifest.size, 2)
  assert.deepEqual(manifest.get(slotKey(line('d1'))), line('d1', 'b'))
})

test('a line cut off anywhere is passed over, and the next one is read', async (t) => {
  const whole = JSON.stringify(line('d2'))
  for (let cut = 0; cut < whole.length; cut += 1) {
    const root = tempDir(t)
    await appendManifest(root, [line('d1')], 'fsync')
    appendFileSync(fileOf(root), whole.slice(0, cut))
    assert.deepEqual(await keys(root), ['d1'], `cut after ${cut} bytes`)
    await appendManifest(root, [line('d3')], 'fsync')
    assert.deepEqual(await keys(root), ['d1', 'd3'], `cut after ${cut} bytes, then a whole line`)
  }
})

test('a tail of zeros, which a power cut may leave, is passed over', async (t) => {
  const root = tempDir(t)
  await appendManifest(root, [line('d1')], 'fsync')
  appendFileSync(fileOf(root), `{"v":1,${'\0'.repeat(100)}`)
  await appendManifest(root, [line('d2')], 'fsync')
  appendFileSync(fileOf(root), '\0'.repeat(100))
  await appendManifest(root, [line('d3')], 'fsync')
  assert.deepEqual(await keys(root), ['d1', 'd2', 'd3'])
})

const foreign: readonly (readonly [string, string, RegExp?])[] = [
  ['garbage', 'hello', /no line that millrace writes there: hello/],
  ['a newer version', JSON.stringify({ ...line('d1'), v: 2 }), /newer version, which says v 2/],
  ['JSON of another kind', '{"a":1}', /no line that millrace writes/],
  ['a line without its unit', '{"v":1,"table":"stocks_trades","files":[]}', /no line that millrace writes/],
  ['a number', '1', /no line that millrace writes/],
]
for (const [what, text, says = /./] of foreign)
  test(`${what} in a manifest is an error that names the line, never a guess`, async (t) => {
    const root = tempDir(t)
    await appendManifest(root, [line('d1')], 'fsync')
    appendFileSync(fileOf(root), `${text}\n`)
    await assert.rejects(
      readManifest(root),
      (error) =>
        error instanceof DataError &&
        /manifest\.ndjson, line 2: /.test(error.message) &&
        says.test(error.message),
    )
    assert.equal(readFileSync(fileOf(root), 'utf8').split('\n').length, 3)
  })

for (const action of ['read', 'appended to'])
  test(`a manifest that may not be ${action} is exit 7, with what to do`, async (t) => {
    const root = tempDir(t)
    await appendManifest(root, [line('d1')], 'fsync')
    const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
    watchFs(t, ({ what, path }) => {
      if (path === fileOf(root) && what !== 'sync') throw refused
    })
    const asked = action === 'read' ? readManifest(root) : appendManifest(root, [line('d2')], 'fsync')
    await assert.rejects(asked, (error) => {
      assert.ok(error instanceof WriteError)
      assert.match(error.message, /manifest\.ndjson: cannot be (read|written) \(EACCES/)
      assert.match(error.hint ?? '', /right/)
      return true
    })
  })

test('a lake and its manifest are readable as they should: the manifest by its owner only', async (t) => {
  const root = tempDir(t)
  await appendManifest(root, [line('d1')], 'fsync')
  assert.equal(statSync(fileOf(root)).mode & 0o777, 0o600)
})

const takeover = (...over: readonly string[]): Takeover => ({
  v: 1,
  table: '_millrace',
  unit: 'next',
  files: [],
  over,
  tool: 'test',
  epoch: 'next',
  at: '2024-03-01T00:00:00.000Z',
})

test('what a run adds after it was taken over does not count, and what it had added before does', async (t) => {
  const root = tempDir(t)
  const lines = [line('d1'), takeover('e'), line('d2'), { ...line('d3'), epoch: 'next' }, line('d1', 'late')]
  for (const one of lines) await appendManifest(root, [one], 'fsync')
  assert.deepEqual(await keys(root), ['d1', 'd3'])
  assert.deepEqual((await readManifest(root)).get(slotKey(line('d1'))), line('d1'))
})

/** A manifest of so many lines, all but two of which are superseded: `d1` by itself, `d2` in between. */
function writeMany(root: string, lines: number): void {
  mkdirSync(join(root, '_millrace'))
  const text = (one: object): string => `${JSON.stringify(one)}\n`
  const many = Array.from({ length: lines - 3 }, (_, i) => text(line('d1', `etag ${i}`)))
  const known = text({ ...line('d2'), memberOfANewerVersion: [1] })
  writeFileSync(
    fileOf(root),
    [...many.slice(0, 5), known, ...many.slice(5), text(takeover('gone')), '{"v":1,"ta\n'].join(''),
  )
}

test('a manifest is rewritten when most of its lines are superseded, and those that hold stay as they are', async (t) => {
  const root = tempDir(t)
  writeMany(root, 1005)
  const before = await readLog(root)
  const temp = join(root, '_millrace', 'tmp', 'next', 'manifest.tmp')
  assert.equal(await compactManifest(root, before, temp), true)
  const texts = readFileSync(fileOf(root), 'utf8').split('\n')
  assert.equal(texts.length, 4)
  assert.match(texts[0] ?? '', /"d2".*"memberOfANewerVersion":\[1\]/)
  const after = await readLog(root)
  assert.deepEqual(after, { ...before, superseded: 0 })
  assert.equal(statSync(fileOf(root)).mode & 0o777, 0o600)
  assert.equal(await compactManifest(root, after, temp), false)
  await appendManifest(root, [{ ...line('d9'), epoch: 'gone' }], 'fsync')
  assert.deepEqual(await keys(root), ['d2', 'd1'], 'the takeover still holds')
})

test('a crash at any step of rewriting a manifest loses no line', async (t) => {
  for (let steps = 0, over = false; !over; steps++) {
    const root = tempDir(t)
    writeMany(root, 1005)
    const before = await readLog(root)
    const stop = watchFs(t, crashAfter(steps))
    over = await compactManifest(root, before, join(root, '_millrace', 'tmp', 'next', 'manifest.tmp')).catch(
      (error: unknown) => (error instanceof Crash ? false : Promise.reject(error)),
    )
    stop()
    assert.deepEqual((await readLog(root)).texts, before.texts, `after ${steps} steps`)
    assert.ok(steps < 20)
  }
})

test('a unit is done when source, shape and files are those of its line', async (t) => {
  const root = tempDir(t)
  const one = line('d1')
  const path = join(root, 'stocks_trades/d1')
  mkdirSync(join(root, 'stocks_trades'))
  writeFileSync(path, 'abc')
  await appendManifest(root, [one], 'fsync')
  const manifest = await readManifest(root)
  const { identity, shape } = one
  const ask = (asked: object) =>
    isDone({ root, table: one.table, unit: 'd1' }, manifest, { identity, shape, ...asked })
  assert.equal(await ask({}), true)
  assert.equal(await ask({ identity: { ...identity, etag: 'b' } }), false, 'another version')
  assert.equal(await ask({ identity: undefined }), false, 'a source that is never the same')
  assert.equal(await ask({ shape: { format: 'raw' } }), false, 'another shape')
  writeFileSync(path, 'ab')
  assert.equal(await ask({}), false, 'a file of another size')
  rmSync(path)
  assert.equal(await ask({}), false, 'a file that is gone')
})

test('equal is equal as JSON, whatever the order of keys', () => {
  assert.ok(same({ a: 1, b: { c: [1, 2], d: 2 } }, { b: { d: 2, c: [1, 2] }, a: 1 }))
  assert.ok(!same({ a: [1, 2] }, { a: [2, 1] }))
  assert.ok(!same({ a: 1 }, { a: 1, b: 2 }))
})
