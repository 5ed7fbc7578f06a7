import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inGroups } from '../../src/core/in-groups.ts'

/** Acts on groups as it is told to, and remembers them. */
function acting() {
  const groups: (readonly string[])[] = []
  const settle: { done(): void; fail(error: Error): void }[] = []
  const ask = inGroups<string>((group) => {
    groups.push([...group])
    return new Promise((resolve, reject) => void settle.push({ done: resolve, fail: reject }))
  })
  return { ask, groups, settle }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what is asked for while a group is at work makes the next one, in its order', async () => {
  const { ask, groups, settle } = acting()
  const first = ask('a')
  await turn()
  const others = [ask('b'), ask('c')]
  await turn()
  assert.deepEqual(groups, [['a']])
  settle[0]?.done()
  await first
  await turn()
  assert.deepEqual(groups, [['a'], ['b', 'c']])
  settle[1]?.done()
  await Promise.all(others)
})

test('what is asked for at once is one group', async () => {
  const { ask, groups, settle } = acting()
  const all = ['a', 'b', 'c'].map(ask)
  await turn()
  assert.deepEqual(groups, [['a', 'b', 'c']])
  settle[0]?.done()
  await Promise.all(all)
})

test('a group that fails fails for each that is in it, and the next one is tried all the same', async () => {
  const { ask, groups, settle } = acting()
  const together = Promise.allSettled([ask('a'), ask('b')])
  await turn()
  const next = ask('c')
  settle[0]?.fail(new Error('no'))
  assert.deepEqual(
    (await together).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await turn()
  settle[1]?.done()
  await next
  assert.deepEqual(groups, [['a', 'b'], ['c']])
})
