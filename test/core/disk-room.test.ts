import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkRoom } from '../../src/core/disk-room.ts'
import { runFlaky } from '../helpers/flaky-recipe.ts'
import { tempDir } from '../helpers/temp-dir.ts'

test('there is room for little, also in a folder that is not there yet', async (t) => {
  await checkRoom(join(tempDir(t), 'a', 'b'), 1000)
})

test('for more than the disk has there is none, which is told in bytes before anything is written', async (t) => {
  await assert.rejects(checkRoom(tempDir(t), 1e17), {
    reason: 'write',
    message: /the disk has \d+ bytes left, and this file needs some 120000000000000000$/,
  })
})

test('a folder that cannot be asked is an error of writing', async (t) => {
  const file = join(tempDir(t), 'file')
  writeFileSync(file, '')
  await assert.rejects(checkRoom(join(file, 'x'), 1), { reason: 'write' })
})

test('a unit that does not fit fails, and those that do are done', async (t) => {
  const root = tempDir(t)
  const { done, failed } = await runFlaky({ root, units: ['small', 'huge'], bytes: { huge: 1e17 } })
  assert.deepEqual([done, failed.map(({ unit, reason }) => [unit, reason])], [1, [['huge', 'write']]])
})
