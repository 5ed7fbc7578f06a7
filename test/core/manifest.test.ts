import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError } from '../../src/core/errors.ts'
import {
  appendManifest,
  isDone,
  type ManifestLine,
  readManifest,
  same,
  slotKey,
} from '../../src/core/manifest.ts'
import { noCounts } from '../../src/core/run.ts'
import { tempDir } from '../helpers/temp-dir.ts'

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
  for (const one of [line('d1'), line('d2'), line('d1', 'b')]) await appendManifest(root, one)
  const manifest = await readManifest(root)
  assert.equal(manifest.size, 2)
  assert.deepEqual(manifest.get(slotKey(line('d1'))), line('d1', 'b'))
})

test('a line cut off anywhere is passed over, and the next one is read', async (t) => {
  const whole = JSON.stringify(line('d2'))
  for (let cut = 0; cut < whole.length; cut += 1) {
    const root = tempDir(t)
    await appendManifest(root, line('d1'))
    appendFileSync(fileOf(root), whole.slice(0, cut))
    assert.deepEqual(await keys(root), ['d1'], `cut after ${cut} bytes`)
    await appendManifest(root, line('d3'))
    assert.deepEqual(await keys(root), ['d1', 'd3'], `cut after ${cut} bytes, then a whole line`)
  }
})

const foreign: readonly (readonly [string, string])[] = [
  ['garbage', 'hello'],
  ['a newer version', JSON.stringify({ ...line('d1'), v: 2 })],
  ['JSON of another kind', '{"a":1}'],
]
for (const [what, text] of foreign)
  test(`${what} in a manifest is an error that names the line, never a guess`, async (t) => {
    const root = tempDir(t)
    await appendManifest(root, line('d1'))
    appendFileSync(fileOf(root), `${text}\n`)
    await assert.rejects(
      readManifest(root),
      (error) => error instanceof DataError && /line 2/.test(error.message),
    )
    assert.equal(readFileSync(fileOf(root), 'utf8').split('\n').length, 3)
  })

test('a unit is done when source, shape and files are those of its line', async (t) => {
  const root = tempDir(t)
  const one = line('d1')
  const path = join(root, 'stocks_trades/d1')
  mkdirSync(join(root, 'stocks_trades'))
  writeFileSync(path, 'abc')
  await appendManifest(root, one)
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
