import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { makeStateFolder, publish, tempFolder } from '../../src/core/durable-file.ts'
import { WriteError } from '../../src/core/errors.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

async function put(folder: string, names: readonly string[], text: string): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

/** A day of a lake, and unfinished output that is to take its place. */
async function dayOf(root: string, names: readonly string[]) {
  const temp = tempFolder({ root, table: 'trades', unit: 'day' }, 'epoch')
  const path = join(root, 'trades', 'date=2024-03-01')
  await put(
    temp,
    names.map((name) => `${name}.tmp`),
    'new',
  )
  return { temp, path, files: names.map((name) => ({ path: join(path, name), bytes: 3 })) }
}

const part = (ticker: string, n = 0): string => `ticker=${ticker}/part-${n}.parquet`

/** Names that were there, and those that come in their place. */
const days: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'a partition where nothing was': [[], [part('A')]],
  'partitions where nothing was': [[], [part('A'), part('B'), part('B', 1)]],
  'partitions two levels deep': [[], ['a=1/b=2/part-0.parquet', 'a=1/b=3/part-0.parquet']],
  'a partition over itself': [[part('A')], [part('A')]],
  'a partition over others': [[part('A'), part('B', 3)], [part('C')]],
  'partitions over one file': [['part-0.parquet'], [part('A'), part('B')]],
  'a partition over one file': [['part-0.parquet'], [part('A')]],
  'one file over partitions': [[part('A'), 'a=1/b=2/part-7.parquet'], ['part-0.parquet']],
}
for (const [what, [had, names]] of Object.entries(days))
  test(`publish puts ${what}`, async (t) => {
    const root = tempDir(t)
    const output = await dayOf(root, names)
    await put(output.path, had, 'old')
    await publish(output, 'fsync')
    assert.deepEqual(
      filesUnder(root),
      names.map((name) => `trades/date=2024-03-01/${name}`),
    )
    for (const { path } of output.files) assert.equal(await readFile(path, 'utf8'), 'new')
  })

for (const mine of [
  'ticker=A/notes.txt',
  'ticker=A/notes/part-0.parquet',
  'notes.parquet',
  'ticker=A/ticker=B',
])
  test(`${mine} among partitions is in the way, and stays`, async (t) => {
    const root = tempDir(t)
    const output = await dayOf(root, [part('A'), part('B')])
    await put(output.path, [part('A')], 'old')
    await put(output.path, [mine], 'mine')
    await assert.rejects(
      publish(output, 'fsync'),
      (error) => error instanceof WriteError && /is in the way/.test(error.message),
    )
    assert.equal(await readFile(join(output.path, mine), 'utf8'), 'mine')
    assert.equal(await readFile(join(output.path, part('A')), 'utf8'), 'old')
  })

/** Where a link lies in a lake, seen from its root. */
const links = ['trades', 'trades/date=2024-03-01', '_millrace', '_millrace/tmp', '_millrace/tmp/epoch']
for (const link of links)
  for (const names of [['part-0.parquet'], [part('A'), part('B')]])
    test(`${link} is a link: ${names.length} files do not go through it`, async (t) => {
      const [root, elsewhere] = [tempDir(t), tempDir(t)]
      await mkdir(dirname(join(root, link)), { recursive: true })
      await symlink(elsewhere, join(root, link))
      const output = await dayOf(root, names)
      const before = filesUnder(elsewhere)
      await assert.rejects(publish(output, 'fsync'), (error) => {
        assert.ok(error instanceof WriteError && error.hint !== undefined, String(error))
        assert.ok(error.message.includes(`${join(root, link)} is a link to ${elsewhere}`), error.message)
        return true
      })
      assert.deepEqual(filesUnder(elsewhere), before)
    })

test('a lake that is a link is as good as another', async (t) => {
  const [folder, real] = [tempDir(t), tempDir(t)]
  const root = join(folder, 'lake')
  await symlink(real, root)
  await publish(await dayOf(root, [part('A')]), 'fsync')
  assert.deepEqual(filesUnder(real), [`trades/date=2024-03-01/${part('A')}`])
})

test('the state of a lake is not kept behind a link', async (t) => {
  const [root, elsewhere] = [tempDir(t), tempDir(t)]
  await symlink(elsewhere, join(root, '_millrace'))
  await assert.rejects(makeStateFolder(root), WriteError)
})
