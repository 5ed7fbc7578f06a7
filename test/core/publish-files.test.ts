import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { publishFiles } from '../../src/core/publish-files.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { watchFs } from '../helpers/watch-fs.ts'

function outputsIn(root: string, paths: readonly string[]) {
  mkdirSync(join(root, 'temp'))
  return paths.map((path, i) => {
    const temp = join(root, 'temp', String(i))
    writeFileSync(temp, path)
    return { temp, path: join(root, path), files: [{ path: join(root, path), bytes: path.length }] }
  })
}

test('files get their names, in place of what was there, and each folder is synced once', async (t) => {
  const root = tempDir(t)
  mkdirSync(join(root, 'a'))
  writeFileSync(join(root, 'a/1'), 'old')
  const paths = ['a/1', 'a/2', 'b/c/3']
  const outputs = outputsIn(root, paths)
  const synced: string[] = []
  watchFs(t, ({ what, path }) => {
    if (what === 'sync') synced.push(path ?? '')
  })
  await publishFiles(root, outputs, 'fsync')
  assert.deepEqual(filesUnder(root), paths)
  for (const path of paths) assert.equal(readFileSync(join(root, path), 'utf8'), path)
  assert.equal(synced.filter((path) => path.endsWith('a')).length, 1)
})

test('nothing is written through a link', async (t) => {
  const [root, elsewhere] = [tempDir(t), tempDir(t)]
  symlinkSync(elsewhere, join(root, 'a'))
  await assert.rejects(publishFiles(root, outputsIn(root, ['a/1']), 'none'), WriteError)
  assert.deepEqual(filesUnder(elsewhere), [])
})
