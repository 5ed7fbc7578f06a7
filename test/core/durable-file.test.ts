import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { discard, publish, tempFolder, writeAll, writeError, writeTemp } from '../../src/core/durable-file.ts'
import { exitCodes, reasonOf, WriteError } from '../../src/core/errors.ts'
import { createRun } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

async function* chunks(...texts: readonly string[]): AsyncGenerator<Bytes> {
  for (const text of texts) yield Buffer.from(text)
}

for (const most of [1, 2, 3, 7])
  test(`of chunks of which the system writes ${most} bytes at a time, all are written`, async () => {
    let written = ''
    const take = (bytes: Buffer): { bytesWritten: number } => {
      written += bytes.subarray(0, most)
      return { bytesWritten: Math.min(most, bytes.length) }
    }
    // No file system that there is here writes in part.
    const file = {
      writev: async (all: Buffer[]) => take(Buffer.concat(all)),
      write: async (chunk: Buffer, at: number) => take(chunk.subarray(at)),
    } as unknown as FileHandle
    const texts = ['one', '', 'two', 'three'].map((text) => Buffer.from(text))
    assert.equal(await writeAll(file, texts), 11)
    assert.equal(written, 'onetwothree')
    assert.equal(await writeAll(file, []), 0)
  })

/** A failure of the file system: exit 7, with the path that was asked for. */
const failsToWrite = (path: string) => (error: unknown) => {
  assert.ok(error instanceof WriteError, String(error))
  assert.equal(exitCodes[reasonOf(error)], 7)
  assert.ok(error.message.startsWith(`${path}: `), error.message)
  return true
}

test('writeTemp writes all chunks into folders of its own making, and counts them', async (t) => {
  const path = join(tempDir(t), 'a', 'b', 'out.tmp')
  const counted: unknown[] = []
  const run = createRun({ count: (what, n) => void counted.push([what, n]) })
  const sha256 = createHash('sha256').update('one two').digest('hex')
  assert.deepEqual(await writeTemp(path, chunks('one ', '', 'two'), run), { bytes: 7, sha256 })
  assert.equal(await readFile(path, 'utf8'), 'one two')
  assert.deepEqual(counted, [
    ['bytesOut', 4],
    ['bytesOut', 0],
    ['bytesOut', 3],
  ])
})

test('writeTemp without chunks leaves an empty file', async (t) => {
  const path = join(tempDir(t), 'out.tmp')
  assert.equal((await writeTemp(path, chunks(), createRun())).bytes, 0)
  assert.equal((await stat(path)).size, 0)
})

test('writeTemp removes its file when the chunks fail, and passes their error on as it is', async (t) => {
  const folder = tempDir(t)
  for (const after of [0, 1]) {
    const failed = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    const failing = async function* (): AsyncGenerator<Bytes> {
      if (after) yield Buffer.from('some')
      throw failed
    }
    await assert.rejects(writeTemp(join(folder, 'out.tmp'), failing(), createRun()), (e) => e === failed)
    assert.deepEqual(filesUnder(folder), [])
  }
})

test('a path through a file cannot be written, and nothing is touched', async (t) => {
  const folder = tempDir(t)
  await writeFile(join(folder, 'file'), 'mine')
  await writeFile(join(folder, 'a.tmp'), 'new')
  const path = join(folder, 'file', 'inside', 'a')
  await assert.rejects(writeTemp(path, chunks('x'), createRun()), failsToWrite(path))
  const output = { temp: join(folder, 'a.tmp'), path, files: [{ path, bytes: 3 }] }
  await assert.rejects(publish(output, 'fsync'), failsToWrite(path))
  assert.deepEqual(await readdir(folder), ['a.tmp', 'file'])
})

const notRoot = process.getuid?.() === 0 ? 'root may write everywhere' : false

test('a folder without the right to write cannot be written', { skip: notRoot }, async (t) => {
  const folder = join(tempDir(t), 'closed')
  await mkdir(folder, { mode: 0o500 })
  const path = join(folder, 'out.tmp')
  await assert.rejects(writeTemp(path, chunks('x'), createRun()), failsToWrite(path))
})

const codes: readonly (readonly [string, RegExp])[] = [
  ['ENOSPC', /disk is full/],
  ['EDQUOT', /quota/],
  ['EACCES', /right to write/],
  ['EPERM', /right to write/],
  ['EROFS', /read-only/],
  ['ENOTDIR', /is a file/],
  ['EEXIST', /in the way/],
  ['EMFILE', /fewer --workers/],
  ['EIO', /^$/],
]

for (const [code, hint] of codes) {
  test(`${code} is a failure to write, with its cause and what to do`, () => {
    const cause = Object.assign(new Error(`${code}: what the system says`), { code })
    const error = writeError('lake/a', cause)
    assert.ok(failsToWrite('lake/a')(error))
    assert.match((error as WriteError).message, new RegExp(`${code}: what the system says`))
    assert.match((error as WriteError).hint ?? '', hint)
    assert.equal((error as WriteError).cause, cause)
  })
}

for (const other of [
  new RangeError('a bug'),
  Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' }),
  undefined,
]) {
  test(`${other} is no failure of the file system, and stays as it is`, () => {
    assert.equal(writeError('lake/a', other), other)
  })
}

for (const had of [undefined, 'old'])
  test(`publish puts a file where ${had ? 'another file' : 'nothing'} was`, async (t) => {
    const root = tempDir(t)
    const [temp, path] = [join(root, 'new'), join(root, 'lake', 'day.csv')]
    await mkdir(join(root, 'lake'))
    if (had) await writeFile(path, had)
    await writeFile(temp, 'new')
    await publish({ temp, path, files: [{ path, bytes: 3 }] }, 'fsync')
    assert.deepEqual(filesUnder(root), ['lake/day.csv'])
    assert.equal(await readFile(path, 'utf8'), 'new')
  })

const parts = (...numbers: readonly number[]): string[] => numbers.map((n) => `part-${n}.parquet`)

/** Names that were there, and those that come in their place. */
const folders: readonly (readonly [readonly string[] | undefined, readonly string[]])[] = [
  [undefined, parts(0)],
  [[], parts(0)],
  [parts(0), parts(0)],
  [parts(0, 1), parts(0)],
  [parts(0), parts(0, 1, 2)],
  [undefined, parts(0, 1)],
]
for (const [had, names] of folders)
  test(`publish puts a folder of ${names.join(', ')} where ${had?.join(', ') || had || 'nothing'} was`, async (t) => {
    const root = tempDir(t)
    const [temp, path] = [join(root, 'temp'), join(root, 'lake', 'date=2024-03-01')]
    await mkdir(temp)
    for (const name of names) await writeFile(join(temp, `${name}.tmp`), 'new')
    if (had) await mkdir(path, { recursive: true })
    for (const name of had ?? []) await writeFile(join(path, name), 'old')
    await publish({ temp, path, files: names.map((name) => ({ path: join(path, name), bytes: 3 })) }, 'fsync')
    assert.deepEqual(
      filesUnder(root),
      names.map((name) => `lake/date=2024-03-01/${name}`),
    )
    for (const name of names) assert.equal(await readFile(join(path, name), 'utf8'), 'new')
  })

/** What a user may have put where output is to go: it stays, and the error says where it is. */
const inTheWay: readonly (readonly [string, string, readonly string[]])[] = [
  ['a file of the user in a folder', 'out/mine.parquet', ['out/part-0.parquet']],
  ['a file where a folder is to be', 'out', ['out/part-0.parquet']],
  ['a folder where a file is to be', 'out/kept/mine.csv', ['out']],
]
for (const [what, precious, files] of inTheWay)
  test(`${what} is in the way, and stays`, async (t) => {
    const root = tempDir(t)
    const [temp, path] = [join(root, 'temp'), join(root, 'out')]
    await mkdir(dirname(join(root, precious)), { recursive: true })
    await writeFile(join(root, precious), 'precious')
    if (files[0] === 'out') await writeFile(temp, 'new')
    else await mkdir(temp)
    if (files[0] !== 'out') await writeFile(join(temp, 'part-0.parquet.tmp'), 'new')
    const output = { temp, path, files: files.map((file) => ({ path: join(root, file), bytes: 3 })) }
    await assert.rejects(
      publish(output, 'fsync'),
      (error) => error instanceof WriteError && error.message.includes(path),
    )
    assert.equal(await readFile(join(root, precious), 'utf8'), 'precious')
  })

test('what was there is back in its place when the new output cannot be put there', async (t) => {
  const root = tempDir(t)
  const path = join(root, 'a')
  await writeFile(path, 'old')
  const output = { temp: join(root, 'missing'), path, files: [{ path, bytes: 3 }] }
  await assert.rejects(publish(output, 'fsync'), failsToWrite(path))
  assert.deepEqual(filesUnder(root), ['a'])
  assert.equal(await readFile(path, 'utf8'), 'old')
})

test("a lake and its data are as the umask says, what is in _millrace is its owner's alone", async (t) => {
  const root = join(tempDir(t), 'lake')
  const temp = join(tempFolder(slot(root, 'day'), 'epoch'), 'out')
  await writeTemp(temp, chunks('x'), createRun())
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777
  const open = 0o777 & ~process.umask()
  assert.equal(await modeOf(join(root, '_millrace')), 0o700)
  assert.deepEqual(
    [await modeOf(root), await modeOf(dirname(temp)), await modeOf(temp)],
    [open, open, open & 0o666],
  )
})

test('discard removes a file or a folder, and what is not there is no error', async (t) => {
  const root = tempDir(t)
  await mkdir(join(root, 'folder', 'inner'), { recursive: true })
  await writeFile(join(root, 'folder', 'inner', 'a'), '')
  await writeFile(join(root, 'file'), '')
  for (const name of ['folder', 'file', 'missing']) await discard({ temp: join(root, name) })
  assert.deepEqual(await readdir(root), [])
})

const slot = (root: string, unit: string) => ({ root, table: 'us/trades', unit })

test('unfinished output of a unit has a folder below the temporary one of its run', () => {
  const folder = tempFolder(slot('lake', '2024-03-01'), 'epoch')
  assert.equal(folder, join('lake', '_millrace', 'tmp', 'epoch', 'us%2Ftrades@2024-03-01'))
})

test('no two units share a folder', () => {
  const folderOf = (table: string, unit: string) => tempFolder({ root: 'lake', table, unit }, 'epoch')
  assert.notEqual(folderOf('a', 'b-c'), folderOf('a-b', 'c'))
  assert.notEqual(folderOf('a', 'b@c'), folderOf('a@b', 'c'))
})

test('the last unit to end, in either way, takes the temporary folder of its run along', async (t) => {
  const root = tempDir(t)
  const temps = ['one', 'two'].map((unit) => join(tempFolder(slot(root, unit), 'epoch'), 'out'))
  for (const temp of temps) await writeTemp(temp, chunks('x'), createRun())
  const [one, two] = temps as [string, string]
  await discard({ temp: one })
  assert.deepEqual(filesUnder(root), ['_millrace/tmp/epoch/us%2Ftrades@two/out'])
  const path = join(root, 'a')
  await publish({ temp: two, path, files: [{ path, bytes: 1 }] }, 'fsync')
  assert.deepEqual(filesUnder(root), ['a'])
  assert.deepEqual(await readdir(join(root, '_millrace', 'tmp')), [])
})
