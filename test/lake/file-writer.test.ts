import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { createRun } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { createFileWriter } from '../../src/lake/file-writer.ts'
import { filesUnder, openUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

async function* chunks(...sizes: readonly number[]): AsyncGenerator<Bytes> {
  for (const size of sizes) yield Buffer.alloc(size, size % 251)
}

const mebibyte = 1 << 20

for (const sizes of [
  [],
  [0],
  [5, 6],
  [mebibyte - 1],
  [mebibyte],
  [mebibyte, 1],
  [mebibyte - 1, 2, 3],
  [mebibyte * 3],
])
  test(`a file of ${JSON.stringify(sizes)} bytes is written whole`, async (t) => {
    const path = join(tempDir(t), 'folder', 'file')
    const writer = createFileWriter(createRun())
    const bytes: number[] = []
    await writer.write(path, chunks(...sizes), (written) => bytes.push(written.bytes))
    await writer.end()
    const size = sizes.reduce((sum, one) => sum + one, 0)
    assert.deepEqual([bytes, statSync(path).size], [[size], size])
  })

test('small files are written several at a time, but no more than eight', async (t) => {
  const folder = tempDir(t)
  const writer = createFileWriter(createRun())
  let [mostOpen, done] = [0, 0]
  for (let i = 0; i < 60; i++) {
    await writer.write(join(folder, String(i)), chunks(10, 10), () => {
      mostOpen = Math.max(mostOpen, openUnder(folder).length)
      done++
    })
  }
  assert.ok(done >= 52, String(done))
  await writer.end()
  assert.deepEqual([done, filesUnder(folder).length], [60, 60])
  assert.ok(mostOpen <= 8, String(mostOpen))
})

test('an error of a small file comes out of the next one, or of the end, and each file is whole or not there', async (t) => {
  const folder = tempDir(t)
  for (const after of [0, 20]) {
    const writer = createFileWriter(createRun())
    await writer.write(join(folder, 'good'), chunks(5), () => {})
    await writer.end()
    await writer.write(join(folder, 'good', 'bad'), chunks(5), () => assert.fail())
    const rest = async (): Promise<void> => {
      for (let i = 0; i < after; i++) await writer.write(join(folder, `rest-${i}`), chunks(5), () => {})
    }
    await assert.rejects(after === 0 ? writer.end() : rest(), WriteError)
    await assert.rejects(writer.end(), WriteError)
  }
})

test('an error of the chunks comes out at once, and leaves no file', async (t) => {
  const folder = tempDir(t)
  for (const before of [5, 2 * mebibyte]) {
    const error = new Error('upstream')
    const failing = async function* (): AsyncGenerator<Bytes> {
      yield* chunks(before)
      throw error
    }
    const writer = createFileWriter(createRun())
    await assert.rejects(
      writer.write(join(folder, 'a'), failing(), () => assert.fail()),
      error,
    )
    await writer.end()
    assert.deepEqual(filesUnder(folder), [])
  }
})
