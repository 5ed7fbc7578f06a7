import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { DataError, NetworkError } from '../../src/core/errors.ts'
import { openPart, partPath } from '../../src/core/part-file.ts'
import { createRun } from '../../src/core/run.ts'
import { allBytes } from '../helpers/s3-run.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const step = 1 << 22
const version = ['https://server', 'bucket', 'a/day.csv.gz', '"tag"', 5]

/** Nothing follows the last step that is kept for certain, and a whole one that may be on its way to the disk. */
for (const [bytes, kept] of [
  [step + 5, 0],
  [2 * step - 1, 0],
  [2 * step, step],
  [3 * step + 5, 2 * step],
] as const)
  test(`of ${bytes} bytes the first ${kept} are kept, come out again, and are added to`, async (t) => {
    const path = partPath(tempDir(t), 'a/day.csv.gz', version)
    const before = Buffer.alloc(bytes, 'abcdefg')
    const first = await openPart(path, createRun())
    assert.equal(first.bytes, 0)
    assert.equal((await allBytes(first.kept())).length, 0)
    for (let at = 0; at < bytes; at += 1 << 20) await first.append(before.subarray(at, at + (1 << 20)))
    await first.close()
    assert.equal(statSync(path).size, bytes)

    const second = await openPart(path, createRun())
    assert.equal(second.bytes, kept)
    assert.ok((await allBytes(second.kept())).equals(before.subarray(0, kept)))
    await second.append(Buffer.from('the rest'))
    await second.close()
    assert.ok(readFileSync(path).equals(Buffer.concat([before.subarray(0, kept), Buffer.from('the rest')])))
  })

test('another version has another name, and takes the place of the one before', async (t) => {
  const folder = tempDir(t)
  const paths = [version, [...version.slice(0, 3), '"other"', 5]].map((one) => partPath(folder, 'a/day', one))
  const neighbour = partPath(folder, 'a/day2', version)
  for (const path of [paths[0] as string, neighbour, paths[1] as string]) {
    const part = await openPart(path, createRun())
    await part.append(Buffer.from('x'))
    await part.close()
  }
  assert.deepEqual(
    readdirSync(folder).sort(),
    [paths[1] as string, neighbour].map((path) => basename(path)).sort(),
  )
})

test('whatever the name, the part lies in its folder', (t) => {
  const folder = tempDir(t)
  for (const name of ['../../x', 'a/b\\c', 'x'.repeat(400), 'CON', '\n', '@'])
    assert.match(partPath(folder, name, version).slice(folder.length), /^\/[\w.-]{1,150}@[0-9a-f]{16}\.part$/)
})

test('two programs that fill one part are told, and neither splices', async (t) => {
  const path = join(tempDir(t), 'x@1.part')
  const part = await openPart(path, createRun())
  await part.append(Buffer.from('ours'))
  appendFileSync(path, 'theirs')
  await assert.rejects(part.append(Buffer.from('more')), /another program writes to it as well/)
  await part.close()
  assert.equal(readFileSync(path, 'utf8'), 'ourstheirs')
})

const reasons = [
  { error: new DataError('corrupt'), stays: false },
  { error: new NetworkError('cut'), stays: true },
  { error: new Error('stopped by SIGINT'), stays: true },
]
for (const { error, stays } of reasons)
  test(`after ${error.name}: ${error.message} the part ${stays ? 'stays' : 'goes'}`, async (t) => {
    const path = join(tempDir(t), 'x@1.part')
    const stop = new AbortController()
    const part = await openPart(path, createRun({ signal: stop.signal }))
    await part.append(Buffer.from('x'))
    stop.abort(error)
    await part.close()
    assert.equal(existsSync(path), stays)
  })

test('a folder that cannot be made is an error of writing', async (t) => {
  const file = join(tempDir(t), 'file')
  writeFileSync(file, '')
  await assert.rejects(openPart(join(file, 'x@1.part'), createRun()), { reason: 'write' })
})

for (const [why, error, stays] of [
  ['the bytes are damaged', new DataError('bad'), false],
  ['the network fails', new NetworkError('gone'), true],
] as const)
  test(`when ${why}, and that shows only after the last of them, a part ${stays ? 'stays' : 'goes'}`, async (t) => {
    const path = join(tempDir(t), 'x@1.part')
    const stop = new AbortController()
    const part = await openPart(path, createRun({ signal: stop.signal }))
    await part.append(Buffer.from('all'))
    await part.close()
    stop.abort(error)
    assert.equal(existsSync(path), stays)
  })

for (const steps of [1, 2])
  test(`a step that the disk refuses is an error ${steps === 1 ? 'at the end' : 'before the next but one'}, though later ones go well`, async (t) => {
    const path = join(tempDir(t), 'x@1.part')
    const any = await open(join(tempDir(t), 'any'), 'w')
    const handles: FileHandle = Object.getPrototypeOf(any)
    await any.close()
    let file: FileHandle | undefined
    const sync = t.mock.method(handles, 'sync', async () => {})
    sync.mock.mockImplementationOnce(async function (this: FileHandle) {
      file = this
      throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' })
    })
    const part = await openPart(path, createRun())
    const refused = { reason: 'write', message: /x@1\.part: cannot be written \(EIO/ }
    await part.append(Buffer.alloc(step))
    if (steps === 2) await assert.rejects(part.append(Buffer.alloc(step)), refused)
    await assert.rejects(part.close(), refused)
    assert.equal(file?.fd, -1)
  })
