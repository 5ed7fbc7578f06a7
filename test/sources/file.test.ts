import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { type FileOptions, file } from '../../src/sources/file.ts'
import { keepIn } from '../helpers/collect.ts'
import { openUnder } from '../helpers/sink-laws.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-file-'))
after(() => rmSync(root, { recursive: true, force: true }))
const content = randomBytes(2.5 * 2 ** 20)
const path = join(root, 'data.bin')
writeFileSync(path, content)
const size = content.length

async function read(options: FileOptions, bytesPerSecond = 0): Promise<{ chunks: Bytes[]; bytesIn: number }> {
  const chunks: Bytes[] = []
  const { counts } = await runPipeline(
    from(file(options)).into(keepIn(chunks)),
    createRun({ bytesPerSecond }),
  )
  return { chunks, bytesIn: counts.bytesIn }
}

// A pipe that somebody could write to, and nobody does; closing it at the end frees the thread that reads it.
const pipe = join(root, 'pipe')
execFileSync('mkfifo', [pipe])
const writer = openSync(pipe, 'r+')
after(() => closeSync(writer))

sourceLaws(() => file({ path, size }), {
  check: (chunks) => assert.deepEqual(Buffer.concat(chunks), content),
  truncated: { from: () => file({ path, size: size + 1 }), error: { name: 'DataError', stage: 'file' } },
  waiting: () => file({ path: pipe }),
})

test('all bytes come, counted, in chunks of at most 1 MiB', async () => {
  const { chunks, bytesIn } = await read({ path })
  assert.deepEqual(Buffer.concat(chunks), content)
  assert.equal(bytesIn, size)
  assert.ok(chunks.every(({ length }) => length > 0 && length <= 2 ** 20))
})

test('a file is not held to the rate, which is for the network', async () => {
  assert.equal((await read({ path, size }, 1)).bytesIn, size)
})

test('a reader who fails closes the file', async () => {
  const failing = sink<Bytes>('failing', () => async (input) => {
    for await (const _ of input) throw new Error('no')
  })
  await assert.rejects(runPipeline(from(file({ path })).into(failing), createRun()), /^Error: no$/)
  // A read that was under way ends first.
  for (let turns = 0; turns < 1000 && openUnder(path).length > 0; turns++) await new Promise(setImmediate)
  assert.deepEqual(openUnder(path), [])
})

const empty = join(root, 'empty')
writeFileSync(empty, '')
const folder = join(root, 'folder')
mkdirSync(folder)

test('an empty file is an empty source', async () => {
  assert.deepEqual(await read({ path: empty, size: 0 }), { chunks: [], bytesIn: 0 })
})

const failures: readonly [string, FileOptions, string, RegExp][] = [
  ['a missing file', { path: join(root, 'none') }, 'MissingError', /none: there is no such file/],
  ['a path below a file', { path: join(path, 'x') }, 'MissingError', /x: there is no such file/],
  ['a folder', { path: folder }, 'UsageError', /folder: is a folder, not a file/],
  ['a shorter file', { path, size: size + 1 }, 'DataError', /has 2621440 bytes, not the 2621441/],
  ['a longer file', { path, size: size - 1 }, 'DataError', /has 2621440 bytes, not the 2621439/],
  ['an emptied file', { path: empty, size: 3 }, 'DataError', /has 0 bytes, not the 3/],
]
for (const [what, options, name, message] of failures)
  test(`${what} is a ${name} with its path`, () =>
    assert.rejects(read(options), { name, message, stage: 'file' }))

test('a file that may not be read is an AccessError with its path', async () => {
  const locked = join(root, 'locked')
  writeFileSync(locked, 'x', { mode: 0 })
  chmodSync(root, 0o755)
  // Root may read everything.
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    await assert.rejects(read({ path: locked }), { name: 'AccessError', message: /locked: you may not read/ })
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})
