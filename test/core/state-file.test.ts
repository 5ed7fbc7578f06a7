import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { appendLines, readRecords, replaceWhole, statePath } from '../../src/core/state-file.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { Crash, crashAfter, watchFs } from '../helpers/watch-fs.ts'

const record = (n: number) => ({ v: 1, table: 't', n })
const read = async (root: string): Promise<number[]> => {
  const { lines } = await readRecords<{ n: number }>(root, 'log', ({ n }) => typeof n === 'number')
  return lines.map(({ value }) => value.n)
}

test('lines are read in the order in which they were added, and none without a file', async (t) => {
  const root = join(tempDir(t), 'lake')
  assert.deepEqual(await read(root), [])
  for (const n of [1, 2, 3]) await appendLines(root, 'log', [record(n)], 'none')
  assert.deepEqual(await read(root), [1, 2, 3])
})

test('a crash at any step of adding a line loses none of those before, nor the next', async (t) => {
  for (let steps = 0, over = false; !over; steps++) {
    const root = tempDir(t)
    await appendLines(root, 'log', [record(1)], 'fsync')
    const stop = watchFs(t, crashAfter(steps))
    over = await appendLines(root, 'log', [record(2)], 'fsync').then(
      () => true,
      (error: unknown) => (error instanceof Crash ? false : Promise.reject(error)),
    )
    stop()
    await appendLines(root, 'log', [record(3)], 'fsync')
    const found = await read(root)
    assert.deepEqual(
      found.filter((n) => n !== 2),
      [1, 3],
      `after ${steps} steps`,
    )
    if (over) assert.deepEqual(found, [1, 2, 3])
  }
})

test('a whole file is replaced by its owner alone to read, or left as it was', async (t) => {
  const root = tempDir(t)
  const [path, temp] = [join(root, 'whole'), join(root, 'tmp', 'next')]
  writeFileSync(path, 'old')
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  const stop = watchFs(t, ({ what }) => {
    if (what === 'writeFile') throw full
  })
  await assert.rejects(replaceWhole(path, 'new', { temp, durability: 'fsync' }), (error) => {
    assert.ok(error instanceof WriteError)
    return /disk is full/.test(error.hint ?? '')
  })
  stop()
  assert.equal(readFileSync(path, 'utf8'), 'old')
  await replaceWhole(path, 'new', { temp, durability: 'fsync' })
  assert.equal(readFileSync(path, 'utf8'), 'new')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual([filesUnder(root), existsSync(temp)], [['whole'], false])
})

test('state lies in a folder of its own', () => {
  assert.equal(statePath('lake', 'tmp', 'e'), join('lake', '_millrace', 'tmp', 'e'))
})
