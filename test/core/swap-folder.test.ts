import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError } from '../../src/core/errors.ts'
import { repairSwaps, swapFolder } from '../../src/core/swap-folder.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { type Asked, Crash, crashAfter, watchFs } from '../helpers/watch-fs.ts'

/** A lake whose day has two parts, and three new ones that are to take their place. */
async function lakeIn(folder: string) {
  const root = await mkdtemp(join(folder, 'lake-'))
  const path = join(root, 'trades', 'date=2024-03-01')
  const epoch = join(root, '_millrace', 'tmp', 'epoch')
  const temp = join(epoch, 'trades@2024-03-01')
  await mkdir(path, { recursive: true })
  await mkdir(temp, { recursive: true })
  for (const part of [0, 1]) await writeFile(join(path, `part-${part}.parquet`), 'old')
  for (const part of [0, 1, 2]) await writeFile(join(temp, `part-${part}.parquet.tmp`), 'new')
  return { root, path, epoch, temp }
}

/** What a reader of the day finds: `old old`, `new new new`, or nothing. */
const dayOf = (path: string): string =>
  (existsSync(path) ? filesUnder(path) : []).map((name) => readFileSync(join(path, name), 'utf8')).join(' ')

/** What lies below `_millrace` and could be taken for data. */
const strays = (root: string): string[] =>
  filesUnder(join(root, '_millrace')).filter((name) => name.endsWith('.parquet'))

test('a folder takes the place of another one, and nothing else is left', async (t) => {
  const { root, path, temp } = await lakeIn(tempDir(t))
  await swapFolder(temp, path, 'fsync')
  assert.equal(dayOf(path), 'new new new')
  assert.deepEqual(filesUnder(join(root, '_millrace')), [])
})

test('a folder comes where none was, without an intent', async (t) => {
  const { root, path, temp } = await lakeIn(tempDir(t))
  await rm(path, { recursive: true })
  await swapFolder(temp, path, 'fsync')
  assert.equal(dayOf(path), 'new new new')
  assert.deepEqual(filesUnder(join(root, '_millrace')), [])
})

test('a crash after any step is repaired: the old or the new, whole, and nothing beside it', async (t) => {
  const folder = tempDir(t)
  const ends: string[] = []
  for (let steps = 0; ends.at(-1) !== 'no crash'; steps++) {
    const { root, path, epoch, temp } = await lakeIn(folder)
    const asked: Asked[] = []
    const crash = crashAfter(steps)
    const stop = watchFs(t, (one) => {
      asked.push(one)
      assert.match(dayOf(path), /^(old old|new new new)?$/, 'a reader sees no mixture')
      crash(one)
    })
    const crashed = await swapFolder(temp, path, 'fsync').then(
      () => false,
      (error: unknown) => error instanceof Crash || Promise.reject(error),
    )
    stop()
    if (crashed) {
      // As the next writer does: it ends what is half done, and removes what was not.
      await repairSwaps(epoch, root, 'fsync')
      await rm(epoch, { recursive: true })
    }
    ends.push(crashed ? dayOf(path) : 'no crash')
    assert.deepEqual(strays(root), [], `after ${steps} steps`)
  }
  const news = ends.indexOf('new new new')
  assert.ok(news > 5 && ends.length > news + 2, ends.join(', '))
  assert.deepEqual(new Set(ends.slice(0, news)), new Set(['old old']))
  assert.deepEqual(new Set(ends.slice(news, -1)), new Set(['new new new']))
})

test('a crash while it is repaired is repaired as well, and a lake may be moved in between', async (t) => {
  const folder = tempDir(t)
  for (let steps = 0, over = false; !over; steps++) {
    const { root, path, temp } = await lakeIn(folder)
    const stop = watchFs(t, crashAfter(9))
    await assert.rejects(swapFolder(temp, path, 'fsync'), Crash)
    stop()
    const moved = join(folder, `moved-${steps}`)
    await rename(root, moved)
    const epoch = join(moved, '_millrace', 'tmp', 'epoch')
    assert.deepEqual(readdirSync(join(moved, 'trades')), [], 'it crashed between the renames')
    const stopAgain = watchFs(t, crashAfter(steps))
    over = await repairSwaps(epoch, moved, 'fsync').then(
      () => true,
      (error: unknown) => (error instanceof Crash ? false : Promise.reject(error)),
    )
    stopAgain()
    await repairSwaps(epoch, moved, 'fsync')
    assert.equal(dayOf(join(moved, 'trades', 'date=2024-03-01')), 'old old')
  }
})

test('what was there is back in its place when the new folder cannot be put there', async (t) => {
  const { root, path, temp } = await lakeIn(tempDir(t))
  const refused = Object.assign(new Error('refused'), { code: 'EACCES' })
  const stop = watchFs(t, ({ what, path: from, to }) => {
    if (what === 'rename' && from === temp && to === path) throw refused
  })
  await assert.rejects(swapFolder(temp, path, 'fsync'), refused)
  stop()
  assert.equal(dayOf(path), 'old old')
  assert.deepEqual(
    filesUnder(join(root, '_millrace')).filter((name) => !name.includes('trades@2024-03-01/')),
    [],
  )
})

const bad: readonly (readonly [string, string])[] = [
  ['cut off', '{"v":1,"pa'],
  ['of a newer version', '{"v":2,"path":"../../../trades/date=2024-03-01"}'],
  ['that leads out of the lake', '{"v":1,"path":"../../../../elsewhere"}'],
]
for (const [what, text] of bad)
  test(`an intent ${what} is an error that names what lies there, and nothing is touched`, async (t) => {
    const { root, epoch, temp } = await lakeIn(tempDir(t))
    await rename(temp, `${temp}.replaced`)
    await writeFile(`${temp}.intent`, text)
    const before = filesUnder(root)
    await assert.rejects(repairSwaps(epoch, root, 'fsync'), (error) => {
      assert.ok(error instanceof DataError)
      assert.match(error.message, /@2024-03-01\.intent.*@2024-03-01\.replaced/)
      return true
    })
    assert.deepEqual(filesUnder(root), before)
  })
