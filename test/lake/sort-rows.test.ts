import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchToStream } from '../../src/columnar/ipc.ts'
import type { Batch } from '../../src/core/schema.ts'
import { joinRanges } from '../../src/lake/join-rows.ts'
import type { Numbered } from '../../src/lake/partition-rows.ts'
import { type SortLimits, sortRows } from '../../src/lake/sort-rows.ts'
import { openSpill, type Spill } from '../../src/lake/spill.ts'
import { anyBatch } from '../columnar/any-batch.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { filesUnder, openUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const neverAborted = new AbortController().signal
const one: SortLimits = { blockBytes: 1 << 30, files: 16 }
/** Each batch is a block, and two files are merged to one, two of these again. */
const tiny: SortLimits = { blockBytes: 1, files: 2 }

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all
}

async function sorted(rows: readonly Numbered[], spill: Spill, limits: SortLimits) {
  const stretches: { readonly number: number; readonly batch: Batch }[] = []
  for await (const stretch of sortRows(each(rows), spill, limits))
    stretches.push({ number: stretch.number, batch: joinRanges([stretch]) })
  return stretches
}

for (const [how, limits] of Object.entries({ 'in memory': one, 'on disk': tiny }))
  test(`rows are sorted by number, and stay in order within one, ${how}`, async (t) => {
    const folder = tempDir(t)
    const given = fc.array(fc.tuple(anyBatch(12), fc.array(fc.nat(5), { minLength: 12, maxLength: 12 })), {
      maxLength: 9,
    })
    const same = fc.asyncProperty(given, async (batches) => {
      const rows = batches.map(
        ([{ batch }, numbers]): Numbered => ({
          batch,
          numbers: Uint32Array.from(numbers).slice(0, batch.numRows),
        }),
      )
      const expected = batches
        .flatMap(([given, numbers]) => given.rows.map((row, i) => ({ number: numbers[i] as number, row })))
        .sort((a, b) => a.number - b.number)
      const stretches = await sorted(rows, openSpill(folder, neverAborted), limits)
      assert.deepEqual(
        stretches.flatMap(({ number, batch }) => rowsOf(batch).map((row) => ({ number, row }))),
        expected,
      )
      assert.deepEqual([...filesUnder(folder), ...openUnder(folder)], [])
    })
    await fc.assert(same, { numRuns: 40 })
  })

const numbers = (count: number, numberOf: (row: number) => number, from = 0): Numbered => {
  const rows = Array.from({ length: count }, (_, i) => from + i)
  return {
    batch: batchOf(
      { n: 'int64', text: 'utf8' },
      { n: rows.map(BigInt), text: rows.map(() => 'x'.repeat(20)) },
    ),
    numbers: Uint32Array.from(rows, numberOf),
  }
}

test('a few files are open at once, however many blocks there are', async (t) => {
  const folder = tempDir(t)
  const blocks = Array.from({ length: 200 }, (_, i) => numbers(50, (row) => row % 7, i * 50))
  let [mostFiles, mostOpen, rows] = [0, 0, 0]
  for await (const { from, to } of sortRows(each(blocks), openSpill(folder, neverAborted), {
    blockBytes: 1,
    files: 4,
  })) {
    mostFiles = Math.max(mostFiles, filesUnder(folder).length)
    mostOpen = Math.max(mostOpen, openUnder(folder).length)
    rows += to - from
  }
  assert.equal(rows, 10_000)
  // 200 is 3 * 64 + 2 * 4.
  assert.equal(mostFiles, 5)
  assert.ok(mostOpen <= 5, String(mostOpen))
})

test('short stretches of one partition come as few batches, long ones are cut', async (t) => {
  const spill = openSpill(tempDir(t), neverAborted)
  const mixed = Array.from({ length: 40 }, (_, i) => numbers(2000, (row) => row % 1000, i * 2000))
  const stretches = await sorted(mixed, spill, { blockBytes: 1 << 19, files: 16 })
  assert.equal(stretches.length, 1000)
  const long = Array.from({ length: 40 }, (_, i) => numbers(2000, () => 0, i * 2000))
  const sizes = (await sorted(long, spill, one)).map(({ batch }) => batch.numRows)
  assert.ok(Math.max(...sizes) <= 65_536 && sizes.length < 5, String(sizes))
})

test('batches that wait on disk are small, however long their rows are', async (t) => {
  const folder = tempDir(t)
  const sizes: number[] = []
  const spill = openSpill(folder, neverAborted)
  const watched: Spill = {
    ...spill,
    write: (rows) =>
      spill.write(
        (async function* () {
          for await (const one of rows) {
            sizes.push(batchToStream(one.batch).length)
            yield one
          }
        })(),
      ),
  }
  const text = Array.from({ length: 64 }, (_, i) => String(i % 10).repeat(100_000))
  const rows = {
    batch: batchOf({ text: 'utf8' }, { text }),
    numbers: new Uint32Array(64).map((_, i) => i % 3),
  }
  const stretches = await sorted([rows, rows], watched, tiny)
  assert.ok(Math.max(...sizes) < 600_000, String(Math.max(...sizes)))
  assert.equal(
    stretches.reduce((sum, { batch }) => sum + batch.numRows, 0),
    128,
  )
})
