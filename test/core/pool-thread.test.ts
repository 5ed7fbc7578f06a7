import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BroadcastChannel } from 'node:worker_threads'
import { openPool } from '../../src/core/pool.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { workerEntry } from '../../src/pipelines/worker-entry.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { bombsChannel, threaded } from '../helpers/thread-recipes.ts'

const threadOf = (root: string, id: string): number =>
  JSON.parse(readFileSync(join(root, 'threads', `${id}.json`), 'utf8')).thread

/** A pool of its own, for tasks one by one, and what its run is warned of. */
function pooled(root: string, lent: RunOptions = {}) {
  const warned: string[] = []
  let told = (): void => {}
  const warning = new Promise<void>((resolve) => {
    told = resolve
  })
  const warn = (text: string): void => {
    warned.push(text)
    told()
  }
  const { module = '', name: recipe } = threaded
  const params = { root, units: [] }
  const pool = openPool({ entry: workerEntry, module, recipe, params, most: 1 }, createRun({ ...lent, warn }))
  const work = (id: string): Promise<unknown> =>
    pool.run({ unit: { id }, place: { first: true, last: true } }, createRun())
  return { pool, work, warned, warning }
}

test('a thread that dies when it has no unit in hand is warned of, and gets none any more', async (t) => {
  const root = tempDir(t)
  const { pool, work, warned, warning } = pooled(root)
  const channel = new BroadcastChannel(bombsChannel)
  try {
    await work('bombs')
    channel.postMessage('now')
    await warning
    assert.match(warned[0] ?? '', /ended by a stage, with exit code 5/)
    await work('a')
    assert.notEqual(threadOf(root, 'a'), threadOf(root, 'bombs'))
  } finally {
    channel.close()
    await pool.close()
  }
})

test('threads end by themselves when the run is over', async (t) => {
  const clock = createFakeClock()
  const { pool, work, warned } = pooled(tempDir(t), { clock })
  await work('a')
  await pool.close()
  assert.deepEqual([warned, clock.pending], [[], 0])
})

test('a thread that something holds is ended a moment later', async (t) => {
  const clock = createFakeClock()
  const { pool, work, warned } = pooled(tempDir(t), { clock })
  await work('leaves')
  let closed = false
  const closing = pool.close().then(() => {
    closed = true
  })
  await clock.pass(100)
  assert.equal(closed, false)
  await clock.pass(100)
  await closing
  assert.deepEqual([warned, clock.pending], [[], 0])
})
