import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { durabilities, syncFolder } from '../../src/core/durability.ts'
import { publish } from '../../src/core/durable-file.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { names } from '../helpers/name-recipes.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { type Asked, watchFs } from '../helpers/watch-fs.ts'

test('the names in a folder can be made to last, and one that is missing is an error', async (t) => {
  const folder = tempDir(t)
  await syncFolder(folder, 'fsync')
  await assert.rejects(syncFolder(join(folder, 'missing'), 'fsync'), { code: 'ENOENT' })
  await syncFolder(join(folder, 'missing'), 'none')
})

/** What is synced while one unit is written, and the rename that commits it, in their order. */
const expected: Readonly<Record<(typeof durabilities)[number], readonly string[]>> = {
  fsync: ['sync a.tmp', 'rename a', 'sync names', 'sync .', 'sync manifest.ndjson', 'sync _millrace'],
  rename: ['rename a', 'sync names', 'sync .', 'sync manifest.ndjson', 'sync _millrace'],
  none: ['rename a'],
}
for (const durability of durabilities)
  test(`with ${durability}, bytes, names and the manifest come to the disk as it says, in this order`, async (t) => {
    const root = tempDir(t)
    await mkdir(join(root, '_millrace'))
    const seen: string[] = []
    const stop = watchFs(t, ({ what, path, to }: Asked) => {
      const name = (to ?? path) === root ? '.' : (to ?? path).split(sep).at(-1)
      if (what === 'sync' || (what === 'rename' && name === 'a')) seen.push(`${what} ${name}`)
    })
    await runRecipe(names, { root, units: ['a'] }, createRun({ durability }), { tool: 'test' })
    stop()
    assert.deepEqual(seen, expected[durability])
    assert.deepEqual(await readdir(join(root, 'names')), ['a'])
  })

const steps: readonly (readonly [parts: number, readonly string[]])[] = [
  [1, ['rename part-0.parquet', 'sync date=2024-03-01', 'sync trades']],
  [
    2,
    [
      'rename part-0.parquet',
      'rename part-1.parquet',
      'sync temp',
      'sync temp.intent',
      'sync lake',
      'rename temp.replaced',
      'rename date=2024-03-01',
      'sync trades',
      'rm temp.replaced',
      'rm temp.intent',
      'sync trades',
    ],
  ],
]
for (const [parts, expectedSteps] of steps)
  test(`a folder of ${parts} is on the disk under its name before anything that it replaces goes`, async (t) => {
    const root = join(tempDir(t), 'lake')
    const [temp, path] = [join(root, 'temp'), join(root, 'trades', 'date=2024-03-01')]
    for (const folder of [temp, path]) await mkdir(folder, { recursive: true })
    const names = Array.from({ length: parts }, (_, n) => `part-${n}.parquet`)
    await writeFile(join(path, 'part-0.parquet'), 'old')
    for (const name of names) await writeFile(join(temp, `${name}.tmp`), 'new')
    const seen: string[] = []
    watchFs(t, ({ what, path: from, to }) => {
      if (what === 'sync' || what === 'rename' || (what === 'rm' && from !== temp))
        seen.push(`${what} ${(to ?? from).split(sep).at(-1)}`)
    })
    await publish({ temp, path, files: names.map((name) => ({ path: join(path, name), bytes: 3 })) }, 'fsync')
    assert.deepEqual(seen, expectedSteps)
  })
