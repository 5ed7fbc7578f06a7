import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../../src/core/bucket.ts'
import { createBucket } from '../../src/core/rate-bucket.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'

const cap = 8_000_000

/** Asks for so many pieces, and notes whose were granted. */
function asking(clock = createFakeClock()) {
  const bucket = createBucket(cap, clock)
  const granted: string[] = []
  const ask = (account: Account, name: string, times: number): void => {
    for (let i = 0; i < times; i++) account.ask(bucket.pieceBytes, () => granted.push(name))
  }
  return { clock, bucket, granted, ask }
}

test('what is granted and not told to be gone holds others back, up to that of 150 ms', async () => {
  const { clock, bucket, granted, ask } = asking()
  const [keeps, waits] = [bucket.open(), bucket.open()]
  ask(keeps, 'keeps', 29)
  ask(waits, 'waits', 1)
  await clock.pass(60_000)
  assert.deepEqual(new Set(granted), new Set(['keeps']))
  keeps.settle({ gone: bucket.pieceBytes, unused: 0 })
  await clock.pass(200)
  assert.equal(granted.at(-1), 'waits')
})

test('a closed account has given back its turn, and what it held is no longer about to go', async () => {
  const { clock, bucket, granted, ask } = asking()
  const [dies, lives] = [bucket.open(), bucket.open()]
  ask(dies, 'dies', 50)
  ask(lives, 'lives', 1)
  await clock.pass(1000)
  assert.deepEqual(new Set(granted), new Set(['dies']))
  dies.close()
  await clock.pass(1000)
  assert.equal(granted.at(-1), 'lives')
  lives.close()
  assert.equal(clock.pending, 0)
})

test('what was granted and is not used can be granted again at once', () => {
  const { bucket, granted, ask } = asking()
  const [gives, takes] = [bucket.open(), bucket.open()]
  ask(gives, 'gives', 1)
  ask(takes, 'takes', 1)
  assert.deepEqual(granted, ['gives'])
  gives.settle({ gone: 0, unused: bucket.pieceBytes })
  assert.deepEqual(granted, ['gives', 'takes'])
})

test('what is withdrawn is not granted, and the next one is not kept waiting for it', async () => {
  const { clock, bucket, granted, ask } = asking()
  const [leaves, stays] = [bucket.open(), bucket.open()]
  ask(leaves, 'leaves', 3)
  stays.ask(1, () => granted.push('stays'))
  leaves.withdraw()
  await clock.pass(2)
  assert.deepEqual(granted, ['leaves', 'stays'])
})
