import assert from 'node:assert/strict'
import { existsSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { WriteError } from '../../src/core/errors.ts'
import type { Numbered } from '../../src/lake/partition-rows.ts'
import { openSpill } from '../../src/lake/spill.ts'
import { anyBatch } from '../columnar/any-batch.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { filesUnder, openUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const neverAborted = new AbortController().signal

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all
}

async function listed<T>(some: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of some) all.push(one)
  return all
}

const numbered = (...ns: readonly number[]): Numbered => ({
  batch: batchOf({ partition: 'int64' }, { partition: ns.map(BigInt) }),
  numbers: Uint32Array.from(ns),
})

const asTold = ({ batch, numbers }: Numbered) => ({ rows: rowsOf(batch), numbers: [...numbers] })

test('rows of every kind come back as they were, with their numbers, and then the file is gone', async (t) => {
  const folder = tempDir(t)
  let spills = 0
  const same = fc.asyncProperty(fc.array(anyBatch(20), { maxLength: 4 }), async (given) => {
    const spill = openSpill(join(folder, String(spills++)), neverAborted)
    const rows = given.map(
      ({ batch }): Numbered => ({ batch, numbers: new Uint32Array(batch.numRows).map((_, i) => i * 3) }),
    )
    const file = await spill.write(each(rows))
    assert.deepEqual((await listed(file.read())).map(asTold), rows.map(asTold))
    assert.deepEqual(filesUnder(folder), [])
  })
  await fc.assert(same, { numRuns: 30 })
})

for (const names of [['partition'], ['#'], ['', '#', ',#']])
  test(`columns may be named ${JSON.stringify(names)}`, async (t) => {
    const spill = openSpill(tempDir(t), neverAborted)
    const batch = batchOf(
      Object.fromEntries(names.map((name) => [name, 'int64' as const])),
      Object.fromEntries(names.map((name, i) => [name, [BigInt(i), 7n]])),
    )
    const given = { batch, numbers: Uint32Array.of(5, 6) }
    const file = await spill.write(each([given]))
    assert.deepEqual((await listed(file.read())).map(asTold), [asTold(given)])
  })

test('files are their own, their reader may leave, and closing removes the folder', async (t) => {
  const folder = join(tempDir(t), 'a', 'spill')
  const spill = openSpill(folder, neverAborted)
  const files = [await spill.write(each([numbered(1)])), await spill.write(each([numbered(2), numbered(3)]))]
  for await (const one of files[1]?.read() ?? []) {
    assert.deepEqual([...one.numbers], [2])
    break
  }
  assert.deepEqual(openUnder(folder), [])
  for (const name of filesUnder(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  await spill.close()
  assert.ok(!existsSync(folder))
  await spill.close()
})

test('an error of the rows comes out as it is, one of the disk with the path, and nothing stays open', async (t) => {
  const root = tempDir(t)
  const failed = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
  const failing = async function* (): AsyncGenerator<Numbered> {
    yield numbered(1)
    throw failed
  }
  await assert.rejects(openSpill(join(root, 'spill'), neverAborted).write(failing()), failed)
  writeFileSync(join(root, 'taken'), '')
  const spill = openSpill(join(root, 'taken', 'spill'), neverAborted)
  await assert.rejects(
    spill.write(each([numbered(1)])),
    (error) => error instanceof WriteError && error.message.includes('taken'),
  )
  assert.deepEqual(openUnder(root), [])
})

test('a file that is cut off is an error, wherever it is cut', async (t) => {
  const folder = tempDir(t)
  for (let cut = 1; ; cut++) {
    const spill = openSpill(join(folder, String(cut)), neverAborted)
    const file = await spill.write(each([numbered(1, 2)]))
    const path = join(folder, String(cut), '0.spill')
    const { size } = statSync(path)
    if (cut === size) return
    truncateSync(path, size - cut)
    await assert.rejects(listed(file.read()), /bytes early|no rows/, `${cut} bytes`)
  }
})

test('writing and reading end with the signal', async (t) => {
  const stop = new AbortController()
  const spill = openSpill(tempDir(t), stop.signal)
  const file = await spill.write(each([numbered(1), numbered(2)]))
  const reason = new Error('enough')
  const reading = file.read()
  await reading.next()
  stop.abort(reason)
  await assert.rejects(reading.next(), reason)
  await assert.rejects(spill.write(each([numbered(1)])), reason)
})
