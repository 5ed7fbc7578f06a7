import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  blockBytes,
  createMd5Home,
  laneCount,
  type Md5Part,
  startMd5Engine,
} from '../../src/columnar/md5-engine.ts'
import { createRun } from '../../src/core/run.ts'
import { openWorkThread } from '../../src/core/work-thread.ts'

const entry = new URL('../../src/columnar/md5-thread.js', import.meta.url)

/** So much that nobody is done with it at once. */
const blocks = 1 << 17
const parts = Array.from({ length: laneCount }, (_, lane): Md5Part => ({ lane, room: 0, blocks }))

async function opened() {
  const home = createMd5Home(blocks * blockBytes)
  const engine = startMd5Engine(home)
  for (let lane = 0; lane < laneCount; lane++) engine.begin(lane)
  const run = createRun({ cores: 2 })
  const thread = openWorkThread<readonly Md5Part[]>(entry, home, run)
  assert.ok(thread)
  while (!thread.isIdle) await turn()
  return { engine, run, thread }
}

const states = (engine: ReturnType<typeof startMd5Engine>): string[] =>
  Array.from({ length: laneCount }, (_, lane) => engine.hex(lane))

test('what the thread takes is in the states that this one has', async () => {
  const { engine, run, thread } = await opened()
  const before = states(engine)
  thread.give(parts)
  assert.ok(thread.isBusy && !thread.isIdle)
  await thread.settled()
  assert.ok(!thread.isBusy && thread.isIdle)
  const there = states(engine)
  for (let lane = 0; lane < laneCount; lane++) engine.begin(lane)
  assert.deepEqual(states(engine), before)
  engine.take(parts)
  assert.deepEqual(states(engine), there)
  await thread.end()
  assert.equal(run.cores.busy[0], 0)
})

test('a thread that ends over its work is an error for who waits, and for who asks later', async (t) => {
  const workers: { terminate(): unknown }[] = []
  const note = (worker: { terminate(): unknown }): void => void workers.push(worker)
  process.on('worker', note)
  t.after(() => process.off('worker', note))
  const { thread } = await opened()
  thread.give(parts)
  await Promise.all([
    assert.rejects(thread.settled(), /a thread ended before it was done/),
    workers[0]?.terminate(),
  ])
  assert.ok(thread.isBusy)
  await assert.rejects(thread.settled(), /a thread ended before it was done/)
  await thread.end()
})

test('who waits for a thread that is ended waits no longer', async () => {
  const { thread } = await opened()
  thread.give(parts)
  await Promise.all([thread.settled(), thread.end()])
})

test('a thread whose module is not there is a warning, is never idle, and leaves its core', async () => {
  const warnings: string[] = []
  const run = createRun({ cores: 2, warn: (text) => warnings.push(text) })
  const thread = openWorkThread(new URL('./nowhere.js', import.meta.url), {}, run)
  while (warnings.length === 0) await turn()
  assert.match(warnings.join(), /^no thread can be opened \(.+\): the work is done without it/)
  assert.deepEqual([thread?.isIdle, thread?.isBusy], [false, false])
  await thread?.end()
  assert.deepEqual([warnings.length, run.cores.busy[0]], [1, 0])
})
