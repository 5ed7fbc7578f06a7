import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../src/core/schema.ts'
import { splitIntoParts } from '../../src/lake/parts.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'

async function* batches(...sizes: readonly number[]): AsyncGenerator<Batch> {
  let next = 0
  for (const size of sizes) {
    const numbers = Array.from({ length: size }, () => next++)
    yield batchOf({ n: 'int32' }, { n: numbers })
  }
}

async function partsOf(sizes: readonly number[], rows: number, isFull = () => false): Promise<unknown[][]> {
  const parts: unknown[][] = []
  for await (const part of splitIntoParts(batches(...sizes), rows, isFull)) {
    const numbers: unknown[] = []
    for await (const batch of part) numbers.push(...rowsOf(batch).map(({ n }) => n))
    parts.push(numbers)
  }
  return parts
}

const cases: readonly (readonly [string, readonly number[], number, readonly number[]])[] = [
  ['one part when there is room', [3, 3], 10, [6]],
  ['no empty last part when it fits exactly', [5, 5], 10, [10]],
  ['cuts inside a batch', [7, 7], 5, [5, 5, 4]],
  ['one part of no rows for no rows', [0], 5, [0]],
]
for (const [title, sizes, rows, expected] of cases)
  test(`splitting makes ${title}`, async () => {
    const parts = await partsOf(sizes, rows)
    assert.deepEqual(
      parts.map((part) => part.length),
      expected,
    )
    assert.deepEqual(
      parts.flat(),
      Array.from({ length: sizes.reduce((a, b) => a + b) }, (_, i) => i),
    )
  })

test('a full part ends at the next batch, and each part has at least one', async () => {
  assert.deepEqual(
    (await partsOf([2, 2, 2], 100, () => true)).map((part) => part.length),
    [2, 2, 2],
  )
})
