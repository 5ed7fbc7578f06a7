import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from '../../src/core/in-order.ts'

test('results come in the order of the inputs, whichever is done first, and never more are at work than may be', async () => {
  const ends: (() => void)[] = []
  let [working, most] = [0, 0]
  const all = inOrder(['a', 'b', 'c', 'd', 'e'], 2, async (input) => {
    most = Math.max(most, ++working)
    await new Promise<void>((resolve) => void ends.push(resolve))
    working--
    return input.toUpperCase()
  })
  for (let i = 0; i < 5; i++) {
    // The one that began last ends first.
    ends.pop()?.()
    await new Promise(setImmediate)
  }
  assert.deepEqual([await all, most], [['A', 'B', 'C', 'D', 'E'], 2])
})

test('no input gives no result, and a failure comes out', async () => {
  assert.deepEqual(await inOrder([], 3, async () => 1), [])
  await assert.rejects(
    inOrder([1, 2], 2, async (n) => Promise.reject(new Error(`no ${n}`))),
    /no 1/,
  )
})
