import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  appendMergedUnits,
  compactMergedUnits,
  type MergedUnit,
  readMergedUnits,
} from '../../src/core/merged-units.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const unit = (table: string, name: string, rows: number): MergedUnit => ({
  v: 1,
  table,
  unit: name,
  shape: 's',
  rows,
  epoch: 'e',
  at: '2024-03-01T00:00:00.000Z',
})

test('a list most of whose lines do not hold is rewritten with those that do, and no other', async (t) => {
  const root = tempDir(t)
  const temp = join(root, '_millrace/tmp/e/units')
  const weeks = (count: number, first: number): MergedUnit[] =>
    Array.from({ length: count * 2 }, (_, i) => unit('t', i % 2 === 0 ? 'A' : 'B sync', first + i))
  // All that came before a loss of the table `u` is forgotten.
  await appendMergedUnits(root, [unit('u', 'A', 1), ...weeks(400, 0), unit('u', '', 0)], 'none')
  assert.equal(await compactMergedUnits(root, temp), false, 'few lines are left alone')
  await appendMergedUnits(root, [unit('u', 'B', 2), ...weeks(200, 5000)], 'none')
  const held = await readMergedUnits(root)
  assert.equal(await compactMergedUnits(root, temp), true)
  assert.deepEqual(await readMergedUnits(root), held)
  const lines = readFileSync(join(root, '_millrace/units.ndjson'), 'utf8').trimEnd().split('\n')
  assert.deepEqual(lines.map((line) => JSON.parse(line).unit).sort(), ['A', 'B', 'B sync'])
  assert.equal(await compactMergedUnits(root, temp), false)
  assert.equal(existsSync(temp), false)
})
