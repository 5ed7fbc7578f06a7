import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { readBytes } from '../../src/core/read-bytes.ts'
import { createRun } from '../../src/core/run.ts'

const asItIs = (error: unknown): unknown => error

test('all bytes come, are counted, and their number is the answer', async () => {
  const counted: unknown[] = []
  const run = createRun({ count: (what, n) => void counted.push([what, n]) })
  const bytes = readBytes(Readable.from([Buffer.from('ab'), Buffer.from('c')]), run, asItIs)
  assert.equal(String((await bytes.next()).value), 'ab')
  assert.equal(String((await bytes.next()).value), 'c')
  assert.deepEqual(await bytes.next(), { done: true, value: 3 })
  assert.deepEqual(counted, [
    ['bytesIn', 2],
    ['bytesIn', 1],
  ])
})

test('an error is told with the bytes that came before it', async () => {
  const broken = async function* () {
    yield Buffer.from('abcd')
    throw new Error('cut')
  }
  const told = (error: unknown, bytes: number) => new Error(`${(error as Error).message} after ${bytes}`)
  const bytes = readBytes(Readable.from(broken()), createRun(), told)
  await bytes.next()
  await assert.rejects(bytes.next(), /cut after 4/)
})

test('a stream that says nothing is destroyed when the run ends, and the reason comes out as it is', async () => {
  const stop = new AbortController()
  const silent = new Readable({ read() {} })
  const reason = new Error('stopped')
  const next = readBytes(silent, createRun({ signal: stop.signal }), () => new Error('explained')).next()
  stop.abort(reason)
  await assert.rejects(next, reason)
  assert.ok(silent.destroyed)
})
